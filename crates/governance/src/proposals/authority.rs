//! Who may call governed functions: the proposal that is being executed, and nobody else.

use super::layout::GENERATION_ENDS;
use crate::{Effect, Host, Message, Stop, constitution::Terms, effect::Guard, storage::Store};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{BelowFloor, GovernanceBusy, OnlyGovernance, ProposalsDropped},
};
use althing_primitives::U256;

/// Transient slot: the proposal that is being executed or simulated, 0 for none.
const LOCK: U256 = U256::ZERO;
/// Transient slot: 1 if that proposal met the floor of loosening functions.
const FLOOR_MET: U256 = U256::from_limbs([1, 0, 0, 0]);
/// Transient slot: seconds since 1970, for what its calls note.
const TIME: U256 = U256::from_limbs([2, 0, 0, 0]);

/// Lets a governed call pass, or not. First of all in every governed function.
///
/// # Errors
/// It does not come from a proposal, or from one that did not need the floor which the effect needs.
pub(crate) fn authority(host: &mut dyn Host, message: &Message<'_>, effect: Effect) -> Result<(), Stop> {
    if message.caller != GOVERNANCE || locked(host)?.is_zero() {
        return Err(Stop::revert(OnlyGovernance { caller: message.caller }));
    }
    if effect.guard == Guard::Loosening && host.tload(FLOOR_MET)?.is_zero() {
        return Err(Stop::revert(BelowFloor {}));
    }
    Ok(())
}

/// Cancels all open proposals, by making them ones of the past.
pub(crate) fn drop_open(host: &mut dyn Host) -> Result<(), Stop> {
    let now = host.tload(TIME)?;
    let terms = Terms::read(host)?;
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = store.entry(GENERATION_ENDS.at(), U256::from(terms.generation))?;
    store.set(slot, now)?;
    let generation = terms.generation.saturating_add(1);
    store.emit(ProposalsDropped { generation })?;
    Terms { generation, ..terms }.write(host)
}

/// When the proposals of a past generation were dropped, seconds since 1970.
pub(super) fn generation_end(host: &mut dyn Host, generation: u64) -> Result<u64, Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = store.entry(GENERATION_ENDS.at(), U256::from(generation))?;
    Ok(store.get(slot)?.saturating_to())
}

/// # Errors
/// A proposal is being executed: its calls do not come back in.
pub(crate) fn ensure_idle(host: &mut dyn Host) -> Result<(), Stop> {
    match locked(host)?.is_zero() {
        true => Ok(()),
        false => Err(Stop::revert(GovernanceBusy {})),
    }
}

/// The proposal that is being executed or simulated; 0 for none.
pub(super) fn locked(host: &mut dyn Host) -> Result<U256, Stop> {
    host.tload(LOCK)
}

/// From here to [`unlock`] governed functions accept calls.
pub(super) fn lock(host: &mut dyn Host, id: U256, floor_met: bool, now: u64) -> Result<(), Stop> {
    host.tstore(LOCK, id)?;
    host.tstore(FLOOR_MET, U256::from(u8::from(floor_met)))?;
    host.tstore(TIME, U256::from(now))
}

pub(super) fn unlock(host: &mut dyn Host) -> Result<(), Stop> {
    host.tstore(LOCK, U256::ZERO)?;
    host.tstore(FLOOR_MET, U256::ZERO)
}
