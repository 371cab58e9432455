//! Blocks, without what an explorer does not show.

use super::register::Height;
use crate::{
    arguments::{Arguments, Count},
    block_ref::BlockRef,
    error::RpcError,
    eth::receipt_context,
    json::{BlockJson, HeaderJson, Inclusion, ReceiptContext, TimedReceipt, TransactionJson, Transactions},
    methods::Reads,
    prices::Prices,
};
use althing_evm::RewardKind;
use althing_primitives::{CommittedBlock, RecoveredBlock, U256};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{ops::Range, sync::Arc};

/// Characters of a transaction's input that are shown: `0x` and a selector.
const INPUT_CHARS: usize = 10;

pub(super) fn header(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<HeaderJson>, RpcError> {
    let Height(block) = arguments.required()?;
    let Some(number) = reads.api.chain.number(block) else { return Ok(None) };
    let block = reads.api.chain.block(number, reads.reach)?;
    Ok(Some(HeaderJson::new(&block.header, block.hash())))
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details {
    block: Map<String, Value>,
    issuance: Issuance,
    /// Wei that senders paid for gas, burnt ones included.
    total_fees: U256,
}

/// What mining paid, in wei.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Issuance {
    block_reward: U256,
    uncle_reward: U256,
    issuance: U256,
}

pub(super) fn details(reads: Reads<'_>, block: BlockRef) -> Result<Option<Details>, RpcError> {
    let Some(block) = committed(reads, block)? else { return Ok(None) };
    let mut shown = slim(reads, &block.block)?;
    shown.remove("transactions");
    let total_fees = total_fees(&Prices::of(reads, &block.block)?, &block);
    Ok(Some(Details { block: shown, issuance: issuance(reads, &block.block), total_fees }))
}

fn committed(reads: Reads<'_>, block: BlockRef) -> Result<Option<Arc<CommittedBlock>>, RpcError> {
    let chain = &reads.api.chain;
    chain.number(block).map(|number| chain.committed(number, reads.reach)).transpose()
}

/// The block with its transactions' hashes and their number, without its bloom.
fn slim(reads: Reads<'_>, block: &RecoveredBlock) -> Result<Map<String, Value>, RpcError> {
    let api = reads.api;
    let prices = Prices::by_header(api.pricing, block);
    let shown = object(&BlockJson::new(block, Transactions::Hashes, &prices, api.config.edition));
    let mut shown = shown.ok_or(RpcError::Internal("answer does not serialize"))?;
    shown.insert("logsBloom".to_owned(), Value::Null);
    shown.insert("transactionCount".to_owned(), block.senders().len().into());
    Ok(shown)
}

fn object(value: &impl Serialize) -> Option<Map<String, Value>> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

fn issuance(reads: Reads<'_>, block: &RecoveredBlock) -> Issuance {
    let rewards = reads.api.executor.rewards(block);
    let sum = |kind| rewards.iter().filter(|reward| reward.kind == kind).map(|reward| reward.amount).sum::<U256>();
    let (block_reward, uncle_reward) = (sum(RewardKind::Block), sum(RewardKind::Ommer));
    Issuance { block_reward, uncle_reward, issuance: block_reward + uncle_reward }
}

fn total_fees(prices: &Prices, block: &CommittedBlock) -> U256 {
    let CommittedBlock { block, receipts } = block;
    let mut used_before = 0;
    let fees = receipts.iter().zip(&block.body.transactions).enumerate().map(|(index, (receipt, tx))| {
        let gas_used = receipt.cumulative_gas_used.saturating_sub(used_before);
        used_before = receipt.cumulative_gas_used;
        U256::from(gas_used) * U256::from(prices.effective(index, tx))
    });
    fees.sum()
}

#[derive(Clone, Serialize)]
pub(super) struct Page {
    fullblock: Map<String, Value>,
    receipts: Vec<Map<String, Value>>,
}

/// A page of a block's transactions; page 0 holds the last ones.
pub(super) fn transactions(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<Page>, RpcError> {
    let Height(block) = arguments.required()?;
    let (Count(page), Count(size)) = (arguments.required()?, arguments.required()?);
    let Some(block) = committed(reads, block)? else { return Ok(None) };
    let shown = page_of(block.block.senders().len(), page, size);
    let mut fullblock = slim(reads, &block.block)?;
    let unreadable = || RpcError::Internal("answer does not serialize");
    let context = receipt_context(reads, &block)?;
    let page: Option<_> = shown.clone().map(|index| transaction(reads, &block.block, index, &context.prices)).collect();
    fullblock.insert("transactions".to_owned(), Value::Array(page.ok_or_else(unreadable)?));
    let receipts: Option<_> = shown.map(|index| receipt(&context, index)).collect();
    Ok(Some(Page { fullblock, receipts: receipts.ok_or_else(unreadable)? }))
}

/// Pages are counted from the end.
fn page_of(count: usize, page: u64, size: u64) -> Range<usize> {
    let saturated = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let end = count.saturating_sub(saturated(page.saturating_mul(size)));
    end.saturating_sub(saturated(size))..end
}

fn transaction(reads: Reads<'_>, block: &RecoveredBlock, index: usize, prices: &Prices) -> Option<Value> {
    let (tx, sender) = block.transactions().nth(index)?;
    let at = Inclusion::of(block, tx, index, prices);
    let mut shown = object(&TransactionJson::mined(tx, sender, at, reads.api.config.edition))?;
    if let Some(Value::String(input)) = shown.get_mut("input") {
        input.truncate(INPUT_CHARS);
    }
    Some(Value::Object(shown))
}

fn receipt(context: &ReceiptContext<'_>, index: usize) -> Option<Map<String, Value>> {
    let receipt = context.one(index)?;
    let mut shown = object(&TimedReceipt { receipt, timestamp: context.block.header.timestamp })?;
    shown.insert("logs".to_owned(), Value::Null);
    shown.insert("logsBloom".to_owned(), Value::Null);
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_from_the_end() {
        assert_eq!(page_of(60, 0, 25), 35..60);
        assert_eq!(page_of(60, 2, 25), 0..10);
        assert_eq!(page_of(60, 3, 25), 0..0);
        assert_eq!(page_of(60, u64::MAX, u64::MAX), 0..0);
        assert_eq!(page_of(0, 0, 25), 0..0);
    }
}
