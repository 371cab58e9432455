//! Transactions and receipts, in blocks and in the pool. What is not there is `null`.

use super::blocks::{by_hash, by_number, find, receipt_context};
use crate::{
    arguments::Arguments,
    block_ref::BlockRef,
    error::RpcError,
    json::{Inclusion, ReceiptJson, TransactionJson},
    methods::{Methods, Reads},
    prices::Prices,
};
use althing_primitives::{B256, Bytes, RecoveredBlock, RecoveredTransaction, eips::eip2718::Encodable2718};

pub(super) fn register(methods: &mut Methods) {
    methods.reading("eth_getTransactionByHash", 1, by_transaction_hash);
    methods.reading("eth_getRawTransactionByHash", 1, raw_by_transaction_hash);
    methods.reading("eth_getTransactionReceipt", 1, receipt);
    methods.reading("eth_getTransactionByBlockHashAndIndex", 2, |reads, arguments| {
        let block = by_hash(arguments)?;
        at_index(reads, block, arguments, show)
    });
    methods.reading("eth_getTransactionByBlockNumberAndIndex", 2, |reads, arguments| {
        let block = by_number(arguments)?;
        at_index(reads, block, arguments, show)
    });
    methods.reading("eth_getRawTransactionByBlockHashAndIndex", 2, |reads, arguments| {
        let block = by_hash(arguments)?;
        at_index(reads, block, arguments, raw).map(Option::unwrap_or_default)
    });
    methods.reading("eth_getRawTransactionByBlockNumberAndIndex", 2, |reads, arguments| {
        let block = by_number(arguments)?;
        at_index(reads, block, arguments, raw).map(Option::unwrap_or_default)
    });
}

/// How a transaction of a block is shown.
type Show<T> = fn(Reads<'_>, &RecoveredBlock, usize) -> Result<Option<T>, RpcError>;

fn at_index<T>(
    reads: Reads<'_>,
    block: BlockRef,
    arguments: &mut Arguments<'_>,
    show: Show<T>,
) -> Result<Option<T>, RpcError> {
    let index: u64 = arguments.required()?;
    let Some(block) = find(reads, block)? else { return Ok(None) };
    let Ok(index) = usize::try_from(index) else { return Ok(None) };
    show(reads, &block, index)
}

fn show(reads: Reads<'_>, block: &RecoveredBlock, index: usize) -> Result<Option<TransactionJson>, RpcError> {
    let Some((tx, from)) = block.transactions().nth(index) else { return Ok(None) };
    let at = Inclusion::of(block, tx, index, &Prices::of(reads, block)?);
    Ok(Some(TransactionJson::mined(tx, from, at, reads.api.config.edition)))
}

#[allow(clippy::unnecessary_wraps, reason = "the others can fail")]
fn raw(_: Reads<'_>, block: &RecoveredBlock, index: usize) -> Result<Option<Bytes>, RpcError> {
    Ok(block.block().body.transactions.get(index).map(|tx| tx.encoded_2718().into()))
}

/// The transaction in its block, if that is announced.
fn mined<T>(reads: Reads<'_>, hash: &B256, show: Show<T>) -> Result<Option<T>, RpcError> {
    let Some((number, index)) = reads.api.chain.position(hash)? else { return Ok(None) };
    let block = reads.api.chain.block(number, reads.reach)?;
    show(reads, &block, index)
}

fn by_transaction_hash(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<TransactionJson>, RpcError> {
    let hash: B256 = arguments.required()?;
    let api = reads.api;
    let pending = |tx: &RecoveredTransaction| TransactionJson::pending(tx.inner(), tx.signer(), api.config.edition);
    if let Some(pooled) = api.pool.get(&hash) {
        return Ok(Some(pending(pooled.transaction())));
    }
    match mined(reads, &hash, show)? {
        None => Ok(api.chain.unannounced(&hash)?.map(|tx| pending(&tx))),
        shown => Ok(shown),
    }
}

fn raw_by_transaction_hash(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<Bytes>, RpcError> {
    let hash: B256 = arguments.required()?;
    if let Some(pooled) = reads.api.pool.get(&hash) {
        return Ok(Some(pooled.encoded().into()));
    }
    mined(reads, &hash, raw)
}

fn receipt(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<ReceiptJson>, RpcError> {
    let hash: B256 = arguments.required()?;
    find_receipt(reads, &hash)
}

/// A transaction's receipt, once its block is announced.
pub(super) fn find_receipt(reads: Reads<'_>, hash: &B256) -> Result<Option<ReceiptJson>, RpcError> {
    let Some((number, index)) = reads.api.chain.position(hash)? else { return Ok(None) };
    let block = reads.api.chain.committed(number, reads.reach)?;
    Ok(receipt_context(reads, &block)?.one(index))
}
