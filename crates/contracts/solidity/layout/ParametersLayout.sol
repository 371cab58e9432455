// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Where `Parameters` keeps the network's numbers
/// @notice State variables only, frozen; the native code uses the same slots. Units as in `IParameters.Terms`.
contract ParametersLayout {
    uint64 internal gasLimit;
    uint32 internal blockBytesMax;
    uint32 internal blockTime;
    uint32 internal followUpBlocks;
    uint32 internal followUpTime;
    uint32 internal heartbeat;
    uint8 internal feeMode;
    uint8 internal systemLane;
    bool internal transactionAllowList;
    bool internal deployerAllowList;
    uint32 internal leaderTimeout;
    uint32 internal certificationTimeout;
    uint32 internal skipTimeout;
    uint32 internal retryTimeout;
    uint64 internal baseFee;
    uint32 internal contractSizeMax;
    uint32 internal requestsPerSecond;
    uint32 internal poolTransactionsMax;
    uint32 internal poolTransactionsPerSender;
    address internal transactionHook;
    bytes32 internal softwareMeasurement;
    uint64 internal softwareHeight;
    /// seconds since 1970 and one, 0 where it is not scheduled: osaka, bpo1, bpo2, bpo3, bpo4, bpo5
    uint64[6] internal forkTimes;
}
