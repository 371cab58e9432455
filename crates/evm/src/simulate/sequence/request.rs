use alloy_rpc_types_eth::{TransactionRequest, state::StateOverride};
use althing_primitives::{Address, B256, U64, U256, eips::eip4895::Withdrawal};
use serde::Deserialize;

/// What `eth_simulateV1` is asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SequenceRequest {
    /// The blocks, in order.
    pub block_state_calls: Vec<BlockCalls>,
    /// Whether moved ether is shown as logs (ERC-7528).
    pub trace_transfers: bool,
    /// Whether nonces and fees count as in a real block.
    pub validation: bool,
    /// Whether the answer shows transactions whole.
    pub return_full_transactions: bool,
}

/// One block of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BlockCalls {
    /// Header fields that differ from what would follow.
    pub block_overrides: Option<BlockFields>,
    /// State that is changed before the calls.
    pub state_overrides: Option<StateOverride>,
    /// The calls, in order.
    pub calls: Option<Vec<TransactionRequest>>,
}

/// Header fields a client may set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[allow(missing_docs, reason = "named as in the header")]
pub struct BlockFields {
    pub number: Option<U256>,
    /// Before the merge only.
    pub difficulty: Option<U256>,
    /// Seconds since 1970.
    pub time: Option<U64>,
    pub gas_limit: Option<U64>,
    pub fee_recipient: Option<Address>,
    pub prev_randao: Option<B256>,
    /// Wei per gas.
    pub base_fee_per_gas: Option<U256>,
    /// Wei per gas of blobs; in no header.
    pub blob_base_fee: Option<U256>,
    pub beacon_root: Option<B256>,
    pub withdrawals: Option<Vec<Withdrawal>>,
}
