// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Proposals, ballots and the constitution of a consortium
/// @notice Lives at 0xC0C0000000000000000000000000000000000001. The first part is OpenZeppelin's `IGovernor` 5.x with its
/// usual extensions (counting, storage, nonces, EIP-5267), the second part is the constitution. One member, one ballot.
/// Times are seconds since 1970 (ERC-6372, `mode=timestamp`); no deadline needs a block at that moment.
interface IGovernance {
    // ---------------------------------------------------------------- IGovernor

    enum ProposalState { Pending, Active, Canceled, Defeated, Succeeded, Queued, Expired, Executed }

    error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values);
    error GovernorAlreadyCastVote(address voter);
    error GovernorDisabledDeposit();
    error GovernorOnlyExecutor(address account);
    error GovernorNonexistentProposal(uint256 proposalId);
    error GovernorUnexpectedProposalState(uint256 proposalId, ProposalState current, bytes32 expectedStates);
    error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold);
    error GovernorRestrictedProposer(address proposer);
    error GovernorInvalidVoteType();
    error GovernorInvalidVoteParams();
    error GovernorInvalidSignature(address voter);
    error GovernorUnableToCancel(uint256 proposalId, address account);
    error GovernorQueueNotImplemented();
    error InvalidAccountNonce(address account, uint256 currentNonce);

    event ProposalCreated(
        uint256 proposalId,
        address proposer,
        address[] targets,
        uint256[] values,
        string[] signatures,
        bytes[] calldatas,
        uint256 voteStart,
        uint256 voteEnd,
        string description
    );
    event ProposalQueued(uint256 proposalId, uint256 etaSeconds);
    event ProposalExecuted(uint256 proposalId);
    event ProposalCanceled(uint256 proposalId);
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason);
    event VoteCastWithParams(
        address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason, bytes params
    );

    function name() external view returns (string memory);
    function version() external view returns (string memory);
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
    function clock() external view returns (uint48);
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external view returns (string memory);
    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() external view returns (string memory);
    function hashProposal(
        address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash
    ) external pure returns (uint256);
    function getProposalId(
        address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash
    ) external view returns (uint256);
    function state(uint256 proposalId) external view returns (ProposalState);
    function proposalThreshold() external view returns (uint256);
    function proposalSnapshot(uint256 proposalId) external view returns (uint256);
    function proposalDeadline(uint256 proposalId) external view returns (uint256);
    function proposalProposer(uint256 proposalId) external view returns (address);
    function proposalEta(uint256 proposalId) external view returns (uint256);
    function proposalNeedsQueuing(uint256 proposalId) external view returns (bool);
    function votingDelay() external view returns (uint256);
    function votingPeriod() external view returns (uint256);
    function quorum(uint256 timepoint) external view returns (uint256);
    function getVotes(address account, uint256 timepoint) external view returns (uint256);
    function getVotesWithParams(address account, uint256 timepoint, bytes calldata params)
        external view returns (uint256);
    function hasVoted(uint256 proposalId, address account) external view returns (bool);

    /// @notice Proposes a list of calls. Every call to a governed function is checked now and again when executed.
    /// @return proposalId `hashProposal` of the arguments
    function propose(
        address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, string calldata description
    ) external returns (uint256 proposalId);
    /// @notice By anyone, where the rule has a timelock.
    function queue(
        address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash
    ) external returns (uint256 proposalId);
    /// @notice By anyone. Where a call fails, all of them are undone, the proposal stays, `ProposalExecutionFailed` says why;
    /// with value, or while gas is estimated, that reverts instead.
    function execute(
        address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash
    ) external payable returns (uint256 proposalId);
    /// @notice By the proposer, while the proposal is open.
    function cancel(
        address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash
    ) external returns (uint256 proposalId);
    /// @param support 0 against, 1 for, 2 abstain
    function castVote(uint256 proposalId, uint8 support) external returns (uint256 balance);
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason)
        external returns (uint256 balance);
    function castVoteWithReasonAndParams(
        uint256 proposalId, uint8 support, string calldata reason, bytes calldata params
    ) external returns (uint256 balance);
    /// @notice EIP-712 `Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)`, 65 bytes; the account signs,
    /// contracts (ERC-1271) cast theirs themselves
    function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature)
        external returns (uint256 balance);
    /// @notice EIP-712 `ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)`
    function castVoteWithReasonAndParamsBySig(
        uint256 proposalId, uint8 support, address voter, string calldata reason, bytes calldata params,
        bytes calldata signature
    ) external returns (uint256 balance);

    // GovernorCountingSimple, GovernorStorage, GovernorVotes, Nonces, EIP-5267
    // solhint-disable-next-line func-name-mixedcase
    function BALLOT_TYPEHASH() external view returns (bytes32);
    // solhint-disable-next-line func-name-mixedcase
    function EXTENDED_BALLOT_TYPEHASH() external view returns (bytes32);
    function proposalVotes(uint256 proposalId)
        external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);
    function queue(uint256 proposalId) external;
    function execute(uint256 proposalId) external payable;
    function cancel(uint256 proposalId) external;
    function proposalCount() external view returns (uint256);
    function proposalDetails(uint256 proposalId)
        external view returns (address[] memory, uint256[] memory, bytes[] memory, bytes32);
    function proposalDetailsAt(uint256 index)
        external view returns (uint256, address[] memory, uint256[] memory, bytes[] memory, bytes32);
    /// @notice The members' contract, which answers as `IVotes` does
    function token() external view returns (address);
    function nonces(address owner) external view returns (uint256);
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields, string memory name, string memory version, uint256 chainId, address verifyingContract,
            bytes32 salt, uint256[] memory extensions
        );

    // ---------------------------------------------------------------- the constitution

    /// @notice How a governed function is decided.
    /// Majority: more ballots for than against when the period ends and the quorum is met, or at once when more than half
    /// of all members are for. Threshold: `threshold` members are for. Unanimous: all members are. AnyOne: one is.
    /// Automatic: a member's operator calls the function itself, at most `threshold` times in force; where that is used
    /// up, a proposal decides by the default rule.
    enum Kind { Majority, Threshold, Unanimous, AnyOne, Automatic }

    struct Rule {
        Kind kind;
        /// members for Threshold, uses for Automatic, else 0
        uint16 threshold;
        /// percent of the members that must cast a ballot for or abstain (Majority only)
        uint8 quorum;
        /// whether the rule must hold among the members of each class
        bool perClass;
        /// seconds for ballots
        uint32 votingPeriod;
        /// seconds between success and execution
        uint32 timelock;
    }

    struct RuleEntry { address target; bytes4 selector; Rule rule; }

    /// @notice What no vote can lower, for functions that loosen: all but `missing` members are for (suspended ones count
    /// among those that are missing), this timelock, and with `veto` the ballots of more than one third of the members
    /// against defeat it; then it is decided before the deadline only once so many cannot be against any more.
    /// `Members.replaceAccount` and `Members.remove`, which take a ballot away, need the same timelock and veto, and of
    /// all but `missing` members and of those a veto leaves the fewer.
    struct Floor { uint16 missing; uint32 timelock; bool veto; }

    /// @notice What a proposal needs: the strictest of the rules of its calls, fixed when it was made.
    struct Requirement {
        /// ballots for that decide at once
        uint32 threshold;
        /// ballots for or abstaining that count as a quorum at the deadline
        uint32 quorum;
        /// the same within class 0 and class 1; 0 where the rules do not ask by class
        uint32[2] classThreshold;
        uint32[2] classQuorum;
        /// whether more ballots for than against are enough at the deadline
        bool plurality;
        bool perClass;
        /// ballots against that defeat it at once
        uint32 veto;
        uint32 votingPeriod;
        uint32 timelock;
        /// whether the floor of loosening functions is in it
        bool loosening;
    }

    /// @notice A slot of a system contract that a proposal would change.
    struct Change { address target; bytes32 slot; bytes32 before; bytes32 afterwards; }

    event RuleSet(address indexed target, bytes4 indexed selector, Rule rule);
    event RuleRemoved(address indexed target, bytes4 indexed selector);
    event DefaultRuleSet(Rule rule);
    event ConstitutionSet(address indexed constitution);
    event ExecutionWindowSet(uint32 executionWindow);
    /// @notice A sensitive change: proposals made before it are canceled.
    event ProposalsDropped(uint64 generation);
    event ProposalExecutionFailed(uint256 indexed proposalId, uint256 call, bytes reason);

    error UnknownFunction(bytes4 selector);
    /// @notice The arguments are not the canonical encoding of what the function takes.
    error InvalidArguments(bytes4 selector);
    error ValueNotAccepted();
    error StaticCallNotAllowed();
    /// @notice A proposal is being executed or simulated: its calls cannot propose, cast ballots or execute.
    error GovernanceBusy();
    error OnlyGovernance(address caller);
    /// @notice Not an account that casts the ballot of an active member
    error NotAMember(address account);
    /// @notice Its member became a voter after the proposal was made.
    error NotInElectorate(address account, uint256 proposalId);
    error NotAContract(address account);
    error TooManyOpenProposals(uint32 member, uint256 most);
    error InvalidProposalCall(uint256 index, bytes reason);
    error ProposalTooLarge(uint256 calls, uint256 bytes_);
    error NotGoverned(address target, bytes4 selector);
    error RuleNotAllowed(address target, bytes4 selector);
    error RuleImpossible(uint256 threshold, uint256 members);
    error BelowFloor();
    error TooManyRules();
    error ExecutionWindowNotAllowed(uint32 executionWindow);
    error TimelockRunning(uint256 proposalId, uint256 etaSeconds);
    /// @notice Only while gas is estimated: a ballot that could decide needs this much for the execution.
    error ExecutionGasRequired(uint256 gas);
    error ExecutionGasNotAllowed(uint256 gas);

    /// @notice `propose`, with the least gas that must be left for the calls when a ballot decides.
    function proposeWithGas(
        address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, string calldata description,
        uint64 executionGas
    ) external returns (uint256 proposalId);

    // governed
    function setRule(address target, bytes4 selector, Rule calldata rule) external;
    function removeRule(address target, bytes4 selector) external;
    function setDefaultRule(Rule calldata rule) external;
    /// @param constitution a contract with `IConstitution.resolve` that decides instead of the table; zero for the table.
    /// Ballots of all members for a proposal decide it whatever the contract says, so nobody is locked out.
    function setConstitution(address constitution) external;
    /// @param executionWindow seconds in which a proposal that succeeded may be executed
    function setExecutionWindow(uint32 executionWindow) external;

    function ruleOf(address target, bytes4 selector) external view returns (Rule memory rule, bool isDefault);
    function rules() external view returns (RuleEntry[] memory);
    function defaultRule() external view returns (Rule memory);
    function floor() external view returns (Floor memory);
    function constitution() external view returns (address);
    /// @notice What members acknowledge: keccak256 of abi.encode(defaultRule, rules, floor, constitution, executionWindow)
    function constitutionHash() external view returns (bytes32);
    function executionWindow() external view returns (uint32);
    /// @notice How often open proposals were dropped
    function generation() external view returns (uint64);
    function proposalRequirement(uint256 proposalId) external view returns (Requirement memory);
    /// @notice The ballot a member cast
    function ballotOf(uint256 proposalId, uint32 member) external view returns (bool cast, uint8 support);
    function proposalExecutionGas(uint256 proposalId) external view returns (uint64);
    /// @notice When a proposal that succeeded expires; 0 while it is not decided
    function proposalExpiry(uint256 proposalId) external view returns (uint256);
    /// @notice The last failed execution; `failedAt` is 0 if there was none. The reason is cut after 256 bytes.
    function executionFailure(uint256 proposalId) external view returns (uint48 failedAt, uint256 call, bytes memory reason);
    /// @notice Runs the calls and undoes them: what would change, or which call fails and why. For `eth_call`.
    function simulate(uint256 proposalId)
        external returns (bool success, uint256 call, bytes memory reason, Change[] memory changes);
}
