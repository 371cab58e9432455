//! What happened inside one transaction.

use crate::{
    allowance::Allowance,
    arguments::Arguments,
    block_ref::BlockRef,
    error::RpcError,
    methods::Reads,
    trace::{Located, locate, traced},
};
use alloy_rpc_types_trace::{
    otterscan::InternalOperation,
    parity::{Action, CallType, CreationMethod, TraceOutput, TraceResults, TransactionTrace},
};
use althing_evm::TraceTypes;
use althing_primitives::{Address, B256, Bytes, U256};
use serde::Serialize;

/// The transaction, which must be there.
fn located(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Located, RpcError> {
    let hash: B256 = arguments.required()?;
    locate(reads, &hash)?.ok_or_else(|| RpcError::refused("transaction not found"))
}

fn executed(reads: Reads<'_>, at: &Located) -> Result<TraceResults, RpcError> {
    let allowance = Allowance::new(reads.api);
    let results = traced(reads, &allowance, &at.block, at.index..at.index + 1, TraceTypes::TRACE)?;
    results.into_iter().next().ok_or(RpcError::Internal("executor: a trace is missing"))
}

pub(super) fn internal_operations(
    reads: Reads<'_>,
    arguments: &mut Arguments<'_>,
) -> Result<Vec<InternalOperation>, RpcError> {
    let Located { block, index } = located(reads, arguments)?;
    let parent = block.number().saturating_sub(1);
    let view = reads.api.chain.view(BlockRef::Number(parent), reads.reach)?;
    Allowance::new(reads.api).run(|limits| reads.api.executor.internal_operations(&block, &view, index, limits))
}

/// What a transaction that failed returned; nothing for one that did not.
pub(super) fn error(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Bytes, RpcError> {
    let located = located(reads, arguments)?;
    let committed = reads.api.chain.committed(located.block.number(), reads.reach)?;
    if committed.receipts.get(located.index).is_some_and(|receipt| receipt.success) {
        return Ok(Bytes::new());
    }
    Ok(executed(reads, &located)?.output)
}

/// A call, creation or destruction, with how deep it is.
#[derive(Clone, Serialize)]
pub(super) struct Entry {
    #[serde(rename = "type")]
    kind: &'static str,
    depth: usize,
    from: Address,
    to: Address,
    /// In wei; none where a call cannot move any.
    value: Option<U256>,
    input: Bytes,
    output: Bytes,
}

pub(super) fn trace(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<Entry>, RpcError> {
    let results = executed(reads, &located(reads, arguments)?)?;
    Ok(results.trace.into_iter().filter_map(entry).collect())
}

/// `None` for what no transaction does.
fn entry(trace: TransactionTrace) -> Option<Entry> {
    let depth = trace.trace_address.len();
    let created = trace.result.as_ref().and_then(TraceOutput::created_contract).unwrap_or_default();
    let output = trace.result.map(TraceOutput::into_output).unwrap_or_default();
    let entry = |kind, from, to, value, input| Some(Entry { kind, depth, from, to, value, input, output });
    match trace.action {
        Action::Call(call) => {
            let (kind, moves_value) = call_kind(call.call_type);
            entry(kind, call.from, call.to, moves_value.then_some(call.value), call.input)
        }
        Action::Create(create) => {
            let kind = if create.creation_method == CreationMethod::Create2 { "CREATE2" } else { "CREATE" };
            entry(kind, create.from, created, Some(create.value), create.init)
        }
        Action::Selfdestruct(end) => {
            entry("SELFDESTRUCT", end.address, end.refund_address, Some(end.balance), Bytes::new())
        }
        Action::Reward(_) => None,
    }
}

/// Its name, and whether it can move value.
const fn call_kind(kind: CallType) -> (&'static str, bool) {
    match kind {
        CallType::DelegateCall => ("DELEGATECALL", false),
        CallType::StaticCall => ("STATICCALL", false),
        CallType::CallCode => ("CALLCODE", true),
        CallType::Call | CallType::AuthCall | CallType::None => ("CALL", true),
    }
}
