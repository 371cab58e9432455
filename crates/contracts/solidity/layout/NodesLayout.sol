// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Where `Nodes` keeps what it knows
/// @notice State variables only, frozen; the native code uses the same slots.
contract NodesLayout {
    struct Node {
        uint32 member;
        /// 1 pending, 2 trusted, 3 retired
        uint8 status;
        /// whether it is in `validators`, else in `followers`
        bool seat;
        bool suspended;
        /// seconds since 1970 of its registration
        uint48 since;
        /// index in its list
        uint16 position;
        uint32 equivocations;
        bytes32 measurement;
        string host;
    }

    /// number of the block with the last change that waits for an epoch
    uint64 internal epochChange;
    bool internal suspendOnEquivocation;
    /// validators that are trusted and not suspended; never 0
    uint16 internal deciding;
    uint8 internal platforms;
    uint64 internal minimumTcb;
    uint8 internal vendorShareMax;
    uint32 internal lease;
    bytes32[] internal validators;
    bytes32[] internal followers;
    mapping(bytes32 publicKey => Node) internal nodes;
    bytes32[] internal measurements;
    /// index in `measurements`, counted from 1
    mapping(bytes32 measurement => uint256) internal measurementPosition;
    /// keccak256(key, epoch, view) of what was reported
    mapping(bytes32 evidence => bool) internal evidence;
    mapping(uint32 member => uint32) internal followersOf;
    /// under which key a node goes on whose key was rotated
    mapping(bytes32 publicKey => bytes32) internal successor;
}
