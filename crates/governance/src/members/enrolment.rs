//! How an organisation becomes a member.

use super::{
    electorate::{self, Change},
    layout::{MEMBER_COUNT, member},
    record::{self, AccountRecord, Head},
    roles::ALL,
};
use crate::{Host, Stop, constitution, storage::Store};
use althing_contracts::{
    IMembers::{self, Status},
    MEMBERS as CONTRACT, is_system,
};
use althing_primitives::{Address, B256, U256};

/// Members ever: each has a record for good.
const MEMBERS_MAX: u32 = 10_000;
/// Bytes of a name: a line on a screen.
const NAME_BYTES_MAX: usize = 64;

/// What is known of an organisation that is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) account: Address,
    pub(crate) name: String,
    pub(crate) class: u8,
    pub(crate) encryption_key: B256,
    pub(crate) certificate: B256,
}

impl Invitation {
    /// What can be said without looking at the state.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        check_account(self.account)?;
        let control = self.name.chars().any(char::is_control);
        if self.name.is_empty() || self.name.len() > NAME_BYTES_MAX || control {
            return Err(Stop::revert(IMembers::NameNotAllowed {}));
        }
        if self.class > 1 {
            return Err(Stop::revert(IMembers::ClassNotAllowed { class: self.class }));
        }
        Ok(())
    }
}

/// An address that can belong to somebody.
pub(super) fn check_account(account: Address) -> Result<(), Stop> {
    if account.is_zero() || is_system(&account) {
        return Err(Stop::revert(IMembers::AccountNotAllowed { account }));
    }
    Ok(())
}

/// An account that belongs to no member and takes part for none.
pub(super) fn check_free(store: &mut Store<'_>, account: Address) -> Result<(), Stop> {
    check_account(account)?;
    match AccountRecord::read(store, account)? {
        AccountRecord { member: 0, sponsor: 0, .. } => Ok(()),
        _ => Err(Stop::revert(IMembers::AccountInUse { account })),
    }
}

/// Gives a member its number and record; it is invited.
pub(crate) fn invite(host: &mut dyn Host, invitation: &Invitation, now: u64) -> Result<u32, Stop> {
    invitation.check()?;
    let store = &mut Store::new(host, CONTRACT);
    let Invitation { account, class, .. } = *invitation;
    super::accounts::claim(store, account, now)?;
    let id = next_id(store)?;
    let slot = record::slot(store, id)?;
    Head { status: Status::Invited, class, since: now, since_version: 0 }.write(store, slot)?;
    store.set(member::ENCRYPTION_KEY.of(slot), invitation.encryption_key.into())?;
    store.set(member::CERTIFICATE.of(slot), invitation.certificate.into())?;
    store.set_bytes(member::NAME.of(slot), invitation.name.as_bytes())?;
    record::set_first_account(store, slot, account)?;
    super::accounts::enter(store, slot, id, account, ALL, now)?;
    super::emit(host, &IMembers::MemberInvited { id, account, name: invitation.name.clone(), class })?;
    Ok(id)
}

fn next_id(store: &mut Store<'_>) -> Result<u32, Stop> {
    let word = store.get(MEMBER_COUNT.at())?;
    let count = MEMBER_COUNT.number(word) as u32;
    if count >= MEMBERS_MAX {
        return Err(Stop::revert(IMembers::TooManyMembers {}));
    }
    store.set(MEMBER_COUNT.at(), MEMBER_COUNT.set(word, U256::from(count + 1)))?;
    Ok(count + 1)
}

/// A member knows the constitution: one that was invited becomes active.
pub(crate) fn acknowledge(host: &mut dyn Host, caller: Address, hash: B256, now: u64) -> Result<(), Stop> {
    let current = constitution::hash(host)?;
    if hash != current {
        return Err(Stop::revert(IMembers::ConstitutionChanged { current }));
    }
    let store = &mut Store::new(host, CONTRACT);
    let id = AccountRecord::read(store, caller)?.member;
    let (slot, head) = record::known(store, id)?;
    if record::first_account(store, slot)? != caller {
        return Err(Stop::revert(IMembers::AccountNotAllowed { account: caller }));
    }
    let status = head.status;
    if status != Status::Invited && status != Status::Active {
        return Err(Stop::revert(IMembers::UnexpectedStatus { id, status }));
    }
    store.set(member::ACKNOWLEDGED.of(slot), hash.into())?;
    if status == Status::Invited {
        activate(store, slot, head, now)?;
    }
    super::emit(host, &IMembers::MemberAcknowledged { id, constitutionHash: hash })?;
    if status == Status::Invited {
        super::emit(host, &IMembers::MemberStatusChanged { id, status: Status::Active })?;
    }
    Ok(())
}

/// The member votes from now on, on proposals made from now on.
pub(super) fn activate(store: &mut Store<'_>, slot: U256, head: Head, now: u64) -> Result<(), Stop> {
    let since_version = electorate::count(store, slot, head.class, Change::Joins, now)?;
    Head { status: Status::Active, since: now, since_version, ..head }.write(store, slot)
}

/// A member of the genesis is active from the beginning.
pub(crate) fn activate_first(host: &mut dyn Host, id: u32, now: u64) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, head) = record::known(store, id)?;
    activate(store, slot, head, now)
}
