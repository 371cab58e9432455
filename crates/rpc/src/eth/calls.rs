//! Calls that leave no trace.

use super::state::block_or_latest;
use crate::{
    api::Api,
    arguments::{Arguments, Json},
    block_ref::BlockRef,
    chain::{Reach, not_found, state_error},
    error::RpcError,
    methods::{Methods, Reads},
};
use alloy_rpc_types_eth::{AccessList, BlockOverrides, TransactionRequest, state::StateOverride};
use althing_evm::{
    Call, EvmEnv, EvmOverrides, ExecutionResult, Limits, NextBlock, SimulationError, halt_text, revert_text,
};
use althing_primitives::{B256, Bytes, U64};
use althing_storage::View;
use rand::Rng;
use serde::Serialize;
use tokio::time::Instant;

pub(super) fn register(methods: &mut Methods) {
    methods.working("eth_call", 4, call);
    methods.working("eth_estimateGas", 4, estimate);
    methods.working("eth_createAccessList", 3, access_list);
}

/// The block a simulation pretends to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The block named, as `eth_call` does.
    There,
    /// The one after it where it is the head: what a transaction sent now will meet.
    Next,
}

/// A request made ready, with the state it runs on.
pub(crate) struct Ready {
    pub(crate) view: View,
    pub(crate) call: Call,
}

impl Ready {
    /// Takes the arguments `request, block, state overrides, block overrides`.
    fn take(reads: Reads<'_>, arguments: &mut Arguments<'_>, place: Place) -> Result<Self, RpcError> {
        let request = match arguments.optional::<Json<TransactionRequest>>()? {
            Some(Json(request)) => request,
            None => TransactionRequest::default(),
        };
        let block = block_or_latest(arguments)?;
        let state = arguments.optional::<Json<StateOverride>>()?.map(|Json(state)| state);
        let fields = arguments.optional::<Json<BlockOverrides>>()?.map(|Json(fields)| Box::new(fields));
        Self::new(reads, request, block, EvmOverrides::new(state, fields), place)
    }

    pub(crate) fn new(
        reads: Reads<'_>,
        request: TransactionRequest,
        block: BlockRef,
        overrides: EvmOverrides,
        place: Place,
    ) -> Result<Self, RpcError> {
        if request.input.unique_input().is_err() {
            return Err(RpcError::refused(
                "both \"data\" and \"input\" are set and not equal. Please use \"input\" to pass transaction call data",
            ));
        }
        let view = reads.api.chain.view(block, reads.reach)?;
        let env = env(reads, &view, block, place)?;
        Ok(Self { view, call: Call { request, env, overrides } })
    }
}

/// The EVM's view of the block a simulation pretends to be in.
pub(super) fn env(reads: Reads<'_>, view: &View, block: BlockRef, place: Place) -> Result<EvmEnv, RpcError> {
    let Api { chain, executor, now_ms, .. } = reads.api;
    let number = chain.number(block).ok_or_else(|| not_found(block))?;
    let block_there = chain.block(number, reads.reach)?;
    let header = &block_there.header;
    let next = block == BlockRef::Pending || (place == Place::Next && number == chain.head().number);
    let terms = executor.terms(view).map_err(state_error)?;
    if !next {
        return Ok(executor.env(header, &terms));
    }
    let timestamp = next_timestamp(now_ms(), header.timestamp);
    let prevrandao = B256::from(rand::rng().random::<[u8; 32]>());
    let next = NextBlock { timestamp, prevrandao, beneficiary: header.beneficiary };
    Ok(executor.next_env(header, next, &terms))
}

/// A later second than the parent's, in seconds: blocks may share one, but a contract that does its work
/// once a second (Uniswap's price accumulators) would cost less in the parent's second than when the
/// transaction is mined, and an estimate has to suffice.
fn next_timestamp(now_ms: u64, parent: u64) -> u64 {
    (now_ms / 1000).max(parent.saturating_add(1))
}

/// Runs `job` with the server's bounds on gas and time.
fn bounded<T>(api: &Api, job: impl FnOnce(&Limits<'_>) -> Result<T, SimulationError>) -> Result<T, RpcError> {
    let due = Instant::now() + api.config.limits.call_time;
    let expired = || Instant::now() >= due;
    let limits = Limits { gas: api.config.limits.call_gas, expired: Some(&expired) };
    job(&limits).map_err(|error| simulation_error(api, error))
}

/// Reverts carry their data, refusals their text, failures of this machine nothing.
pub(crate) fn simulation_error(api: &Api, error: SimulationError) -> RpcError {
    match error {
        SimulationError::Revert(data) => reverted(data),
        SimulationError::Internal(_) => RpcError::Internal("executor"),
        SimulationError::Timeout => {
            let seconds = api.config.limits.call_time.as_secs();
            RpcError::refused(format!("execution aborted (timeout = {seconds}s)"))
        }
        other => RpcError::refused(other.to_string()),
    }
}

fn reverted(data: Bytes) -> RpcError {
    RpcError::Reverted { message: revert_text(&data), data }
}

fn call(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Bytes, RpcError> {
    let Ready { view, call } = Ready::take(reads, arguments, Place::There)?;
    let result = bounded(reads.api, |limits| reads.api.executor.call(&view, call, limits))?;
    match result {
        ExecutionResult::Success { output, .. } => Ok(output.into_data()),
        ExecutionResult::Revert { output, .. } => Err(reverted(output)),
        ExecutionResult::Halt { reason, .. } => Err(RpcError::refused(halt_text(&reason))),
    }
}

fn estimate(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<U64, RpcError> {
    let ready = Ready::take(reads, arguments, Place::Next)?;
    run_estimate(reads, ready).map(U64::from)
}

fn run_estimate(reads: Reads<'_>, Ready { view, call }: Ready) -> Result<u64, RpcError> {
    bounded(reads.api, |limits| reads.api.executor.estimate_gas(&view, call, limits))
}

/// Gas for a transaction that is going to be sent.
pub(super) fn estimate_for_sending(reads: Reads<'_>, request: &TransactionRequest) -> Result<u64, RpcError> {
    let reads = Reads { reach: Reach::Disk, ..reads };
    run_estimate(reads, Ready::new(reads, request.clone(), BlockRef::Pending, EvmOverrides::default(), Place::Next)?)
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessListJson {
    access_list: AccessList,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    gas_used: U64,
}

fn access_list(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<AccessListJson, RpcError> {
    let Ready { view, call } = Ready::take(reads, arguments, Place::There)?;
    let result = bounded(reads.api, |limits| reads.api.executor.create_access_list(&view, call, limits))?;
    Ok(AccessListJson { access_list: result.access_list, error: result.error, gas_used: U64::from(result.gas_used) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_never_shares_the_parents_second() {
        assert_eq!(next_timestamp(7_900, 7), 8);
        assert_eq!(next_timestamp(9_100, 7), 9);
        assert_eq!(next_timestamp(6_000, 7), 8);
    }
}
