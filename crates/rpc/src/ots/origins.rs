//! Where something began: found by halving the chain, since what is asked is false before a block
//! and true from it on. A chain of a million blocks takes twenty reads of the history.

use crate::{
    allowance::Allowance,
    arguments::{Arguments, Count},
    block_ref::BlockRef,
    chain::state_error,
    error::RpcError,
    methods::Reads,
    trace::traced,
};
use alloy_rpc_types_trace::parity::{Action, TraceOutput, TransactionTrace};
use althing_evm::TraceTypes;
use althing_primitives::{Address, B256, BlockNumber, RecoveredBlock, TransactionExt};
use althing_storage::View;
use serde::Serialize;
use std::sync::Arc;

/// What code of a delegated account starts with (EIP-7702); nobody created that.
const DELEGATION: [u8; 3] = [0xef, 0x01, 0x00];

/// The first block after which `holds`; `None` if it holds from the genesis on, or not yet.
fn first_block(
    reads: Reads<'_>,
    holds: impl Fn(&View) -> Result<bool, RpcError>,
) -> Result<Option<Arc<RecoveredBlock>>, RpcError> {
    let chain = &reads.api.chain;
    let holds_at = |number: BlockNumber| holds(&chain.view(BlockRef::Number(number), reads.reach)?);
    let (mut before, mut from) = (0, chain.head().number);
    if !holds_at(from)? || holds_at(0)? {
        return Ok(None);
    }
    while from - before > 1 {
        let middle = before + (from - before) / 2;
        if holds_at(middle)? {
            from = middle;
        } else {
            before = middle;
        }
    }
    chain.block(from, reads.reach).map(Some)
}

pub(super) fn by_sender_and_nonce(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<B256>, RpcError> {
    let sender: Address = arguments.required()?;
    let Count(nonce) = arguments.required()?;
    let used = |view: &View| {
        let account = view.account(&sender).map_err(state_error)?;
        Ok(account.is_some_and(|account| account.nonce > nonce))
    };
    let Some(block) = first_block(reads, used)? else { return Ok(None) };
    let mut transactions = block.body.transactions.iter().zip(block.senders());
    let found = transactions.find(|(tx, from)| **from == sender && TransactionExt::nonce(*tx) == nonce);
    Ok(found.map(|(tx, _)| *tx.tx_hash()))
}

/// Who made a contract, and in which transaction.
#[derive(Clone, Serialize)]
pub(super) struct Creator {
    hash: B256,
    creator: Address,
}

pub(super) fn contract_creator(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<Creator>, RpcError> {
    let address: Address = arguments.required()?;
    let is_contract = |view: &View| {
        let account = view.account(&address).map_err(state_error)?.filter(|account| account.has_code());
        let Some(account) = account else { return Ok(false) };
        Ok(!view.code(&account.code_hash).map_err(state_error)?.starts_with(&DELEGATION))
    };
    let Some(block) = first_block(reads, is_contract)? else { return Ok(None) };
    let every = 0..block.senders().len();
    let results = traced(reads, &Allowance::new(reads.api), &block, every, TraceTypes::TRACE)?;
    let creators = block.block().body.transactions.iter().zip(&results).filter_map(|(tx, results)| {
        creator(&results.trace, &address).map(|creator| Creator { hash: *tx.tx_hash(), creator })
    });
    // If it was made, destroyed and made again in one block, the last is the one that stayed.
    Ok(creators.last())
}

/// Who created `address` in a transaction, undone creations aside.
fn creator(traces: &[TransactionTrace], address: &Address) -> Option<Address> {
    let failed: Vec<&[usize]> =
        traces.iter().filter(|trace| trace.error.is_some()).map(|trace| trace.trace_address.as_slice()).collect();
    let stays = |trace: &&TransactionTrace| !failed.iter().any(|failed| trace.trace_address.starts_with(failed));
    let created = traces.iter().filter(stays).filter_map(|trace| match (&trace.action, &trace.result) {
        (Action::Create(create), Some(TraceOutput::Create(output))) if output.address == *address => Some(create.from),
        _ => None,
    });
    created.last()
}
