//! `eth_simulateV1`: calls in blocks that do not exist.

use super::{calls::simulation_error, state::block_or_latest};
use crate::{
    api::Api,
    arguments::{Arguments, Json},
    chain::{not_found, state_error},
    error::RpcError,
    json::{BlockJson, LogJson, LogPosition, Transactions, quantity},
    methods::{Methods, Reads},
    prices::Prices,
};
use althing_evm::{
    CallOutcome, Limits, SequenceError, SequenceRequest, SimulatedBlock, SimulatedCall, TransactionError, revert_text,
};
use althing_primitives::{Bytes, RecoveredBlock};
use althing_storage::StateError;
use serde::Serialize;
use tokio::time::Instant;

/// Codes of execution-apis for a sequence that cannot be run.
mod code {
    pub(super) const NONCE_TOO_LOW: i32 = -38010;
    pub(super) const NONCE_TOO_HIGH: i32 = -38011;
    pub(super) const BASE_FEE_TOO_LOW: i32 = -38012;
    pub(super) const INTRINSIC_GAS: i32 = -38013;
    pub(super) const INSUFFICIENT_FUNDS: i32 = -38014;
    pub(super) const BLOCK_GAS_LIMIT: i32 = -38015;
    pub(super) const BLOCK_NUMBER: i32 = -38020;
    pub(super) const BLOCK_TIMESTAMP: i32 = -38021;
    pub(super) const SENDER_NOT_EOA: i32 = -38024;
    pub(super) const INIT_CODE_SIZE: i32 = -38025;
    pub(super) const CLIENT_LIMIT: i32 = -38026;
    pub(super) const INVALID_PARAMS: i32 = -32602;
    pub(super) const INTERNAL: i32 = -32603;
    pub(super) const VM_ERROR: i32 = -32015;
    pub(super) const REVERTED: i32 = 3;
}

pub(super) fn register(methods: &mut Methods) {
    methods.working("eth_simulateV1", 2, simulate);
}

#[derive(Clone, Serialize)]
struct SimulatedJson {
    #[serde(flatten)]
    block: BlockJson,
    calls: Vec<CallJson>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct CallJson {
    return_data: Bytes,
    logs: Vec<LogJson>,
    #[serde(serialize_with = "quantity")]
    gas_used: u64,
    #[serde(serialize_with = "quantity")]
    max_used_gas: u64,
    #[serde(serialize_with = "quantity")]
    status: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<CallError>,
}

#[derive(Clone, Serialize)]
struct CallError {
    message: String,
    code: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Bytes>,
}

fn simulate(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<SimulatedJson>, RpcError> {
    let Json(request) = arguments.required::<Json<SequenceRequest>>()?;
    let block = block_or_latest(arguments)?;
    let Api { chain, executor, config, .. } = reads.api;
    let number = chain.number(block).ok_or_else(|| not_found(block))?;
    let base = chain.block(number, reads.reach)?;
    let view = chain.view(block, reads.reach)?;
    let due = Instant::now() + config.limits.call_time;
    let expired = || Instant::now() >= due;
    let limits = Limits { gas: config.limits.call_gas, expired: Some(&expired) };
    let transactions = match request.return_full_transactions {
        true => Transactions::Full,
        false => Transactions::Hashes,
    };
    let blocks = executor.simulate(&view, &base.header, request, &limits);
    let blocks = blocks.map_err(|error| refusal(reads.api, error))?;
    Ok(blocks.into_iter().map(|simulated| SimulatedJson::new(reads.api, simulated, transactions)).collect())
}

impl SimulatedJson {
    fn new(api: &Api, SimulatedBlock { block, calls }: SimulatedBlock, transactions: Transactions) -> Self {
        let calls = calls.into_iter().enumerate().map(|(index, call)| CallJson::new(api, &block, index, call));
        let calls = calls.collect();
        let prices = Prices::by_header(api.pricing, &block);
        Self { block: BlockJson::new(&block, transactions, &prices, api.config.edition), calls }
    }
}

impl CallJson {
    fn new(api: &Api, block: &RecoveredBlock, index: usize, call: SimulatedCall) -> Self {
        let at = LogPosition {
            block_number: block.number(),
            block_hash: block.hash(),
            block_timestamp: api.config.edition.timestamp(block.header.timestamp),
            transaction_hash: block.body.transactions.get(index).map(|tx| *tx.tx_hash()).unwrap_or_default(),
            transaction_index: index as u64,
            log_index: 0,
        };
        let logs =
            call.logs.iter().map(|(log_index, log)| LogJson::new(log, LogPosition { log_index: *log_index, ..at }));
        let logs = logs.collect();
        let (return_data, error) = ended(call.outcome);
        Self {
            return_data,
            logs,
            gas_used: call.gas_used,
            max_used_gas: call.max_used_gas,
            status: error.is_none().into(),
            error,
        }
    }
}

fn ended(outcome: CallOutcome) -> (Bytes, Option<CallError>) {
    match outcome {
        CallOutcome::Success(output) => (output, None),
        CallOutcome::Reverted(data) => {
            let error = CallError { message: revert_text(&data), code: code::REVERTED, data: Some(data) };
            (Bytes::new(), Some(error))
        }
        CallOutcome::Halted(message) => (Bytes::new(), Some(CallError { message, code: code::VM_ERROR, data: None })),
    }
}

fn refusal(api: &Api, error: SequenceError) -> RpcError {
    let message = error.to_string();
    let code = match error {
        SequenceError::Arguments(_) => code::INVALID_PARAMS,
        SequenceError::Limit(_) => code::CLIENT_LIMIT,
        SequenceError::Number { .. } => code::BLOCK_NUMBER,
        SequenceError::Timestamp { .. } => code::BLOCK_TIMESTAMP,
        SequenceError::BlockGas { .. } => code::BLOCK_GAS_LIMIT,
        SequenceError::Transaction { error, .. } => transaction_code(&error),
        SequenceError::State(error) => return old_state(error),
        SequenceError::Simulation(error) => return simulation_error(api, error),
    };
    RpcError::Coded { code, message: message.into() }
}

/// A root needs the trie, which is kept for fewer blocks than the state is.
fn old_state(error: StateError) -> RpcError {
    match error {
        StateError::ProofWindow(number, oldest) => RpcError::refused(format!(
            "block {number} is too old to simulate on: a block's state root needs the trie, kept from {oldest} on"
        )),
        other => state_error(other),
    }
}

fn transaction_code(error: &TransactionError) -> i32 {
    use althing_evm::InvalidTransaction as E;
    let TransactionError::Evm(error) = error else { return code::INTERNAL };
    match error {
        E::NonceTooLow { .. } => code::NONCE_TOO_LOW,
        E::NonceTooHigh { .. } => code::NONCE_TOO_HIGH,
        E::GasPriceLessThanBasefee => code::BASE_FEE_TOO_LOW,
        E::CallGasCostMoreThanGasLimit { .. } => code::INTRINSIC_GAS,
        E::LackOfFundForMaxFee { .. } | E::OverflowPaymentInTransaction => code::INSUFFICIENT_FUNDS,
        E::RejectCallerWithCode => code::SENDER_NOT_EOA,
        E::CreateInitCodeSizeLimit => code::INIT_CODE_SIZE,
        E::PriorityFeeGreaterThanMaxFee => code::INVALID_PARAMS,
        _ => code::INTERNAL,
    }
}
