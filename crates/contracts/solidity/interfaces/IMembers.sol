// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Who belongs to the consortium
/// @notice Lives at 0xC0C0000000000000000000000000000000000002. A member is an organisation with one ballot and any number
/// of accounts; a participant may transact and has no ballot. Also answers as OpenZeppelin's `IVotes` does.
interface IMembers {
    enum Status { None, Invited, Active, Suspended, Removed }

    struct Member {
        /// counted from 1
        uint32 id;
        Status status;
        /// 0 or 1: rules may ask for a decision in each class
        uint8 class;
        /// the account that was invited or replaced it; has every role
        address account;
        string name;
        /// X25519 key that recovery shares are wrapped for
        bytes32 encryptionKey;
        /// SHA-256 of the organisation's X.509 certificate, or zero
        bytes32 certificateFingerprint;
        /// hash of the constitution it acknowledged
        bytes32 acknowledged;
        /// seconds since 1970 of the last change of status
        uint48 since;
    }

    event MemberInvited(uint32 indexed id, address indexed account, string name, uint8 class);
    event MemberAcknowledged(uint32 indexed id, bytes32 constitutionHash);
    event MemberStatusChanged(uint32 indexed id, Status status);
    event MemberAccountReplaced(uint32 indexed id, address indexed previous, address indexed account);
    event MemberProfileChanged(uint32 indexed id, bytes32 encryptionKey, bytes32 certificateFingerprint);
    event RolesSet(uint32 indexed id, address indexed account, uint8 roles);
    event ParticipantAdded(uint32 indexed sponsor, address indexed account);
    event ParticipantRemoved(uint32 indexed sponsor, address indexed account);

    error UnknownFunction(bytes4 selector);
    /// @notice The arguments are not the canonical encoding of what the function takes.
    error InvalidArguments(bytes4 selector);
    error ValueNotAccepted();
    error StaticCallNotAllowed();
    error OnlyGovernance(address caller);
    error UnknownMember(uint32 id);
    error UnexpectedStatus(uint32 id, Status status);
    error AccountInUse(address account);
    error AccountNotAllowed(address account);
    error MissingRole(address account, uint8 role);
    error ConstitutionChanged(bytes32 current);
    error NameNotAllowed();
    error ClassNotAllowed(uint8 class);
    error LastMember();
    error ThresholdBroken(uint256 threshold, uint256 members);
    error TooManyMembers();
    error TooManyAccounts(uint32 id);
    error NotAParticipant(address account);
    /// @notice Removing the member would take the network's last validator.
    error LastValidator();
    /// @notice OpenZeppelin's: votes are only known of the past.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    // solhint-disable func-name-mixedcase
    /// @notice Roles of an account of a member, as bits: 1 ADMIN manages accounts and participants, 2 VOTER proposes and casts
    /// the member's ballot, 4 OPERATOR manages the member's nodes
    function ADMIN() external view returns (uint8);
    function VOTER() external view returns (uint8);
    function OPERATOR() external view returns (uint8);
    // solhint-enable func-name-mixedcase

    // governed; an account that a vote names leaves its sponsor, or its member unless it is that member's first
    function invite(
        address account, string calldata name, uint8 class, bytes32 encryptionKey, bytes32 certificateFingerprint
    ) external returns (uint32 id);
    function suspend(uint32 id) external;
    function reinstate(uint32 id) external;
    /// @notice Refused where a rule could not be met any more. Asks for a new ledger secret. Needs the floor (see
    /// `IGovernance.Floor`); whoever must be stopped at once is suspended.
    function remove(uint32 id) external;
    /// @notice For a lost key: the new account takes the place of the first one, the others lose their roles. Needs the
    /// floor (see `IGovernance.Floor`).
    function replaceAccount(uint32 id, address account) external;
    /// @notice Governed; the sponsor's administrators may do it too (`removeParticipant`).
    function expelParticipant(address account) external;

    /// @notice By the invited account: makes it active. Reverts if the constitution is another one by now.
    function acknowledge(bytes32 constitutionHash) external;

    // by an administrator of the member
    /// @param roles bits; 0 removes the account
    function setRoles(address account, uint8 roles) external;
    function setProfile(bytes32 encryptionKey, bytes32 certificateFingerprint) external;
    function addParticipant(address account) external;
    function removeParticipant(address account) external;

    function member(uint32 id) external view returns (Member memory);
    /// @return id 0 if the account belongs to no member
    function memberOf(address account) external view returns (uint32 id, uint8 roles);
    /// @notice Members ever invited; ids are 1 to this
    function memberCount() external view returns (uint32);
    function members(uint32 from, uint32 count) external view returns (Member[] memory);
    function activeMembers() external view returns (uint32 total, uint32 class0, uint32 class1);
    /// @notice Whether the account belongs to an active member
    function isActive(address account) external view returns (bool);
    function isParticipant(address account) external view returns (bool);
    /// @notice The member whose share of the blocks an account uses; 0 if none
    function sponsorOf(address account) external view returns (uint32 id);
    function accountsOf(uint32 id) external view returns (address[] memory accounts, uint8[] memory roles);

    // IVotes, ERC-6372
    function getVotes(address account) external view returns (uint256);
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256);
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);
    function delegates(address account) external view returns (address);
    function clock() external view returns (uint48);
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external view returns (string memory);
}
