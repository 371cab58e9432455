// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Where `Recovery` keeps what it knows
/// @notice State variables only, frozen; the native code uses the same slots.
contract RecoveryLayout {
    uint16 internal threshold;
    uint64 internal keyEpoch;
    mapping(uint32 member => mapping(uint64 keyEpoch => bytes32)) internal shareCommitment;
}
