// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Recovery of the ledger secret by members together
/// @notice Lives at 0xC0C0000000000000000000000000000000000006.
interface IRecovery {
    event ThresholdSet(uint16 threshold);
    event RekeyRequested(uint64 keyEpoch);
    event ShareCommitted(uint32 indexed member, uint64 indexed keyEpoch, bytes32 commitment);

    error UnknownFunction(bytes4 selector);
    /// @notice The arguments are not the canonical encoding of what the function takes.
    error InvalidArguments(bytes4 selector);
    error ValueNotAccepted();
    error StaticCallNotAllowed();
    error OnlyGovernance(address caller);
    error NotAMember(address account);
    error ThresholdImpossible(uint256 threshold, uint256 members);
    error UnexpectedKeyEpoch(uint64 current);

    // governed
    /// @notice Shares that together recover the ledger secret. Loosens where it is lowered.
    function setThreshold(uint16 threshold) external;
    /// @notice Asks for a new ledger secret.
    function requestRekey() external;

    /// @notice By an administrator of an active member: commits to the share it received in a key epoch.
    function commitShare(uint64 keyEpoch, bytes32 commitment) external;

    function threshold() external view returns (uint16);
    function keyEpoch() external view returns (uint64);
    function shareCommitment(uint32 member, uint64 keyEpoch) external view returns (bytes32);
}
