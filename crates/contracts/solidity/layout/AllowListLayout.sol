// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Where both allow-lists keep what they know
/// @notice State variables only, frozen; the native code uses the same slots.
contract AllowListLayout {
    /// 0 none, 1 enabled, 2 admin, 3 manager
    mapping(address account => uint256) internal roles;
}
