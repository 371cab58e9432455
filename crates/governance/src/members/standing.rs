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
    check_enough_remain(host)?;
    leave(host, slot, head, Status::Suspended, now)?;
    changed(host, id, Status::Suspended)
}

pub(super) fn reinstate(host: &mut dyn Host, id: u32, now: u64) -> Result<(), Stop> {
    let (slot, head) = expect(host, id, &[Status::Suspended])?;
    activate(&mut Store::new(host, CONTRACT), slot, head, now)?;
    changed(host, id, Status::Active)
}

/// Takes the member's nodes with it, and asks for a new ledger secret.
pub(super) fn remove(host: &mut dyn Host, id: u32, block: &BlockContext) -> Result<(), Stop> {
    let (slot, head) = expect(host, id, &[Status::Invited, Status::Active, Status::Suspended])?;
    if head.status == Status::Active {
        check_enough_remain(host)?;
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

/// One active member less must still be able to meet every rule and to recover the ledger secret.
fn check_enough_remain(host: &mut dyn Host) -> Result<(), Stop> {
    let remaining = electorate::electorate(host)?.total.saturating_sub(1);
    if remaining == 0 {
        return Err(Stop::revert(IMembers::LastMember {}));
    }
    let threshold = constitution::highest_threshold(host)?.max(u32::from(recovery::threshold(host)?));
    if remaining < threshold {
        let (threshold, members) = (U256::from(threshold), U256::from(remaining));
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
