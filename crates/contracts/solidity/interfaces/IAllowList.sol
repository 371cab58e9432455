// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Who may deploy contracts, who may send transactions
/// @notice Subnet-EVM's interface. Deployers: 0x0200000000000000000000000000000000000000, senders:
/// 0x0200000000000000000000000000000000000002. In force while `IParameters.setAllowLists` says so. Governance is an
/// administrator; accounts of active members may always send to system contracts.
interface IAllowList {
    event RoleSet(uint256 indexed role, address indexed account, address indexed sender, uint256 oldRole);

    error UnknownFunction(bytes4 selector);
    /// @notice The arguments are not the canonical encoding of what the function takes.
    error InvalidArguments(bytes4 selector);
    error ValueNotAccepted();
    error StaticCallNotAllowed();
    error NotAllowed(address caller);

    /// @notice Administrators change every role.
    function setAdmin(address addr) external;
    function setEnabled(address addr) external;
    /// @notice Managers change None to Enabled and back.
    function setManager(address addr) external;
    function setNone(address addr) external;
    /// @return role 0 None, 1 Enabled, 2 Admin, 3 Manager
    function readAllowList(address addr) external view returns (uint256 role);
}
