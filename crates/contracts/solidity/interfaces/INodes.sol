// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title The nodes of the network, and which of them decide
/// @notice Lives at 0xC0C0000000000000000000000000000000000003. Seats, keys and addresses take effect with the next epoch;
/// until then the network keeps making blocks.
interface INodes {
    /// Pending: registered, not yet attested. Trusted: may have a seat. Retired: gone for good.
    enum Status { None, Pending, Trusted, Retired }

    struct Node {
        /// Ed25519
        bytes32 publicKey;
        /// id of the member that runs it
        uint32 member;
        Status status;
        /// whether it is a validator from the next epoch on
        bool seat;
        /// whether its seat is suspended
        bool suspended;
        /// where peers reach it, `host:port`
        string host;
        /// hash of the code it runs; zero where the network is insecure
        bytes32 measurement;
        /// seconds since 1970 of its registration
        uint48 since;
    }

    struct JoinPolicy {
        /// bits: 1 virtual (insecure networks only), 2 AMD SEV-SNP, 4 Intel TDX
        uint8 platforms;
        /// least TCB version of a platform
        uint64 minimumTcb;
        /// percent of the seats that one vendor's hardware may hold
        uint8 vendorShareMax;
        /// seconds after which a node must attest again
        uint32 lease;
    }

    event NodeAdded(bytes32 indexed publicKey, uint32 indexed member, string host, bool seat);
    event NodeRetired(bytes32 indexed publicKey);
    event SeatChanged(bytes32 indexed publicKey, bool seat, bool suspended);
    event KeyRotated(bytes32 indexed previous, bytes32 indexed publicKey);
    event HostChanged(bytes32 indexed publicKey, string host);
    event MeasurementAdded(bytes32 indexed measurement);
    event MeasurementRemoved(bytes32 indexed measurement);
    event JoinPolicySet(JoinPolicy policy);
    event SuspendOnEquivocationSet(bool suspend);
    event EquivocationReported(bytes32 indexed publicKey, uint64 epoch, uint64 view_);

    error UnknownFunction(bytes4 selector);
    /// @notice The arguments are not the canonical encoding of what the function takes.
    error InvalidArguments(bytes4 selector);
    error ValueNotAccepted();
    error StaticCallNotAllowed();
    error OnlyGovernance(address caller);
    error UnknownNode(bytes32 publicKey);
    error UnknownMember(uint32 id);
    error MemberNotActive(uint32 id);
    error NotTheOperator(address account);
    error KeyNotAllowed(bytes32 publicKey);
    error KeyInUse(bytes32 publicKey);
    error HostNotAllowed();
    error MeasurementNotApproved(bytes32 measurement);
    error UnexpectedNodeState(bytes32 publicKey);
    error LastValidator();
    error TooManyValidators();
    error TooManyFollowers(uint32 member);
    error TooManyMeasurements();
    error PolicyNotAllowed();
    error EvidenceNotValid();
    error EvidenceKnown();

    // governed
    /// @notice A new node, or a follower, gets a seat of the member.
    function addValidator(uint32 member, bytes32 publicKey, string calldata host) external;
    /// @notice The node follows from the next epoch on. Refused for the last validator.
    function removeValidator(bytes32 publicKey) external;
    function suspendValidator(bytes32 publicKey) external;
    function reinstateValidator(bytes32 publicKey) external;
    /// @notice Governed; a member's operator may call it under an Automatic rule.
    function addFollower(uint32 member, bytes32 publicKey, string calldata host, bytes32 measurement) external;
    function removeNode(bytes32 publicKey) external;
    /// @notice Loosens: more software may join.
    function addMeasurement(bytes32 measurement) external;
    function removeMeasurement(bytes32 measurement) external;
    /// @notice Loosens where a platform is added, the TCB lowered, a share or lease raised.
    function setJoinPolicy(JoinPolicy calldata policy) external;
    function setSuspendOnEquivocation(bool suspend) external;

    // by an operator of the node's member
    /// @notice The old key is never used again; what it signed stays the node's to answer for (`reportEquivocation`).
    function rotateKey(bytes32 publicKey, bytes32 newPublicKey) external;
    function setHost(bytes32 publicKey, string calldata host) external;
    /// @notice Takes a follower of one's own out of the network.
    function retire(bytes32 publicKey) external;

    /// @notice Proves that a validator signed two conflicting votes of one view; by anyone.
    function reportEquivocation(
        bytes32 publicKey, bytes calldata firstMessage, bytes calldata firstSignature, bytes calldata secondMessage,
        bytes calldata secondSignature
    ) external;

    function node(bytes32 publicKey) external view returns (Node memory);
    /// @notice The validators of the next epoch, in an order that a removal changes
    function validators() external view returns (Node[] memory);
    function followers() external view returns (Node[] memory);
    function nodesOf(uint32 member) external view returns (Node[] memory);
    function measurements() external view returns (bytes32[] memory);
    function joinPolicy() external view returns (JoinPolicy memory);
    function suspendOnEquivocation() external view returns (bool);
    /// @notice Number of the block with the last change that waits for an epoch, or waited
    function epochChange() external view returns (uint64);
    function equivocations(bytes32 publicKey) external view returns (uint32);
}
