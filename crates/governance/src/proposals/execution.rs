//! Execution: from the lock to what became of the batch.

use super::{
    Context, Kind, Proposal, Status,
    authority::{lock, locked, unlock},
    calls::{self, Ending},
    failure, simulate,
};
use crate::{Host, Message, Stop, storage::Store};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{ProposalExecuted, ProposalExecutionFailed},
};
use althing_primitives::{Bytes, U256};

/// Kept back for noting how a batch ended; a failure with 256 bytes of reason costs 10 new slots, 221,000.
pub(super) const SETTLE_GAS: u64 = 260_000;
/// What the trampoline and the way back take: three times the largest batch's memory and copying.
const TRAMPOLINE_GAS: u64 = 30_000;
/// Reading a slot of the calls, with its hash.
const CALL_SLOT_GAS: u64 = 2_400;

/// Gas that must be left for a proposal's calls to get what it promises them.
pub(crate) fn gas_needed(proposal: &Proposal) -> u64 {
    let inside = proposal.execution_gas.saturating_add(SETTLE_GAS);
    // EIP-150: a call passes on at most 63/64.
    inside.saturating_add(inside / 63 + 1) + TRAMPOLINE_GAS + CALL_SLOT_GAS * proposal.call_slots
}

/// Marks it executed before its calls are made, and hands them to the trampoline.
pub(super) fn begin(
    host: &mut dyn Host,
    message: &Message<'_>,
    mut proposal: Proposal,
    context: Context,
) -> Result<Bytes, Stop> {
    proposal.status = Status::Executed;
    proposal.save(host)?;
    lock(host, proposal.id, proposal.requirement.loosening, message.block.timestamp)?;
    let calls = calls::load(host, proposal.base)?;
    Ok(calls::batch(context, SETTLE_GAS, Ending::Keep, &calls))
}

/// The batch ended. A failed one is undone, all but what came before it: the proposal may be executed again.
pub(super) fn settled(
    host: &mut dyn Host,
    message: &Message<'_>,
    context: Context,
    success: bool,
    data: &[u8],
) -> Result<Bytes, Stop> {
    let mut proposal = Proposal::numbered(host, context.number)?;
    if locked(host)? != proposal.id {
        return Err(Stop::Revert(Bytes::new()));
    }
    unlock(host)?;
    if context.kind == Kind::Simulate {
        return simulate::settled(host, &proposal, data);
    }
    if success {
        Store::new(host, GOVERNANCE).emit(ProposalExecuted { proposalId: proposal.id })?;
        return Ok(context.result(&proposal));
    }
    let (call, reason) = failed_call(host, &proposal, data)?;
    // Value goes back, and whoever estimates gas learns why.
    if context.paid || (message.estimating && context.kind != Kind::Ballot) {
        return Err(Stop::Revert(reason));
    }
    proposal.status = Status::Succeeded;
    proposal.save(host)?;
    failure::note(host, &proposal, message.block.timestamp, call, &reason)?;
    let event = ProposalExecutionFailed { proposalId: proposal.id, call: U256::from(call), reason };
    Store::new(host, GOVERNANCE).emit(event)?;
    Ok(context.result(&proposal))
}

/// Which call failed and why; the number of calls where the batch had no gas left to say.
pub(super) fn failed_call(host: &mut dyn Host, proposal: &Proposal, data: &[u8]) -> Result<(u32, Bytes), Stop> {
    match data.split_first_chunk::<32>() {
        Some((index, reason)) => {
            let reason = &reason[..reason.len().min(failure::REASON_MAX)];
            Ok((U256::from_be_bytes(*index).saturating_to(), Bytes::copy_from_slice(reason)))
        }
        None => Ok((calls::count(host, proposal.base)?, Bytes::new())),
    }
}
