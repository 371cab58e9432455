use super::{quantity, quantity_opt};
use althing_primitives::{Address, B256, Bytes, Log};
use serde::Serialize;

/// An event, as `eth_getLogs`, receipts and subscriptions show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogJson {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
    #[serde(serialize_with = "quantity")]
    block_number: u64,
    transaction_hash: B256,
    #[serde(serialize_with = "quantity")]
    transaction_index: u64,
    block_hash: B256,
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    block_timestamp: Option<u64>,
    #[serde(serialize_with = "quantity")]
    log_index: u64,
    removed: bool,
}

/// Where in the chain an event stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogPosition {
    pub(crate) block_number: u64,
    pub(crate) block_hash: B256,
    pub(crate) block_timestamp: Option<u64>,
    pub(crate) transaction_hash: B256,
    pub(crate) transaction_index: u64,
    /// Counted over the whole block.
    pub(crate) log_index: u64,
}

impl LogJson {
    pub(crate) fn new(log: &Log, at: LogPosition) -> Self {
        Self {
            address: log.address,
            topics: log.topics().to_vec(),
            data: log.data.data.clone(),
            block_number: at.block_number,
            transaction_hash: at.transaction_hash,
            transaction_index: at.transaction_index,
            block_hash: at.block_hash,
            block_timestamp: at.block_timestamp,
            log_index: at.log_index,
            removed: false,
        }
    }
}
