//! Software that may join.

use super::layout::{MEASUREMENT_POSITION, MEASUREMENTS};
use crate::{Host, Stop, storage::Store};
use althing_contracts::{INodes, NODES as CONTRACT};
use althing_primitives::{B256, U256};

/// Measurements at most: nodes compare evidence with each.
pub const MEASUREMENTS_MAX: u64 = 64;

/// Whether the members approved software.
pub(crate) fn is_approved(host: &mut dyn Host, measurement: B256) -> Result<bool, Stop> {
    Ok(position(&mut Store::new(host, CONTRACT), measurement)?.1 != 0)
}

fn position(store: &mut Store<'_>, measurement: B256) -> Result<(U256, u64), Stop> {
    let slot = store.entry(MEASUREMENT_POSITION.at(), measurement.into())?;
    Ok((slot, store.get(slot)?.saturating_to()))
}

/// Approves software; again changes nothing.
pub(crate) fn add(host: &mut dyn Host, measurement: B256) -> Result<(), Stop> {
    check(measurement)?;
    let store = &mut Store::new(host, CONTRACT);
    let (slot, position) = position(store, measurement)?;
    if position != 0 {
        return Ok(());
    }
    let length: u64 = store.get(MEASUREMENTS.at())?.saturating_to();
    if length >= MEASUREMENTS_MAX {
        return Err(Stop::revert(INodes::TooManyMeasurements {}));
    }
    let first = store.elements(MEASUREMENTS.at())?;
    store.set(first.wrapping_add(U256::from(length)), measurement.into())?;
    store.set(MEASUREMENTS.at(), U256::from(length + 1))?;
    store.set(slot, U256::from(length + 1))?;
    super::emit(host, &INodes::MeasurementAdded { measurement })
}

/// The zero hash stands for no software.
pub(super) fn check(measurement: B256) -> Result<(), Stop> {
    match measurement.is_zero() {
        false => Ok(()),
        true => Err(Stop::revert(INodes::MeasurementNotApproved { measurement })),
    }
}

pub(super) fn remove(host: &mut dyn Host, measurement: B256) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, position) = position(store, measurement)?;
    if position == 0 {
        return Err(Stop::revert(INodes::MeasurementNotApproved { measurement }));
    }
    let last: u64 = store.get(MEASUREMENTS.at())?.saturating_to();
    let first = store.elements(MEASUREMENTS.at())?;
    let at = |position: u64| first.wrapping_add(U256::from(position.saturating_sub(1)));
    if position != last {
        let moved = store.get(at(last))?;
        store.set(at(position), moved)?;
        let moved_slot = store.entry(MEASUREMENT_POSITION.at(), moved)?;
        store.set(moved_slot, U256::from(position))?;
    }
    store.set(at(last), U256::ZERO)?;
    store.set(MEASUREMENTS.at(), U256::from(last.saturating_sub(1)))?;
    store.set(slot, U256::ZERO)?;
    super::emit(host, &INodes::MeasurementRemoved { measurement })
}

pub(super) fn list(host: &mut dyn Host) -> Result<Vec<B256>, Stop> {
    super::record::keys(&mut Store::new(host, CONTRACT), MEASUREMENTS)
}
