//! Suspended, back, gone.

use super::{
    electorate::{self, Change},
    enrolment::activate,
    record::{self, Head},
};
use crate::{BlockContext, Host, Stop, constitution, nodes, recovery, storage::Store};
use althing_contracts::{
    IMembers::{self, Status},
    MEMBERS as CONTRACT,
};
use althing_primitives::U256;

pub(super) fn suspend(host: &mut dyn Host, id: u32, now: u64) -> Result<(), Stop> {
    let (slot, head) = expect(host, id, &[Status::Active])?;
    check_enough_remain(host, head.class)?;
    leave(host, slot, head, Status::Suspended, now)?;
    electorate::count_suspended(&mut Store::new(host, CONTRACT), Change::Joins)?;
    changed(host, id, Status::Suspended)
}

pub(super) fn reinstate(host: &mut dyn Host, id: u32, now: u64) -> Result<(), Stop> {
    let (slot, head) = expect(host, id, &[Status::Suspended])?;
    let store = &mut Store::new(host, CONTRACT);
    electorate::count_suspended(store, Change::Leaves)?;
    activate(store, slot, head, now)?;
    changed(host, id, Status::Active)
}

/// Takes the member's nodes with it, and asks for a new ledger secret.
pub(super) fn remove(host: &mut dyn Host, id: u32, block: &BlockContext) -> Result<(), Stop> {
    let (slot, head) = expect(host, id, &[Status::Invited, Status::Active, Status::Suspended])?;
    match head.status {
        Status::Active => check_enough_remain(host, head.class)?,
        Status::Suspended => electorate::count_suspended(&mut Store::new(host, CONTRACT), Change::Leaves)?,
        _ => {}
    }
    leave(host, slot, head, Status::Removed, block.timestamp)?;
    nodes::retire_all_of(host, id, block.number)?;
    recovery::request_rekey(host)?;
    changed(host, id, Status::Removed)
}

fn expect(host: &mut dyn Host, id: u32, statuses: &[Status]) -> Result<(U256, Head), Stop> {
    let (slot, head) = record::known(&mut Store::new(host, CONTRACT), id)?;
    if !statuses.contains(&head.status) {
        return Err(Stop::revert(IMembers::UnexpectedStatus { id, status: head.status }));
    }
    Ok((slot, head))
}

/// One active member of a class less must still be able to meet every rule and to recover the ledger secret.
fn check_enough_remain(host: &mut dyn Host, class: u8) -> Result<(), Stop> {
    let mut left = electorate::electorate(host)?;
    left.total = left.total.saturating_sub(1);
    if left.total == 0 {
        return Err(Stop::revert(IMembers::LastMember {}));
    }
    let of_class = &mut left.classes[usize::from(class.min(1))];
    *of_class = of_class.saturating_sub(1);
    let shares = u32::from(recovery::threshold(host)?);
    let broken = (left.total < shares).then_some((shares, left.total));
    if let Some((threshold, members)) = broken.or(constitution::broken_threshold(host, left)?) {
        let (threshold, members) = (U256::from(threshold), U256::from(members));
        return Err(Stop::revert(IMembers::ThresholdBroken { threshold, members }));
    }
    Ok(())
}

fn leave(host: &mut dyn Host, slot: U256, head: Head, status: Status, now: u64) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    if head.status == Status::Active {
        electorate::count(store, slot, head.class, Change::Leaves, now)?;
    }
    Head { status, since: now, ..head }.write(store, slot)
}

fn changed(host: &mut dyn Host, id: u32, status: Status) -> Result<(), Stop> {
    super::emit(host, &IMembers::MemberStatusChanged { id, status })
}
