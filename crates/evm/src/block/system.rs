//! Calls the protocol makes itself: EIP-2935 and 4788 before the transactions, EIP-7002 and 7251
//! after them. Each is committed on its own.

use super::{deposit::deposits, run::BlockEvm};
use crate::{ExecutionError, InvalidBlock, rules::Rules};
use alloy_evm::Evm;
use althing_chainspec::{ChainSpec, Hardfork};
use althing_primitives::{
    Address, B256, Bytes, Header, Receipt, TxKind,
    eips::{
        eip2935::HISTORY_STORAGE_ADDRESS,
        eip4788::{BEACON_ROOTS_ADDRESS, SYSTEM_ADDRESS},
        eip6110::DEPOSIT_REQUEST_TYPE,
        eip7002::{WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS, WITHDRAWAL_REQUEST_TYPE},
        eip7251::{CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS, CONSOLIDATION_REQUEST_TYPE},
        eip7685::Requests,
    },
};
use althing_storage::StateError;
use revm::{
    Context, Database, DatabaseCommit, ExecuteEvm, MainBuilder, MainContext,
    context::{
        TxEnv,
        result::{EVMError, ExecutionResult, ResultAndState},
    },
    handler::{EthFrame, Handler, MainnetHandler},
};

type Outcome = ResultAndState;

/// EIP-2935, 4788, 7002, 7251: gas of a system call, whatever the block's limit.
const SYSTEM_CALL_GAS: u64 = 30_000_000;

/// Stores the parent's hash and beacon root where contracts read them.
pub(crate) fn before(evm: &mut BlockEvm<'_>, rules: &Rules, header: &Header) -> Result<(), ExecutionError> {
    if rules.is(Hardfork::Prague) {
        call(evm, HISTORY_STORAGE_ADDRESS, header.parent_hash)?;
    }
    if rules.is(Hardfork::Cancun) {
        call(evm, BEACON_ROOTS_ADDRESS, header.parent_beacon_block_root.unwrap_or_default())?;
    }
    Ok(())
}

/// Collects the block's requests, in order of their types.
pub(crate) fn after(
    evm: &mut BlockEvm<'_>,
    rules: &Rules,
    chain: &ChainSpec,
    receipts: &[Receipt],
) -> Result<Requests, ExecutionError> {
    let mut requests = Requests::default();
    if !rules.is(Hardfork::Prague) {
        return Ok(requests);
    }
    if let Some(contract) = chain.deposit_contract() {
        push(&mut requests, DEPOSIT_REQUEST_TYPE, deposits(contract, receipts)?);
    }
    let withdrawals = dequeue(evm, "EIP-7002", WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS)?;
    push(&mut requests, WITHDRAWAL_REQUEST_TYPE, withdrawals);
    let consolidations = dequeue(evm, "EIP-7251", CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS)?;
    push(&mut requests, CONSOLIDATION_REQUEST_TYPE, consolidations);
    Ok(requests)
}

fn push(requests: &mut Requests, kind: u8, data: Bytes) {
    if !data.is_empty() {
        requests.push_request_with_type(kind, data);
    }
}

/// EIP-2935, EIP-4788: a call that fails changes nothing and matters to nobody.
fn call(evm: &mut BlockEvm<'_>, contract: Address, word: B256) -> Result<(), ExecutionError> {
    let outcome = transact(evm, contract, word.0.into())?;
    evm.db_mut().commit(outcome.state);
    Ok(())
}

/// EIP-7002, EIP-7251: a missing contract or a call that fails makes the block invalid.
fn dequeue(evm: &mut BlockEvm<'_>, eip: &'static str, contract: Address) -> Result<Bytes, ExecutionError> {
    let account = evm.db_mut().basic(contract)?;
    if account.is_none_or(|account| account.is_empty_code_hash()) {
        return Err(InvalidBlock::SystemCall(eip).into());
    }
    let outcome = transact(evm, contract, Bytes::new())?;
    evm.db_mut().commit(outcome.state);
    match outcome.result {
        ExecutionResult::Success { output, .. } => Ok(output.into_data()),
        ExecutionResult::Revert { .. } | ExecutionResult::Halt { .. } => Err(InvalidBlock::SystemCall(eip).into()),
    }
}

/// Runs a call with the gas the EIPs give it: revm's own system calls already have what later
/// forks add for state.
fn transact(evm: &mut BlockEvm<'_>, contract: Address, data: Bytes) -> Result<Outcome, EVMError<StateError>> {
    let (cfg, block) = (evm.ctx().cfg.clone(), evm.ctx().block.clone());
    let mut evm = Context::mainnet().with_block(block).with_cfg(cfg).with_db(evm.db_mut()).build_mainnet();
    let (caller, kind) = (SYSTEM_ADDRESS, TxKind::Call(contract));
    evm.ctx.tx = TxEnv { caller, kind, data, gas_limit: SYSTEM_CALL_GAS, ..TxEnv::default() };
    let result = MainnetHandler::<_, EVMError<StateError>, EthFrame>::default().run_system_call(&mut evm)?;
    Ok(Outcome { result, state: evm.finalize() })
}
