//! Calls the protocol makes itself: EIP-2935 and 4788 before the transactions, EIP-7002 and 7251
//! after them. Each is committed on its own.

use super::{deposit::deposits, run::BlockEvm};
use crate::{ExecutionError, InvalidBlock, rules::Rules};
use alloy_evm::Evm;
use althing_chainspec::{ChainSpec, Hardfork};
use althing_primitives::{
    Address, B256, Bytes, Header, Receipt,
    eips::{
        eip2935::HISTORY_STORAGE_ADDRESS,
        eip4788::{BEACON_ROOTS_ADDRESS, SYSTEM_ADDRESS},
        eip6110::DEPOSIT_REQUEST_TYPE,
        eip7002::{WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS, WITHDRAWAL_REQUEST_TYPE},
        eip7251::{CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS, CONSOLIDATION_REQUEST_TYPE},
        eip7685::Requests,
    },
};
use revm::{Database, DatabaseCommit, context::result::ExecutionResult};

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
    let outcome = evm.transact_system_call(SYSTEM_ADDRESS, contract, word.0.into())?;
    evm.db_mut().commit(outcome.state);
    Ok(())
}

/// EIP-7002, EIP-7251: a missing contract or a call that fails makes the block invalid.
fn dequeue(evm: &mut BlockEvm<'_>, eip: &'static str, contract: Address) -> Result<Bytes, ExecutionError> {
    let account = evm.db_mut().basic(contract)?;
    if account.is_none_or(|account| account.is_empty_code_hash()) {
        return Err(InvalidBlock::SystemCall(eip).into());
    }
    let outcome = evm.transact_system_call(SYSTEM_ADDRESS, contract, Bytes::new())?;
    evm.db_mut().commit(outcome.state);
    match outcome.result {
        ExecutionResult::Success { output, .. } => Ok(output.into_data()),
        ExecutionResult::Revert { .. } | ExecutionResult::Halt { .. } => Err(InvalidBlock::SystemCall(eip).into()),
    }
}
