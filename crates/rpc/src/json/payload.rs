use super::quantity;
use althing_primitives::{
    Address, B256, Block, Bloom, Bytes, U256,
    eips::{eip2718::Encodable2718, eip4895::Withdrawal, eip7685::Requests},
};
use serde::Serialize;

/// A block as the engine API hands it over (`ExecutionPayloadEnvelope`).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PayloadJson {
    execution_payload: Payload,
    /// What the fee recipient gets, in wei.
    block_value: U256,
    blobs_bundle: BlobsBundle,
    execution_requests: Vec<Bytes>,
    should_override_builder: bool,
}

/// Sidecars; nobody here keeps any.
#[derive(Clone, Debug, Default, Serialize)]
struct BlobsBundle {
    commitments: [Bytes; 0],
    proofs: [Bytes; 0],
    blobs: [Bytes; 0],
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    parent_hash: B256,
    fee_recipient: Address,
    state_root: B256,
    receipts_root: B256,
    logs_bloom: Bloom,
    prev_randao: B256,
    #[serde(serialize_with = "quantity")]
    block_number: u64,
    #[serde(serialize_with = "quantity")]
    gas_limit: u64,
    #[serde(serialize_with = "quantity")]
    gas_used: u64,
    #[serde(serialize_with = "quantity")]
    timestamp: u64,
    extra_data: Bytes,
    #[serde(serialize_with = "quantity")]
    base_fee_per_gas: u64,
    block_hash: B256,
    transactions: Vec<Bytes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawals: Option<Vec<Withdrawal>>,
    #[serde(serialize_with = "super::quantity_opt", skip_serializing_if = "Option::is_none")]
    blob_gas_used: Option<u64>,
    #[serde(serialize_with = "super::quantity_opt", skip_serializing_if = "Option::is_none")]
    excess_blob_gas: Option<u64>,
}

impl PayloadJson {
    pub(crate) fn new(block: &Block, block_value: U256, requests: &Requests) -> Self {
        Self {
            execution_payload: Payload::from(block),
            block_value,
            blobs_bundle: BlobsBundle::default(),
            execution_requests: requests.iter().cloned().collect(),
            should_override_builder: false,
        }
    }
}

impl From<&Block> for Payload {
    fn from(block: &Block) -> Self {
        let header = &block.header;
        Self {
            parent_hash: header.parent_hash,
            fee_recipient: header.beneficiary,
            state_root: header.state_root,
            receipts_root: header.receipts_root,
            logs_bloom: header.logs_bloom,
            prev_randao: header.mix_hash,
            block_number: header.number,
            gas_limit: header.gas_limit,
            gas_used: header.gas_used,
            timestamp: header.timestamp,
            extra_data: header.extra_data.clone(),
            base_fee_per_gas: header.base_fee_per_gas.unwrap_or_default(),
            block_hash: block.hash(),
            transactions: block.body.transactions.iter().map(|tx| tx.encoded_2718().into()).collect(),
            withdrawals: block.body.withdrawals.as_ref().map(|list| list.to_vec()),
            blob_gas_used: header.blob_gas_used,
            excess_blob_gas: header.excess_blob_gas,
        }
    }
}
