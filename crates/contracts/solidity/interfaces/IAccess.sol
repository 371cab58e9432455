// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Who may read what
/// @notice Lives at 0xC0C0000000000000000000000000000000000004.
interface IAccess {
    /// Open: like any Ethereum node. Authenticated: members and participants read all. Private: each account reads what
    /// concerns it.
    enum ReadPolicy { Open, Authenticated, Private }

    struct Grant {
        address auditor;
        /// whose data; zero for all
        address subject;
        /// seconds since 1970
        uint48 from;
        uint48 until;
        bool revoked;
    }

    event ReadPolicySet(ReadPolicy policy);
    event ContractVisibilitySet(address indexed target, bool visible);
    event DisclosureGranted(uint256 indexed id, address indexed auditor, address indexed subject, uint48 from, uint48 until);
    event DisclosureRevoked(uint256 indexed id);
    event SessionsRevoked(address indexed account, uint48 before);

    error UnknownFunction(bytes4 selector);
    /// @notice The arguments are not the canonical encoding of what the function takes.
    error InvalidArguments(bytes4 selector);
    error ValueNotAccepted();
    error StaticCallNotAllowed();
    error OnlyGovernance(address caller);
    error PeriodNotAllowed();
    error UnknownGrant(uint256 id);
    error PolicyNotAllowed();

    // governed
    /// @notice Loosens where more can be read than before.
    function setReadPolicy(ReadPolicy policy) external;
    /// @notice Loosens where `visible`: everyone admitted reads the contract's storage, code and logs.
    function setContractVisibility(address target, bool visible) external;
    /// @notice Loosens. At most 366 days.
    function grantDisclosure(address auditor, address subject, uint48 from, uint48 until) external returns (uint256 id);
    function revokeDisclosure(uint256 id) external;
    /// @notice Ends all sessions of an account that were signed before; for a lost device, by vote.
    function revokeSessionsOf(address account, uint48 before) external;

    /// @notice Ends one's own sessions signed until now.
    function revokeSessions() external;

    function readPolicy() external view returns (ReadPolicy);
    function isVisible(address target) external view returns (bool);
    function grant(uint256 id) external view returns (Grant memory);
    function grantCount() external view returns (uint256);
    function isGranted(uint256 id, uint48 timepoint) external view returns (bool);
    /// @notice Sessions signed before this are void
    function sessionWatermark(address account) external view returns (uint48);
}
