//! `debug_*`: what developers look into.

use crate::{
    allowance::Allowance,
    api::Api,
    arguments::{Arguments, Json},
    block_ref::BlockRef,
    duration_text::duration,
    error::RpcError,
    eth::calls::{Place, Ready},
    methods::{Methods, Reads},
};
use althing_evm::{EvmOverrides, GethDebugTracingCallOptions, GethDebugTracingOptions, GethTrace};
use althing_primitives::{
    B256, Bytes, RecoveredBlock,
    consensus::{Eip2718EncodableReceipt, TxReceipt},
    eips::eip2718::Encodable2718,
    rlp,
};
use althing_storage::View;
use serde::Serialize;
use std::{ops::Range, sync::Arc};

pub(crate) fn register(methods: &mut Methods) {
    methods.reading("debug_getRawHeader", 1, |reads, arguments| {
        Ok(Bytes::from(rlp::encode(&block(reads, arguments)?.header)))
    });
    methods.reading("debug_getRawBlock", 1, |reads, arguments| {
        Ok(Bytes::from(rlp::encode(block(reads, arguments)?.block())))
    });
    methods.reading("debug_getRawReceipts", 1, raw_receipts);
    methods.reading("debug_getRawTransaction", 1, raw_transaction);
    methods.working("debug_traceTransaction", 2, trace_transaction);
    methods.working("debug_traceCall", 3, trace_call);
    for name in ["debug_traceBlockByNumber", "debug_traceBlockByHash"] {
        methods.working(name, 2, trace_block);
    }
}

pub(crate) fn block(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Arc<RecoveredBlock>, RpcError> {
    let block: BlockRef = arguments.required()?;
    let number = reads.api.chain.number(block).ok_or_else(|| not_found(block))?;
    reads.api.chain.block(number, reads.reach)
}

pub(crate) fn not_found(block: BlockRef) -> RpcError {
    match block {
        BlockRef::Number(number) => RpcError::refused(format!("block #{number} not found")),
        _ => RpcError::refused("block not found"),
    }
}

/// EIP-2718 bytes of each receipt, with its bloom.
fn raw_receipts(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<Bytes>, RpcError> {
    let block: BlockRef = arguments.required()?;
    let number = reads.api.chain.number(block).ok_or_else(|| not_found(block))?;
    let committed = reads.api.chain.committed(number, reads.reach)?;
    let encode = |receipt: &althing_primitives::Receipt| {
        let mut out = Vec::new();
        receipt.eip2718_encode_with_bloom(&receipt.bloom(), &mut out);
        Bytes::from(out)
    };
    Ok(committed.receipts.iter().map(encode).collect())
}

fn raw_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Bytes, RpcError> {
    let hash: B256 = arguments.required()?;
    if let Some(pooled) = reads.api.pool.get(&hash) {
        return Ok(pooled.encoded().into());
    }
    let Some((number, index)) = reads.api.chain.position(&hash)? else { return Ok(Bytes::new()) };
    let block = reads.api.chain.block(number, reads.reach)?;
    Ok(block.block().body.transactions.get(index).map(|tx| tx.encoded_2718().into()).unwrap_or_default())
}

fn options(arguments: &mut Arguments<'_>) -> Result<GethDebugTracingOptions, RpcError> {
    Ok(arguments.optional::<Json<GethDebugTracingOptions>>()?.map(|Json(options)| options).unwrap_or_default())
}

/// The time a client gives a trace, and no more than the server does.
fn allowance<'a>(api: &'a Api, options: &GethDebugTracingOptions) -> Result<Allowance<'a>, RpcError> {
    let Some(timeout) = &options.timeout else { return Ok(Allowance::new(api)) };
    let time = duration(timeout).ok_or_else(|| RpcError::refused(format!("time: invalid duration {timeout:?}")))?;
    Ok(Allowance::at_most(api, time))
}

/// Traces some transactions of a block.
fn traces(
    reads: Reads<'_>,
    block: &RecoveredBlock,
    which: Range<usize>,
    options: &GethDebugTracingOptions,
) -> Result<Vec<GethTrace>, RpcError> {
    let Some(parent) = block.number().checked_sub(1) else {
        return Err(RpcError::refused("genesis is not traceable"));
    };
    let view = reads.api.chain.view(BlockRef::Number(parent), reads.reach)?;
    allowance(reads.api, options)?.run(|limits| reads.api.executor.trace_block(block, &view, which, options, limits))
}

fn trace_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<GethTrace, RpcError> {
    let hash: B256 = arguments.required()?;
    let options = options(arguments)?;
    let position = reads.api.chain.position(&hash)?;
    let (number, index) = position.ok_or_else(|| RpcError::refused("transaction not found"))?;
    let block = reads.api.chain.block(number, reads.reach)?;
    let trace = traces(reads, &block, index..index + 1, &options)?.pop();
    trace.ok_or(RpcError::Internal("executor: a trace is missing"))
}

/// A transaction's trace within its block's.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct TransactionTrace {
    tx_hash: B256,
    result: GethTrace,
}

fn trace_block(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<TransactionTrace>, RpcError> {
    let block = block(reads, arguments)?;
    let transactions = &block.block().body.transactions;
    let traces = traces(reads, &block, 0..transactions.len(), &options(arguments)?)?;
    let hashes = transactions.iter().map(|tx| *tx.tx_hash());
    Ok(hashes.zip(traces).map(|(tx_hash, result)| TransactionTrace { tx_hash, result }).collect())
}

fn trace_call(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<GethTrace, RpcError> {
    let Json(request) = arguments.required()?;
    let block = arguments.optional()?.unwrap_or(BlockRef::Latest);
    let options = arguments.optional::<Json<GethDebugTracingCallOptions>>()?.map(|Json(options)| options);
    let GethDebugTracingCallOptions { tracing_options, state_overrides, block_overrides, tx_index } =
        options.unwrap_or_default();
    let overrides = EvmOverrides::new(state_overrides, block_overrides.map(Box::new));
    let Ready { view, call } = Ready::new(reads, request, block, overrides, Place::There)?;
    let (executor, allowance) = (&reads.api.executor, allowance(reads.api, &tracing_options)?);
    let Some(index) = tx_index else {
        return allowance.run(|limits| executor.trace_call(&view, call, &tracing_options, limits));
    };
    let (block, index) = place(reads, &view, index)?;
    let parent = reads.api.chain.view(BlockRef::Number(block.number() - 1), reads.reach)?;
    allowance.run(|limits| executor.trace_call_within((&block, &parent, index), call, &tracing_options, limits))
}

/// A block that has a parent, and the index of one of its transactions; an empty block's is 0.
fn place(reads: Reads<'_>, view: &View, index: u64) -> Result<(Arc<RecoveredBlock>, usize), RpcError> {
    let block = reads.api.chain.block(view.id().number, reads.reach)?;
    if block.number() == 0 {
        return Err(RpcError::refused("no transaction in genesis"));
    }
    let count = block.block().body.transactions.len().max(1);
    match usize::try_from(index).ok().filter(|index| *index < count) {
        Some(index) => Ok((block, index)),
        None => Err(RpcError::refused(format!("transaction index {index} out of range for block {:#x}", block.hash()))),
    }
}
