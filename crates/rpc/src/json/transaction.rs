use super::{quantity, quantity_opt, quantity_wide, quantity_wide_opt};
use althing_primitives::{
    Address, B256, Bytes, Transaction, TransactionExt, U256,
    consensus::{Typed2718, transaction::to_eip155_value},
    eips::{eip2930::AccessList, eip7702::SignedAuthorization},
};
use serde::Serialize;

/// A transaction, in a block or waiting for one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransactionJson {
    block_hash: Option<B256>,
    #[serde(serialize_with = "quantity_opt")]
    block_number: Option<u64>,
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    block_timestamp: Timestamp,
    from: Address,
    #[serde(serialize_with = "quantity")]
    gas: u64,
    #[serde(serialize_with = "quantity_wide")]
    gas_price: u128,
    #[serde(serialize_with = "quantity_wide_opt", skip_serializing_if = "Option::is_none")]
    max_fee_per_gas: Option<u128>,
    #[serde(serialize_with = "quantity_wide_opt", skip_serializing_if = "Option::is_none")]
    max_priority_fee_per_gas: Option<u128>,
    #[serde(serialize_with = "quantity_wide_opt", skip_serializing_if = "Option::is_none")]
    max_fee_per_blob_gas: Option<u128>,
    hash: B256,
    input: Bytes,
    #[serde(serialize_with = "quantity")]
    nonce: u64,
    to: Option<Address>,
    #[serde(serialize_with = "quantity_opt")]
    transaction_index: Option<u64>,
    value: U256,
    #[serde(rename = "type", serialize_with = "quantity")]
    kind: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_list: Option<AccessList>,
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    chain_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob_versioned_hashes: Option<Vec<B256>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_list: Option<Vec<SignedAuthorization>>,
    #[serde(serialize_with = "quantity_wide")]
    v: u128,
    r: U256,
    s: U256,
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    y_parity: Option<u64>,
}

/// `blockTimestamp`: left out by old editions, `null` while pending.
#[derive(Clone, Copy, Debug)]
enum Timestamp {
    Absent,
    Pending,
    At(u64),
}

impl Timestamp {
    const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(timestamp) => quantity(timestamp, serializer),
            Self::Pending | Self::Absent => serializer.serialize_none(),
        }
    }
}

/// The block a transaction stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inclusion {
    pub(crate) block_hash: B256,
    pub(crate) block_number: u64,
    pub(crate) block_timestamp: u64,
    pub(crate) index: u64,
    /// What it paid per gas.
    pub(crate) gas_price: u128,
}

impl TransactionJson {
    /// A transaction in a block.
    pub(crate) fn mined(tx: &Transaction, from: Address, at: Inclusion, edition: super::Edition) -> Self {
        let timestamp = edition.timestamp(at.block_timestamp).map_or(Timestamp::Absent, Timestamp::At);
        Self {
            block_hash: Some(at.block_hash),
            block_number: Some(at.block_number),
            block_timestamp: timestamp,
            transaction_index: Some(at.index),
            gas_price: if tx.is_dynamic_fee() { at.gas_price } else { tx.max_fee_per_gas() },
            ..Self::signed(tx, from)
        }
    }

    /// A transaction in the pool.
    pub(crate) fn pending(tx: &Transaction, from: Address, edition: super::Edition) -> Self {
        let timestamp = edition.timestamp(0).map_or(Timestamp::Absent, |_| Timestamp::Pending);
        Self { block_timestamp: timestamp, ..Self::signed(tx, from) }
    }

    fn signed(tx: &Transaction, from: Address) -> Self {
        let signature = tx.signature();
        let parity = signature.v();
        let legacy = tx.is_legacy();
        let dynamic = tx.is_dynamic_fee();
        Self {
            block_hash: None,
            block_number: None,
            block_timestamp: Timestamp::Absent,
            from,
            gas: tx.gas_limit(),
            gas_price: tx.max_fee_per_gas(),
            max_fee_per_gas: dynamic.then(|| tx.max_fee_per_gas()),
            max_priority_fee_per_gas: tx.max_priority_fee_per_gas(),
            max_fee_per_blob_gas: tx.max_fee_per_blob_gas(),
            hash: *tx.tx_hash(),
            input: tx.input().clone(),
            nonce: tx.nonce(),
            to: tx.to(),
            transaction_index: None,
            value: tx.value(),
            kind: tx.ty().into(),
            access_list: tx.access_list().cloned(),
            chain_id: tx.chain_id(),
            blob_versioned_hashes: tx.blob_versioned_hashes().map(<[B256]>::to_vec),
            authorization_list: tx.authorization_list().map(<[SignedAuthorization]>::to_vec),
            // A simulated one has no signature, and geth shows no `v` then.
            v: if legacy && !signature.r().is_zero() { to_eip155_value(parity, tx.chain_id()) } else { parity.into() },
            r: signature.r(),
            s: signature.s(),
            y_parity: (!legacy).then(|| parity.into()),
        }
    }
}
