use super::{Edition, LogJson, LogPosition, quantity, quantity_opt, quantity_wide, quantity_wide_opt};
use althing_primitives::{
    Address, B256, Bloom, Receipt, RecoveredBlock, Transaction, TransactionExt,
    consensus::{TxReceipt, Typed2718},
};
use serde::Serialize;

/// A transaction's receipt.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptJson {
    #[serde(serialize_with = "quantity_wide_opt", skip_serializing_if = "Option::is_none")]
    blob_gas_price: Option<u128>,
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    blob_gas_used: Option<u64>,
    block_hash: B256,
    #[serde(serialize_with = "quantity")]
    block_number: u64,
    contract_address: Option<Address>,
    #[serde(serialize_with = "quantity")]
    cumulative_gas_used: u64,
    #[serde(serialize_with = "quantity_wide")]
    effective_gas_price: u128,
    from: Address,
    #[serde(serialize_with = "quantity")]
    gas_used: u64,
    logs: Vec<LogJson>,
    logs_bloom: Bloom,
    /// Before Byzantium, instead of `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<B256>,
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    status: Option<u64>,
    to: Option<Address>,
    transaction_hash: B256,
    #[serde(serialize_with = "quantity")]
    transaction_index: u64,
    #[serde(rename = "type", serialize_with = "quantity")]
    kind: u64,
}

/// A receipt with the second of its block.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TimedReceipt {
    #[serde(flatten)]
    pub(crate) receipt: ReceiptJson,
    #[serde(serialize_with = "quantity")]
    pub(crate) timestamp: u64,
}

/// What a receipt needs to know of its block.
#[derive(Clone, Debug)]
pub(crate) struct ReceiptContext<'a> {
    pub(crate) block: &'a RecoveredBlock,
    pub(crate) receipts: &'a [Receipt],
    /// What a unit of blob gas cost in this block.
    pub(crate) blob_gas_price: u128,
    pub(crate) prices: crate::prices::Prices,
    pub(crate) edition: Edition,
}

impl ReceiptContext<'_> {
    /// Every receipt of the block.
    pub(crate) fn all(&self) -> Vec<ReceiptJson> {
        (0..self.receipts.len()).filter_map(|index| self.one(index)).collect()
    }

    /// The receipt at `index`, if the block has one.
    pub(crate) fn one(&self, index: usize) -> Option<ReceiptJson> {
        let receipt = self.receipts.get(index)?;
        let tx = self.block.body.transactions.get(index)?;
        let from = *self.block.senders().get(index)?;
        let used_before = index.checked_sub(1).map_or(0, |last| self.receipts[last].cumulative_gas_used);
        Some(ReceiptJson {
            blob_gas_price: tx.blob_gas_used().map(|_| self.blob_gas_price),
            blob_gas_used: tx.blob_gas_used(),
            block_hash: self.block.hash(),
            block_number: self.block.number(),
            contract_address: tx.is_create().then(|| from.create(tx.nonce())),
            cumulative_gas_used: receipt.cumulative_gas_used,
            effective_gas_price: self.prices.effective(index, tx),
            from,
            gas_used: receipt.cumulative_gas_used.saturating_sub(used_before),
            logs: self.logs(index, receipt, tx),
            logs_bloom: receipt.bloom(),
            root: receipt.state_root,
            status: receipt.state_root.is_none().then_some(receipt.success.into()),
            to: tx.to(),
            transaction_hash: *tx.tx_hash(),
            transaction_index: index as u64,
            kind: tx.ty().into(),
        })
    }

    fn logs(&self, index: usize, receipt: &Receipt, tx: &Transaction) -> Vec<LogJson> {
        let before: usize = self.receipts[..index].iter().map(|receipt| receipt.logs.len()).sum();
        let at = LogPosition {
            block_number: self.block.number(),
            block_hash: self.block.hash(),
            block_timestamp: self.edition.timestamp(self.block.header.timestamp),
            transaction_hash: *tx.tx_hash(),
            transaction_index: index as u64,
            log_index: 0,
        };
        let logs = receipt.logs.iter().zip(before as u64..);
        logs.map(|(log, log_index)| LogJson::new(log, LogPosition { log_index, ..at })).collect()
    }
}
