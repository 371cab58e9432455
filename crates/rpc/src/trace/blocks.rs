//! Traces of transactions in blocks: executed again on the state of the block's parent.

use super::types::Wanted;
use crate::{
    allowance::Allowance,
    arguments::{Arguments, Json},
    block_ref::BlockRef,
    debug::not_found,
    error::RpcError,
    methods::Reads,
};
use alloy_rpc_types_eth::BlockNumHash;
use alloy_rpc_types_trace::parity::{
    LocalizedTransactionTrace, RewardAction, RewardType, TraceResults, TraceResultsWithTransactionHash,
};
use althing_evm::{Reward, RewardKind, TraceTypes};
use althing_primitives::{B256, RecoveredBlock, U64};
use std::{ops::Range, sync::Arc};

/// A transaction and its block.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) block: Arc<RecoveredBlock>,
    pub(crate) index: usize,
}

/// Where a transaction is, once its block is announced.
pub(crate) fn locate(reads: Reads<'_>, hash: &B256) -> Result<Option<Located>, RpcError> {
    let Some((number, index)) = reads.api.chain.position(hash)? else { return Ok(None) };
    Ok(Some(Located { block: reads.api.chain.block(number, reads.reach)?, index }))
}

/// Traces the transactions at `which`.
pub(crate) fn traced(
    reads: Reads<'_>,
    allowance: &Allowance<'_>,
    block: &RecoveredBlock,
    which: Range<usize>,
    types: TraceTypes,
) -> Result<Vec<TraceResults>, RpcError> {
    let Some(parent) = block.number().checked_sub(1).filter(|_| !which.is_empty()) else { return Ok(Vec::new()) };
    let view = reads.api.chain.view(BlockRef::Number(parent), reads.reach)?;
    allowance.run(|limits| reads.api.executor.replay_block(block, &view, which, types, limits))
}

/// The calls of some transactions, each with its place in the chain.
fn calls(
    reads: Reads<'_>,
    allowance: &Allowance<'_>,
    block: &RecoveredBlock,
    which: Range<usize>,
) -> Result<Vec<LocalizedTransactionTrace>, RpcError> {
    let results = traced(reads, allowance, block, which.clone(), TraceTypes::TRACE)?;
    let transactions = block.block().body.transactions.iter().enumerate().skip(which.start);
    let localized = transactions.zip(results).flat_map(|((index, tx), results)| {
        results.trace.into_iter().map(move |trace| LocalizedTransactionTrace {
            trace,
            block_hash: Some(block.hash()),
            block_number: Some(block.number()),
            transaction_hash: Some(*tx.tx_hash()),
            transaction_position: Some(index as u64),
        })
    });
    Ok(localized.collect())
}

/// Everything `trace_block` shows of a block: its calls, then what mining it paid.
pub(super) fn all_of(
    reads: Reads<'_>,
    allowance: &Allowance<'_>,
    block: &RecoveredBlock,
) -> Result<Vec<LocalizedTransactionTrace>, RpcError> {
    let mut traces = calls(reads, allowance, block, 0..block.senders().len())?;
    let at = BlockNumHash::new(block.number(), block.hash());
    let rewards = reads.api.executor.rewards(block);
    traces.extend(rewards.into_iter().map(|reward| reward_action(reward).into_localized_trace(at)));
    Ok(traces)
}

const fn reward_action(Reward { kind, beneficiary, amount }: Reward) -> RewardAction {
    let reward_type = match kind {
        RewardKind::Block => RewardType::Block,
        RewardKind::Ommer => RewardType::Uncle,
    };
    RewardAction { author: beneficiary, reward_type, value: amount }
}

type Traces = Vec<LocalizedTransactionTrace>;

pub(super) fn block(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<Traces>, RpcError> {
    let block: BlockRef = arguments.required()?;
    let Some(number) = reads.api.chain.number(block) else { return Ok(None) };
    let block = reads.api.chain.block(number, reads.reach)?;
    all_of(reads, &Allowance::new(reads.api), &block).map(Some)
}

pub(super) fn transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<Traces>, RpcError> {
    let hash: B256 = arguments.required()?;
    of_transaction(reads, &hash)
}

fn of_transaction(reads: Reads<'_>, hash: &B256) -> Result<Option<Traces>, RpcError> {
    let Some(Located { block, index }) = locate(reads, hash)? else { return Ok(None) };
    calls(reads, &Allowance::new(reads.api), &block, index..index + 1).map(Some)
}

/// The one trace at a place among a transaction's.
pub(super) fn get(
    reads: Reads<'_>,
    arguments: &mut Arguments<'_>,
) -> Result<Option<LocalizedTransactionTrace>, RpcError> {
    let hash: B256 = arguments.required()?;
    let Json(place) = arguments.required::<Json<Vec<U64>>>()?;
    let at_place = |trace: &LocalizedTransactionTrace| {
        let address = &trace.trace.trace_address;
        address.len() == place.len() && address.iter().zip(&place).all(|(index, wanted)| *wanted == U64::from(*index))
    };
    Ok(of_transaction(reads, &hash)?.and_then(|traces| traces.into_iter().find(at_place)))
}

pub(super) fn replay_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<TraceResults, RpcError> {
    let hash: B256 = arguments.required()?;
    let Wanted(types) = arguments.required()?;
    let located = locate(reads, &hash)?.ok_or_else(|| RpcError::refused("transaction not found"))?;
    let Located { block, index } = located;
    let results = traced(reads, &Allowance::new(reads.api), &block, index..index + 1, types)?;
    results.into_iter().next().ok_or(RpcError::Internal("executor: a trace is missing"))
}

pub(super) fn replay_block(
    reads: Reads<'_>,
    arguments: &mut Arguments<'_>,
) -> Result<Vec<TraceResultsWithTransactionHash>, RpcError> {
    let block: BlockRef = arguments.required()?;
    let Wanted(types) = arguments.required()?;
    let number = reads.api.chain.number(block).ok_or_else(|| not_found(block))?;
    let block = reads.api.chain.block(number, reads.reach)?;
    let results = traced(reads, &Allowance::new(reads.api), &block, 0..block.senders().len(), types)?;
    let hashes = block.block().body.transactions.iter().map(|tx| *tx.tx_hash());
    let with_hash = |(transaction_hash, full_trace)| TraceResultsWithTransactionHash { full_trace, transaction_hash };
    Ok(hashes.zip(results).map(with_hash).collect())
}
