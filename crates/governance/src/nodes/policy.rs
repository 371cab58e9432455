//! Which hardware may join, and what a proof of double signing leads to.

use super::layout::{EPOCH_CHANGE, LEASE, MINIMUM_TCB, PLATFORMS, SUSPEND_ON_EQUIVOCATION, VENDOR_SHARE_MAX};
use crate::{Host, Stop, storage::Store};
use althing_contracts::{
    INodes::{self, JoinPolicy},
    NODES as CONTRACT,
};
use althing_primitives::U256;

/// Bit of the platform that proves nothing.
const VIRTUAL: u8 = 1;
/// All platforms.
const PLATFORMS_ALL: u8 = 7;
/// Least seconds between two attestations of a node: collateral changes daily at most.
const LEASE_MIN: u32 = 3_600;
/// Most seconds between two attestations of a node.
const LEASE_MAX: u32 = 366 * 86_400;

/// All slots of these flags are one: the policy packs with what else is read at an epoch's end.
pub(super) fn load(host: &mut dyn Host) -> Result<JoinPolicy, Stop> {
    let word = Store::new(host, CONTRACT).get(PLATFORMS.at())?;
    Ok(JoinPolicy {
        platforms: PLATFORMS.number(word) as u8,
        minimumTcb: MINIMUM_TCB.number(word),
        vendorShareMax: VENDOR_SHARE_MAX.number(word) as u8,
        lease: LEASE.number(word) as u32,
    })
}

/// Sets the policy, checked.
pub(crate) fn set(host: &mut dyn Host, policy: &JoinPolicy, insecure: bool) -> Result<(), Stop> {
    check(policy)?;
    if policy.platforms & VIRTUAL != 0 && !insecure {
        return Err(Stop::revert(INodes::PolicyNotAllowed {}));
    }
    let store = &mut Store::new(host, CONTRACT);
    let word = store.get(PLATFORMS.at())?;
    let word = PLATFORMS.set(word, U256::from(policy.platforms));
    let word = MINIMUM_TCB.set(word, U256::from(policy.minimumTcb));
    let word = VENDOR_SHARE_MAX.set(word, U256::from(policy.vendorShareMax));
    store.set(PLATFORMS.at(), LEASE.set(word, U256::from(policy.lease)))?;
    super::emit(host, &INodes::JoinPolicySet { policy: policy.clone() })
}

pub(super) fn check(policy: &JoinPolicy) -> Result<(), Stop> {
    let JoinPolicy { platforms, vendorShareMax: share, lease, .. } = policy;
    let platforms_known = *platforms != 0 && platforms & !PLATFORMS_ALL == 0;
    if platforms_known && (1..=100).contains(share) && (LEASE_MIN..=LEASE_MAX).contains(lease) {
        return Ok(());
    }
    Err(Stop::revert(INodes::PolicyNotAllowed {}))
}

/// Whether more may join, or stay longer, than before.
pub(super) fn loosens(host: &mut dyn Host, policy: &JoinPolicy) -> Result<bool, Stop> {
    let before = load(host)?;
    Ok(policy.platforms & !before.platforms != 0
        || policy.minimumTcb < before.minimumTcb
        || policy.vendorShareMax > before.vendorShareMax
        || policy.lease > before.lease)
}

pub(super) fn suspends_on_equivocation(host: &mut dyn Host) -> Result<bool, Stop> {
    let word = Store::new(host, CONTRACT).get(SUSPEND_ON_EQUIVOCATION.at())?;
    Ok(SUSPEND_ON_EQUIVOCATION.number(word) == 1)
}

/// Sets whether a proof of double signing suspends the validator.
pub(crate) fn set_suspends_on_equivocation(host: &mut dyn Host, suspend: bool) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let word = store.get(SUSPEND_ON_EQUIVOCATION.at())?;
    store.set(SUSPEND_ON_EQUIVOCATION.at(), SUSPEND_ON_EQUIVOCATION.set(word, U256::from(suspend)))?;
    super::emit(host, &INodes::SuspendOnEquivocationSet { suspend })
}

/// Notes that something waits for the next epoch.
pub(crate) fn note_epoch_change(host: &mut dyn Host, number: u64) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let word = store.get(EPOCH_CHANGE.at())?;
    store.set(EPOCH_CHANGE.at(), EPOCH_CHANGE.set(word, U256::from(number)))
}

pub(super) fn epoch_change(host: &mut dyn Host) -> Result<u64, Stop> {
    Ok(EPOCH_CHANGE.number(Store::new(host, CONTRACT).get(EPOCH_CHANGE.at())?))
}
