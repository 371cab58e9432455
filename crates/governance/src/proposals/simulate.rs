//! `simulate`: runs a proposal's calls with its authority, and undoes them whatever happens.

use super::{
    Context, Kind, Proposal,
    authority::{lock, locked},
    calls::{self, Ending},
    context::result,
    ensure_idle,
    execution::{SETTLE_GAS, failed_call},
};
use crate::{Host, Message, Stop};
use alloy_sol_types::{SolCall, SolValue};
use althing_contracts::IGovernance::{Change, simulateCall, simulateReturn};
use althing_primitives::{Bytes, U256};

/// Hands the calls to the trampoline.
pub(super) fn begin(host: &mut dyn Host, message: &Message<'_>, id: U256) -> Result<Bytes, Stop> {
    ensure_idle(host)?;
    let proposal = Proposal::load(host, id)?;
    lock(host, id, proposal.requirement.loosening, message.block.timestamp)?;
    let calls = calls::load(host, proposal.base)?;
    Ok(calls::batch(Context::new(Kind::Simulate, &proposal), SETTLE_GAS, Ending::Undo, &calls))
}

/// Asked at the end of a simulated batch: what did it change?
pub(super) fn changes(host: &mut dyn Host) -> Result<Bytes, Stop> {
    if locked(host)?.is_zero() {
        return Err(Stop::Revert(Bytes::new()));
    }
    let changes = host.changes()?.into_iter().map(|change| Change {
        target: change.contract,
        slot: change.slot.into(),
        before: change.before.into(),
        afterwards: change.after.into(),
    });
    Ok(changes.collect::<Vec<_>>().abi_encode().into())
}

/// The batch is undone; its data says how it went.
pub(super) fn settled(host: &mut dyn Host, proposal: &Proposal, data: &[u8]) -> Result<Bytes, Stop> {
    let all_done = [u8::MAX; 32];
    let answer = match data.strip_prefix(&all_done) {
        Some(changes) => simulateReturn {
            success: true,
            call: U256::ZERO,
            reason: Bytes::new(),
            changes: Vec::<Change>::abi_decode(changes).map_err(|_| Stop::Revert(Bytes::new()))?,
        },
        None => {
            let (call, reason) = failed_call(host, proposal, data)?;
            simulateReturn { success: false, call: U256::from(call), reason, changes: Vec::new() }
        }
    };
    Ok(result(&simulateCall::abi_encode_returns(&answer)))
}
