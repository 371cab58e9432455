//! Where `contracts/solidity/layout/ParametersLayout.sol` puts things.

use crate::layout::Field;

pub(super) const GAS_LIMIT: Field = Field::new("gasLimit", 0, 0, 8);
pub(super) const BLOCK_BYTES_MAX: Field = Field::new("blockBytesMax", 0, 8, 4);
pub(super) const BLOCK_TIME: Field = Field::new("blockTime", 0, 12, 4);
pub(super) const FOLLOW_UP_BLOCKS: Field = Field::new("followUpBlocks", 0, 16, 4);
pub(super) const FOLLOW_UP_TIME: Field = Field::new("followUpTime", 0, 20, 4);
pub(super) const HEARTBEAT: Field = Field::new("heartbeat", 0, 24, 4);
pub(super) const FEE_MODE: Field = Field::new("feeMode", 0, 28, 1);
pub(super) const SYSTEM_LANE: Field = Field::new("systemLane", 0, 29, 1);
pub(super) const TRANSACTION_ALLOW_LIST: Field = Field::new("transactionAllowList", 0, 30, 1);
pub(super) const DEPLOYER_ALLOW_LIST: Field = Field::new("deployerAllowList", 0, 31, 1);
pub(super) const LEADER_TIMEOUT: Field = Field::new("leaderTimeout", 1, 0, 4);
pub(super) const CERTIFICATION_TIMEOUT: Field = Field::new("certificationTimeout", 1, 4, 4);
pub(super) const SKIP_TIMEOUT: Field = Field::new("skipTimeout", 1, 8, 4);
pub(super) const RETRY_TIMEOUT: Field = Field::new("retryTimeout", 1, 12, 4);
pub(super) const BASE_FEE: Field = Field::new("baseFee", 1, 16, 8);
pub(super) const CONTRACT_SIZE_MAX: Field = Field::new("contractSizeMax", 1, 24, 4);
pub(super) const REQUESTS_PER_SECOND: Field = Field::new("requestsPerSecond", 1, 28, 4);
pub(super) const POOL_TRANSACTIONS_MAX: Field = Field::new("poolTransactionsMax", 2, 0, 4);
pub(super) const POOL_TRANSACTIONS_PER_SENDER: Field = Field::new("poolTransactionsPerSender", 2, 4, 4);
pub(super) const TRANSACTION_HOOK: Field = Field::new("transactionHook", 2, 8, 20);
pub(super) const SOFTWARE_MEASUREMENT: Field = Field::new("softwareMeasurement", 3, 0, 32);
pub(super) const SOFTWARE_HEIGHT: Field = Field::new("softwareHeight", 4, 0, 8);
/// Seconds and one, by position in the list of forks; 0 where it is not scheduled.
pub(super) const FORK_TIMES: Field = Field::new("forkTimes", 5, 0, 64);

/// Everything of it, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[
    GAS_LIMIT,
    BLOCK_BYTES_MAX,
    BLOCK_TIME,
    FOLLOW_UP_BLOCKS,
    FOLLOW_UP_TIME,
    HEARTBEAT,
    FEE_MODE,
    SYSTEM_LANE,
    TRANSACTION_ALLOW_LIST,
    DEPLOYER_ALLOW_LIST,
    LEADER_TIMEOUT,
    CERTIFICATION_TIMEOUT,
    SKIP_TIMEOUT,
    RETRY_TIMEOUT,
    BASE_FEE,
    CONTRACT_SIZE_MAX,
    REQUESTS_PER_SECOND,
    POOL_TRANSACTIONS_MAX,
    POOL_TRANSACTIONS_PER_SENDER,
    TRANSACTION_HOOK,
    SOFTWARE_MEASUREMENT,
    SOFTWARE_HEIGHT,
    FORK_TIMES,
];
