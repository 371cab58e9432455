use crate::Limits;
use althing_chainspec::{ChainSpec, FeeMode, ForkSchedule, Hardfork};
use althing_contracts::{IParameters::FeeMode as TermsFeeMode, is_system};
use althing_governance::{ForkTimes, Terms, free_lane_gas};
use althing_primitives::{Header, Transaction, TransactionExt};

/// What the next block asks of a transaction: read from the chain specification and the head.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "forks are named as everywhere")]
pub struct Rules {
    /// Chain id transactions must be signed for (EIP-155).
    pub chain_id: u64,
    /// Gas one block holds.
    pub block_gas_limit: u64,
    /// Bytes one block holds, the highest number where nothing says.
    pub block_bytes_max: u64,
    /// Gas one transaction may ask for (EIP-7825), `None` before Osaka.
    pub transaction_gas_limit: Option<u64>,
    /// No fee is charged, whatever is offered.
    pub zero_fee: bool,
    /// Whether system contracts say who may send, and who sponsors whom.
    pub governed: bool,
    /// What the members agreed on.
    pub terms: Option<Terms>,
    /// Percent of a block's gas and bytes kept for members' calls of system contracts.
    pub lane_percent: u8,
    /// Bytes of code that creates a contract (EIP-3860: twice those of a contract).
    pub initcode_bytes_max: usize,
    /// Transactions in a pool, and of one sender, where the members agreed on it.
    pub pool_limits: Option<(usize, usize)>,
    pub homestead: bool,
    pub istanbul: bool,
    pub berlin: bool,
    pub london: bool,
    pub shanghai: bool,
    pub prague: bool,
    /// What blob transactions must keep to; `None` where there are none.
    pub blobs: Option<BlobRules>,
}

/// What the next block asks of a blob transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobRules {
    /// Blobs of one transaction.
    pub transaction_max: u64,
    /// Whether sidecars prove cells (EIP-7594) instead of whole blobs.
    pub cells: bool,
}

impl Rules {
    /// The rules of the block that follows `head`, whose state has these terms and times of forks, if the chain governs
    /// itself.
    pub fn after(spec: &ChainSpec, head: &Header, agreed: Option<&(Terms, ForkTimes)>) -> Self {
        let Some((terms, fork_times)) = agreed else { return Self::of_genesis(spec, spec.forks(), head) };
        Self {
            block_gas_limit: terms.gas_limit,
            block_bytes_max: terms.block_bytes_max,
            zero_fee: matches!(terms.fee_mode, TermsFeeMode::Zero),
            governed: true,
            terms: Some(*terms),
            lane_percent: u8::try_from(terms.system_lane).unwrap_or(100),
            initcode_bytes_max: saturated(terms.contract_size_max.saturating_mul(2)),
            pool_limits: Some((saturated(terms.pool_transactions_max), saturated(terms.pool_transactions_per_sender))),
            ..Self::of_genesis(spec, &spec.forks().with_times(fork_times), head)
        }
    }

    /// By the genesis' terms.
    fn of_genesis(spec: &ChainSpec, forks: &ForkSchedule, head: &Header) -> Self {
        let fork = forks.at(head.number + 1, head.timestamp, head.difficulty.is_zero());
        Self {
            chain_id: spec.chain_id(),
            block_gas_limit: head.gas_limit,
            block_bytes_max: u64::MAX,
            transaction_gas_limit: (fork >= Hardfork::Osaka).then_some(TRANSACTION_GAS_LIMIT),
            zero_fee: spec.fee_mode() == FeeMode::Zero,
            governed: false,
            terms: None,
            lane_percent: 0,
            initcode_bytes_max: INITCODE_BYTES_MAX,
            pool_limits: None,
            homestead: fork >= Hardfork::Homestead,
            istanbul: fork >= Hardfork::Istanbul,
            berlin: fork >= Hardfork::Berlin,
            london: fork >= Hardfork::London,
            shanghai: fork >= Hardfork::Shanghai,
            prague: fork >= Hardfork::Prague,
            blobs: blobs(spec, head),
        }
    }

    /// Gas of a block that only members' calls of system contracts may use.
    pub fn lane_gas(&self) -> u64 {
        self.lane_part(self.block_gas_limit)
    }

    /// Bytes of a block that only they may use.
    pub fn lane_bytes(&self) -> u64 {
        self.lane_part(self.block_bytes_max)
    }

    fn lane_part(&self, of: u64) -> u64 {
        let percent = u128::from(self.lane_percent.min(100));
        u64::try_from(u128::from(of) * percent / 100).unwrap_or(of)
    }

    /// Gas of a block that members' calls of system contracts have for nothing although others pay.
    pub fn free_gas(&self) -> u64 {
        match self.governed && !self.zero_fee {
            true => free_lane_gas(self.block_gas_limit, self.lane_percent.into()),
            false => 0,
        }
    }

    /// Whether it depends on the sender if a transaction pays for its gas.
    pub(crate) fn may_waive(&self, tx: &Transaction) -> bool {
        tx.gas_limit() <= self.free_gas() && tx.to().is_some_and(|to| is_system(&to))
    }

    /// What the pool may hold: as configured, but for what the members agreed on.
    pub(crate) fn limits(&self, configured: &Limits) -> Limits {
        let Some((transactions, sender_transactions)) = self.pool_limits else { return configured.clone() };
        Limits {
            transactions,
            sender_transactions,
            queued: (transactions / QUEUED_PART).max(1),
            sender_queued: configured.sender_queued.min(sender_transactions),
            ..configured.clone()
        }
    }

    /// All forks up to Osaka.
    pub const fn osaka(chain_id: u64, block_gas_limit: u64, zero_fee: bool) -> Self {
        Self {
            chain_id,
            block_gas_limit,
            block_bytes_max: u64::MAX,
            transaction_gas_limit: Some(TRANSACTION_GAS_LIMIT),
            zero_fee,
            governed: false,
            terms: None,
            lane_percent: 0,
            initcode_bytes_max: INITCODE_BYTES_MAX,
            pool_limits: None,
            homestead: true,
            istanbul: true,
            berlin: true,
            london: true,
            shanghai: true,
            prague: true,
            blobs: None,
        }
    }
}

/// A consortium has no blob market, and nobody keeps the sidecars.
fn blobs(spec: &ChainSpec, head: &Header) -> Option<BlobRules> {
    let params = spec.forks().blob_params(head.timestamp).filter(|_| spec.consortium().is_none())?;
    let cells = spec.forks().condition(Hardfork::Osaka).active_at_timestamp(head.timestamp);
    Some(BlobRules { transaction_max: params.max_blobs_per_tx, cells })
}

fn saturated(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// One part in so many of a governed pool may wait for a nonce or for funds, as in [`Limits::default`].
const QUEUED_PART: usize = 8;
/// EIP-7825.
pub(crate) const TRANSACTION_GAS_LIMIT: u64 = 16_777_216;
/// EIP-3860.
pub(crate) const INITCODE_BYTES_MAX: usize = 2 * 24_576;
