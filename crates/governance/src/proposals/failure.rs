//! The last failed execution of a proposal.

use super::{Proposal, layout::proposal as fields};
use crate::{Host, Stop, storage::Store};
use althing_contracts::{GOVERNANCE, IGovernance::executionFailureReturn};
use althing_primitives::U256;

/// Bytes of a reason; the trampoline passes on no more.
pub(super) const REASON_MAX: usize = 256;

pub(super) fn note(host: &mut dyn Host, proposal: &Proposal, now: u64, call: u32, reason: &[u8]) -> Result<(), Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = fields::FAILED_AT.of(proposal.base);
    let word = fields::FAILED_AT.set(store.get(slot)?, U256::from(now));
    store.set(slot, fields::FAILED_CALL.set(word, U256::from(call)))?;
    store.set_bytes(fields::FAILURE_REASON.of(proposal.base), reason)
}

pub(super) fn read(host: &mut dyn Host, proposal: &Proposal) -> Result<executionFailureReturn, Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let word = store.get(fields::FAILED_AT.of(proposal.base))?;
    Ok(executionFailureReturn {
        failedAt: fields::FAILED_AT.get(word).saturating_to(),
        call: fields::FAILED_CALL.get(word),
        reason: store.bytes(fields::FAILURE_REASON.of(proposal.base))?.into(),
    })
}
