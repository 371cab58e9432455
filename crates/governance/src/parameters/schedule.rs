//! Forks and software that begin at a time the members chose.

use super::{
    bounds::out_of_bounds,
    forks::{self, FORKS},
    layout::{SOFTWARE_HEIGHT, SOFTWARE_MEASUREMENT},
};
use crate::{BlockContext, Host, Stop, nodes, storage::Store};
use althing_contracts::{
    IParameters::{self, Software},
    PARAMETERS as CONTRACT,
};
use althing_primitives::{B256, U256};

/// Seconds between the decision and a fork at least: what a node needs to see it coming.
const NOTICE_SECONDS: u64 = 3_600;
/// Blocks between the decision and the height at least.
const NOTICE_BLOCKS: u64 = 240;
/// Later ones are known where the genesis gave their blob parameters, and with them a time.
const FORKS_WITH_PARAMETERS: usize = 3;

/// Position of a fork that this software knows.
pub(super) fn index(fork: &str) -> Result<usize, Stop> {
    let index = FORKS.iter().position(|known| *known == fork);
    index.ok_or_else(|| Stop::revert(IParameters::UnknownFork { fork: fork.to_owned() }))
}

/// Sets when a fork begins that has not begun; 0 withdraws it.
pub(super) fn schedule_fork(host: &mut dyn Host, fork: &str, timestamp: u64, block: &BlockContext) -> Result<(), Stop> {
    let index = index(fork)?;
    let store = &mut Store::new(host, CONTRACT);
    if index >= FORKS_WITH_PARAMETERS && forks::time(store, index)?.is_none() {
        return Err(Stop::revert(IParameters::UnknownFork { fork: fork.to_owned() }));
    }
    let least = block.timestamp.saturating_add(NOTICE_SECONDS);
    if forks::time(store, index)?.is_some_and(|time| time < least) {
        // In force, or so near that nodes may prepare for it.
        return Err(Stop::revert(IParameters::TooEarly { least: u64::MAX }));
    }
    let (after, before) = neighbours(store, index)?;
    match timestamp {
        0 if before != u64::MAX => return Err(out_of_bounds(0, after, before)),
        0 => forks::set_time(store, index, None)?,
        time if time < least => return Err(Stop::revert(IParameters::TooEarly { least })),
        time if !(after..=before).contains(&time) || time == u64::MAX => {
            return Err(out_of_bounds(time, after, before));
        }
        time => forks::set_time(store, index, Some(time))?,
    }
    super::emit(host, &IParameters::ForkScheduled { fork: fork.to_owned(), timestamp })
}

/// When the fork before begins, and the one after; forks come in order.
fn neighbours(store: &mut Store<'_>, index: usize) -> Result<(u64, u64), Stop> {
    let (mut before, mut after) = (0, u64::MAX);
    if let Some(previous) = index.checked_sub(1) {
        before = forks::time(store, previous)?.unwrap_or(u64::MAX);
    }
    for next in index + 1..FORKS.len() {
        if let Some(time) = forks::time(store, next)? {
            after = after.min(time);
        }
    }
    Ok((before, after))
}

/// When a fork begins; the highest number where it is not scheduled.
pub(super) fn fork_time(host: &mut dyn Host, fork: &str) -> Result<u64, Stop> {
    let index = index(fork)?;
    Ok(forks::time(&mut Store::new(host, CONTRACT), index)?.unwrap_or(u64::MAX))
}

/// Sets the software every node must run from a height on.
pub(super) fn schedule_software(
    host: &mut dyn Host,
    measurement: B256,
    height: u64,
    block: &BlockContext,
) -> Result<(), Stop> {
    let withdrawn = measurement.is_zero();
    if !withdrawn && !nodes::is_approved(host, measurement)? {
        return Err(Stop::revert(IParameters::MeasurementNotApproved { measurement }));
    }
    let least = if withdrawn { 0 } else { block.number.saturating_add(NOTICE_BLOCKS) };
    if height < least {
        return Err(Stop::revert(IParameters::TooEarly { least }));
    }
    let height = if withdrawn { 0 } else { height };
    let store = &mut Store::new(host, CONTRACT);
    store.set(SOFTWARE_MEASUREMENT.at(), measurement.into())?;
    store.set(SOFTWARE_HEIGHT.at(), U256::from(height))?;
    super::emit(host, &IParameters::SoftwareScheduled { measurement, height })
}

pub(super) fn scheduled_software(host: &mut dyn Host) -> Result<Software, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let measurement = store.get(SOFTWARE_MEASUREMENT.at())?.into();
    Ok(Software { measurement, height: SOFTWARE_HEIGHT.number(store.get(SOFTWARE_HEIGHT.at())?) })
}
