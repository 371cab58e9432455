//! The network's numbers in three slots.

use super::layout::*;
use crate::{
    Host, Reader, Stop,
    storage::{Store, address_word, word_address},
};
use althing_contracts::{
    IParameters::{self, FeeMode},
    PARAMETERS as CONTRACT,
};
use althing_primitives::{Address, B256, U256};

/// What the members have agreed on; in force in the block after the one it is read from, consensus
/// timeouts from the next epoch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Gas of a block at most.
    pub gas_limit: u64,
    /// Bytes of a block's RLP at most.
    pub block_bytes_max: u64,
    /// Target time between blocks under load, milliseconds.
    pub block_time_ms: u64,
    /// Empty blocks after the last transaction.
    pub follow_up_blocks: u64,
    /// Time between those, milliseconds.
    pub follow_up_ms: u64,
    /// Time between blocks of an idle network, milliseconds.
    pub heartbeat_ms: u64,
    /// For a leader's proposal to arrive, milliseconds.
    pub leader_timeout_ms: u64,
    /// For a view to be certified, milliseconds.
    pub certification_timeout_ms: u64,
    /// After which a silent leader is skipped, milliseconds.
    pub skip_timeout_ms: u64,
    /// Between repetitions of a message, milliseconds.
    pub retry_timeout_ms: u64,
    /// Whether transactions pay for gas.
    pub fee_mode: FeeMode,
    /// Least base fee where they do, wei.
    pub base_fee: u64,
    /// Bytes of a contract's code at most.
    pub contract_size_max: u64,
    /// Transactions in a pool at most.
    pub pool_transactions_max: u64,
    /// Transactions of one sender in a pool at most.
    pub pool_transactions_per_sender: u64,
    /// Requests of a client a second at most; 0 for no limit.
    pub requests_per_second: u64,
    /// Percent of a block's gas and bytes kept for members' calls to system contracts.
    pub system_lane: u64,
    /// Whether the allow-list decides who may send transactions.
    pub transaction_allow_list: bool,
    /// Whether the allow-list decides who may deploy contracts.
    pub deployer_allow_list: bool,
    /// The contract that is asked whether a transaction is allowed.
    pub transaction_hook: Option<Address>,
}

/// The terms in a state.
///
/// # Errors
/// The state does not read.
pub fn terms<R: Reader>(reader: &R) -> Result<Terms, R::Error> {
    let words = [
        reader.slot(CONTRACT, U256::ZERO)?,
        reader.slot(CONTRACT, U256::from(1))?,
        reader.slot(CONTRACT, U256::from(2))?,
    ];
    Ok(Terms::from_words(words))
}

/// Software every node must run from a height on: measurement and height.
///
/// # Errors
/// The state does not read.
pub fn scheduled_software<R: Reader>(reader: &R) -> Result<Option<(B256, u64)>, R::Error> {
    let measurement = B256::from(reader.slot(CONTRACT, SOFTWARE_MEASUREMENT.at())?);
    let height = SOFTWARE_HEIGHT.number(reader.slot(CONTRACT, SOFTWARE_HEIGHT.at())?);
    Ok((!measurement.is_zero()).then_some((measurement, height)))
}

pub(super) fn load(host: &mut dyn Host) -> Result<Terms, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    Ok(Terms::from_words([store.get(U256::ZERO)?, store.get(U256::from(1))?, store.get(U256::from(2))?]))
}

/// Writes what differs.
pub(crate) fn save(host: &mut dyn Host, terms: &Terms) -> Result<(), Stop> {
    let before = load(host)?.to_words();
    let store = &mut Store::new(host, CONTRACT);
    for (slot, (before, after)) in before.into_iter().zip(terms.to_words()).enumerate() {
        if before != after {
            store.set(U256::from(slot), after)?;
        }
    }
    Ok(())
}

impl Terms {
    fn from_words([first, second, third]: [U256; 3]) -> Self {
        let hook = word_address(TRANSACTION_HOOK.get(third));
        Self {
            gas_limit: GAS_LIMIT.number(first),
            block_bytes_max: BLOCK_BYTES_MAX.number(first),
            block_time_ms: BLOCK_TIME.number(first),
            follow_up_blocks: FOLLOW_UP_BLOCKS.number(first),
            follow_up_ms: FOLLOW_UP_TIME.number(first),
            heartbeat_ms: HEARTBEAT.number(first),
            fee_mode: if FEE_MODE.number(first) == 0 { FeeMode::Zero } else { FeeMode::Eip1559 },
            system_lane: SYSTEM_LANE.number(first),
            transaction_allow_list: TRANSACTION_ALLOW_LIST.number(first) == 1,
            deployer_allow_list: DEPLOYER_ALLOW_LIST.number(first) == 1,
            leader_timeout_ms: LEADER_TIMEOUT.number(second),
            certification_timeout_ms: CERTIFICATION_TIMEOUT.number(second),
            skip_timeout_ms: SKIP_TIMEOUT.number(second),
            retry_timeout_ms: RETRY_TIMEOUT.number(second),
            base_fee: BASE_FEE.number(second),
            contract_size_max: CONTRACT_SIZE_MAX.number(second),
            requests_per_second: REQUESTS_PER_SECOND.number(second),
            pool_transactions_max: POOL_TRANSACTIONS_MAX.number(third),
            pool_transactions_per_sender: POOL_TRANSACTIONS_PER_SENDER.number(third),
            transaction_hook: (!hook.is_zero()).then_some(hook),
        }
    }

    fn to_words(self) -> [U256; 3] {
        let first = [
            (GAS_LIMIT, self.gas_limit),
            (BLOCK_BYTES_MAX, self.block_bytes_max),
            (BLOCK_TIME, self.block_time_ms),
            (FOLLOW_UP_BLOCKS, self.follow_up_blocks),
            (FOLLOW_UP_TIME, self.follow_up_ms),
            (HEARTBEAT, self.heartbeat_ms),
            (FEE_MODE, u64::from(self.fee_mode as u8)),
            (SYSTEM_LANE, self.system_lane),
            (TRANSACTION_ALLOW_LIST, u64::from(self.transaction_allow_list)),
            (DEPLOYER_ALLOW_LIST, u64::from(self.deployer_allow_list)),
        ];
        let second = [
            (LEADER_TIMEOUT, self.leader_timeout_ms),
            (CERTIFICATION_TIMEOUT, self.certification_timeout_ms),
            (SKIP_TIMEOUT, self.skip_timeout_ms),
            (RETRY_TIMEOUT, self.retry_timeout_ms),
            (BASE_FEE, self.base_fee),
            (CONTRACT_SIZE_MAX, self.contract_size_max),
            (REQUESTS_PER_SECOND, self.requests_per_second),
        ];
        let third = [
            (POOL_TRANSACTIONS_MAX, self.pool_transactions_max),
            (POOL_TRANSACTIONS_PER_SENDER, self.pool_transactions_per_sender),
        ];
        let pack = |fields: &[(crate::Field, u64)]| {
            fields.iter().fold(U256::ZERO, |word, (field, value)| field.set(word, U256::from(*value)))
        };
        let hook = address_word(self.transaction_hook.unwrap_or_default());
        [pack(&first), pack(&second), TRANSACTION_HOOK.set(pack(&third), hook)]
    }

    /// As the contract answers.
    pub(super) fn to_abi(self) -> IParameters::Terms {
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        IParameters::Terms {
            gasLimit: self.gas_limit,
            blockBytesMax: small(self.block_bytes_max),
            blockTime: small(self.block_time_ms),
            followUpBlocks: small(self.follow_up_blocks),
            followUpTime: small(self.follow_up_ms),
            heartbeat: small(self.heartbeat_ms),
            leaderTimeout: small(self.leader_timeout_ms),
            certificationTimeout: small(self.certification_timeout_ms),
            skipTimeout: small(self.skip_timeout_ms),
            retryTimeout: small(self.retry_timeout_ms),
            feeMode: self.fee_mode,
            baseFee: self.base_fee,
            contractSizeMax: small(self.contract_size_max),
            poolTransactionsMax: small(self.pool_transactions_max),
            poolTransactionsPerSender: small(self.pool_transactions_per_sender),
            requestsPerSecond: small(self.requests_per_second),
            systemLane: self.system_lane as u8,
            transactionAllowList: self.transaction_allow_list,
            deployerAllowList: self.deployer_allow_list,
            transactionHook: self.transaction_hook.unwrap_or_default(),
        }
    }
}
