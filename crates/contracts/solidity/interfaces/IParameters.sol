// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title The network's numbers
/// @notice Lives at 0xC0C0000000000000000000000000000000000005. Every setter is governed; each number has a floor and a
/// ceiling that no vote crosses. In force from the next block, consensus timeouts from the next epoch.
interface IParameters {
    /// Zero: no fee exists. Eip1559: Ethereum's rules, never below `baseFee`.
    enum FeeMode { Zero, Eip1559 }

    struct Terms {
        uint64 gasLimit;
        /// bytes of RLP
        uint32 blockBytesMax;
        /// milliseconds
        uint32 blockTime;
        uint32 followUpBlocks;
        uint32 followUpTime;
        uint32 heartbeat;
        uint32 leaderTimeout;
        uint32 certificationTimeout;
        uint32 skipTimeout;
        uint32 retryTimeout;
        FeeMode feeMode;
        /// wei, least base fee under Eip1559
        uint64 baseFee;
        /// bytes of deployed code
        uint32 contractSizeMax;
        uint32 poolTransactionsMax;
        uint32 poolTransactionsPerSender;
        /// requests a second of one client; 0 for no limit
        uint32 requestsPerSecond;
        /// percent of gas and bytes of a block kept for members' calls to system contracts
        uint8 systemLane;
        bool transactionAllowList;
        bool deployerAllowList;
        /// contract with `transactionAllowed(...)`, or zero
        address transactionHook;
    }

    struct Software { bytes32 measurement; uint64 height; }

    event GasLimitSet(uint64 gasLimit);
    event BlockBytesMaxSet(uint32 blockBytesMax);
    event BlockTimeSet(uint32 blockTime);
    event IdlePaceSet(uint32 followUpBlocks, uint32 followUpTime, uint32 heartbeat);
    event ConsensusTimeoutsSet(uint32 leader, uint32 certification, uint32 skip, uint32 retry);
    event FeesSet(FeeMode feeMode, uint64 baseFee);
    event ContractSizeMaxSet(uint32 contractSizeMax);
    event PoolLimitsSet(uint32 transactionsMax, uint32 transactionsPerSender);
    event RequestsPerSecondSet(uint32 requestsPerSecond);
    event SystemLaneSet(uint8 percent);
    event AllowListsSet(bool transactions, bool deployers);
    event TransactionHookSet(address indexed hook);
    event ForkScheduled(string fork, uint64 timestamp);
    event SoftwareScheduled(bytes32 indexed measurement, uint64 height);

    error UnknownFunction(bytes4 selector);
    /// @notice The arguments are not the canonical encoding of what the function takes.
    error InvalidArguments(bytes4 selector);
    error ValueNotAccepted();
    error StaticCallNotAllowed();
    error OnlyGovernance(address caller);
    error OutOfBounds(uint256 value, uint256 least, uint256 most);
    error UnknownFork(string fork);
    error TooEarly(uint64 least);
    error MeasurementNotApproved(bytes32 measurement);

    function setGasLimit(uint64 gasLimit) external;
    function setBlockBytesMax(uint32 blockBytesMax) external;
    function setBlockTime(uint32 milliseconds) external;
    function setIdlePace(uint32 followUpBlocks, uint32 followUpTime, uint32 heartbeat) external;
    /// @notice Milliseconds; `leader` < `certification` < `skip`, `retry` < `skip`.
    function setConsensusTimeouts(uint32 leader, uint32 certification, uint32 skip, uint32 retry) external;
    /// @notice Members' calls of system contracts are free of gas fees in either mode, within the system lane's share of a
    /// block (2,500,000 gas at least); so is `Members.acknowledge` by an invited account.
    /// @param baseFee the least base fee, in wei per gas
    function setFees(FeeMode feeMode, uint64 baseFee) external;
    function setContractSizeMax(uint32 contractSizeMax) external;
    function setPoolLimits(uint32 transactionsMax, uint32 transactionsPerSender) external;
    function setRequestsPerSecond(uint32 requestsPerSecond) external;
    function setSystemLane(uint8 percent) external;
    /// @notice Whether `IAllowList` decides who may send transactions, and who may deploy contracts
    function setAllowLists(bool transactions, bool deployers) external;
    function setTransactionHook(address hook) external;
    /// @notice When a fork is in force: in every block from that second on. It must be known an hour ahead and come in the
    /// order of forks; 0 withdraws it. Of a fork that is in force, or within the hour, nothing changes.
    /// @param fork name as in a genesis file, without `Time`: `osaka`, `bpo1`
    function scheduleFork(string calldata fork, uint64 timestamp) external;
    /// @notice Software every node must run from a height on; zero measurement withdraws it. Noted, not enforced yet.
    function scheduleSoftware(bytes32 measurement, uint64 height) external;

    function terms() external view returns (Terms memory);
    function gasLimit() external view returns (uint64);
    function blockTime() external view returns (uint32);
    function forkTime(string calldata fork) external view returns (uint64);
    function scheduledSoftware() external view returns (Software memory);
}
