// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Where `Access` keeps what it knows
/// @notice State variables only, frozen; the native code uses the same slots.
contract AccessLayout {
    struct Grant {
        address auditor;
        uint48 from;
        uint48 until;
        address subject;
        bool revoked;
    }

    /// 0 open, 1 authenticated, 2 private
    uint8 internal readPolicy;
    uint64 internal grantCount;
    mapping(address target => bool) internal visible;
    mapping(uint256 id => Grant) internal grants;
    /// seconds since 1970; sessions signed before are void
    mapping(address account => uint48) internal sessionWatermark;
}
