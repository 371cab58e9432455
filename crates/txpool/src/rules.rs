use althing_chainspec::{ChainSpec, FeeMode, Hardfork};
use althing_primitives::Header;

/// What the next block asks of a transaction: read from the chain specification and the head.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "forks are named as everywhere")]
pub struct Rules {
    /// Chain id transactions must be signed for (EIP-155).
    pub chain_id: u64,
    /// Gas one block holds.
    pub block_gas_limit: u64,
    /// Gas one transaction may ask for (EIP-7825), `None` before Osaka.
    pub transaction_gas_limit: Option<u64>,
    /// No fee is charged, whatever is offered.
    pub zero_fee: bool,
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
    /// The rules of the block that follows `head`.
    pub fn after(spec: &ChainSpec, head: &Header) -> Self {
        let fork = spec.forks().at(head.number + 1, head.timestamp, head.difficulty.is_zero());
        Self {
            chain_id: spec.chain_id(),
            block_gas_limit: head.gas_limit,
            transaction_gas_limit: (fork >= Hardfork::Osaka).then_some(TRANSACTION_GAS_LIMIT),
            zero_fee: spec.fee_mode() == FeeMode::Zero,
            homestead: fork >= Hardfork::Homestead,
            istanbul: fork >= Hardfork::Istanbul,
            berlin: fork >= Hardfork::Berlin,
            london: fork >= Hardfork::London,
            shanghai: fork >= Hardfork::Shanghai,
            prague: fork >= Hardfork::Prague,
            blobs: blobs(spec, head),
        }
    }

    /// All forks up to Osaka.
    pub const fn osaka(chain_id: u64, block_gas_limit: u64, zero_fee: bool) -> Self {
        Self {
            chain_id,
            block_gas_limit,
            transaction_gas_limit: Some(TRANSACTION_GAS_LIMIT),
            zero_fee,
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

/// EIP-7825.
pub(crate) const TRANSACTION_GAS_LIMIT: u64 = 16_777_216;
/// EIP-3860.
pub(crate) const INITCODE_BYTES_MAX: usize = 2 * 24_576;
