//! Traces of what was not sent.

use super::types::Wanted;
use crate::{
    allowance::Allowance,
    arguments::{Arguments, Json},
    block_ref::BlockRef,
    chain::{not_found, state_error},
    error::RpcError,
    eth::calls::{Place, Ready},
    methods::Reads,
};
use alloy_rpc_types_eth::{BlockOverrides, TransactionRequest, state::StateOverride};
use alloy_rpc_types_trace::parity::TraceResults;
use althing_evm::EvmOverrides;
use althing_primitives::{
    Bytes, RecoveredTransaction, Transaction, consensus::transaction::SignerRecoverable, eips::eip2718::Decodable2718,
};

pub(super) fn call(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<TraceResults, RpcError> {
    let Json(request) = arguments.required()?;
    let Wanted(types) = arguments.required()?;
    let block = arguments.optional()?.unwrap_or(BlockRef::Latest);
    let state = arguments.optional::<Json<StateOverride>>()?.map(|Json(state)| state);
    let fields = arguments.optional::<Json<BlockOverrides>>()?.map(|Json(fields)| Box::new(fields));
    let Ready { view, call } = Ready::new(reads, request, block, EvmOverrides::new(state, fields), Place::There)?;
    let allowance = Allowance::new(reads.api);
    let results = allowance.run(|limits| reads.api.executor.replay_calls(&view, vec![(call, types)], limits))?;
    results.into_iter().next().ok_or(RpcError::Internal("executor: a trace is missing"))
}

/// Calls in order, each on what those before it left behind.
pub(super) fn call_many(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<TraceResults>, RpcError> {
    let Json(requests) = arguments.required::<Json<Vec<(TransactionRequest, Wanted)>>>()?;
    let block = arguments.optional()?.unwrap_or(BlockRef::Latest);
    let most = reads.api.config.limits.trace_calls;
    if requests.len() > most {
        return Err(RpcError::Limit(format!("too many calls, at most {most}").into()));
    }
    let view = reads.api.chain.view(block, reads.reach)?;
    let ready = |(request, Wanted(types))| {
        let ready = Ready::new(reads, request, block, EvmOverrides::default(), Place::There)?;
        Ok((ready.call, types))
    };
    let calls = requests.into_iter().map(ready).collect::<Result<Vec<_>, RpcError>>()?;
    Allowance::new(reads.api).run(|limits| reads.api.executor.replay_calls(&view, calls, limits))
}

/// A signed transaction, as if it were the next of the block named.
pub(super) fn raw_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<TraceResults, RpcError> {
    let raw: Bytes = arguments.required()?;
    let Wanted(types) = arguments.required()?;
    let block = arguments.optional()?.unwrap_or(BlockRef::Latest);
    let transaction = recovered(&raw)?;
    let api = reads.api;
    let number = api.chain.number(block).ok_or_else(|| not_found(block))?;
    let header = &api.chain.block(number, reads.reach)?.header;
    let view = api.chain.view(BlockRef::Number(number), reads.reach)?;
    let terms = api.executor.terms(&view).map_err(state_error)?;
    let place = (header, api.executor.env(header, &terms));
    Allowance::new(api).run(|limits| api.executor.replay_signed(&view, place, &transaction, types, limits))
}

fn recovered(raw: &[u8]) -> Result<RecoveredTransaction, RpcError> {
    let transaction =
        Transaction::decode_2718_exact(raw).map_err(|error| RpcError::refused(format!("rlp: {error}")))?;
    let sender = transaction.recover_signer().map_err(|error| RpcError::refused(format!("invalid sender: {error}")))?;
    Ok(RecoveredTransaction::new_unchecked(transaction, sender))
}
