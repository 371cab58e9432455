//! Participants: they may transact for a member and have no ballot.

use super::{
    accounts::administered,
    enrolment::check_account,
    record::{self, AccountRecord, Head},
};
use crate::{Host, Stop, storage::Store};
use althing_contracts::{
    IMembers::{self, Status},
    MEMBERS as CONTRACT,
};
use althing_primitives::Address;

pub(super) fn add(host: &mut dyn Host, caller: Address, account: Address) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (sponsor, _) = administered(store, caller)?;
    check_account(account)?;
    let record = AccountRecord::read(store, account)?;
    if record.member != 0 || has_sponsor(store, &record)? {
        return Err(Stop::revert(IMembers::AccountInUse { account }));
    }
    AccountRecord { member: 0, roles: 0, sponsor }.write(store, account)?;
    super::emit(host, &IMembers::ParticipantAdded { sponsor, account })
}

/// A member that was removed sponsors nobody any more.
fn has_sponsor(store: &mut Store<'_>, record: &AccountRecord) -> Result<bool, Stop> {
    if record.sponsor == 0 {
        return Ok(false);
    }
    let slot = record::slot(store, record.sponsor)?;
    Ok(Head::read(store, slot)?.status != Status::Removed)
}

/// By its sponsor.
pub(super) fn remove(host: &mut dyn Host, caller: Address, account: Address) -> Result<(), Stop> {
    let (id, _) = administered(&mut Store::new(host, CONTRACT), caller)?;
    end(host, account, |sponsor| sponsor == id)
}

/// By vote.
pub(super) fn expel(host: &mut dyn Host, account: Address) -> Result<(), Stop> {
    end(host, account, |sponsor| sponsor != 0)
}

fn end(host: &mut dyn Host, account: Address, allowed: impl Fn(u32) -> bool) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let AccountRecord { sponsor, .. } = AccountRecord::read(store, account)?;
    if !allowed(sponsor) {
        return Err(Stop::revert(IMembers::NotAParticipant { account }));
    }
    AccountRecord::default().write(store, account)?;
    super::emit(host, &IMembers::ParticipantRemoved { sponsor, account })
}
