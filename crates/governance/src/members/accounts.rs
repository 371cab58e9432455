//! The accounts of a member.

use super::{
    electorate,
    enrolment::{check_account, check_free},
    layout::member,
    record::{self, AccountRecord},
    roles::{ADMIN, ALL, VOTER},
};
use crate::{
    Host, Stop,
    storage::{Store, address_word, word_address},
};
use althing_contracts::{
    IMembers::{self, Status},
    MEMBERS as CONTRACT,
};
use althing_primitives::{Address, B256, U256};

/// Accounts of a member at most; replacing the first one visits all.
const ACCOUNTS_MAX: u64 = 16;

/// The member that an account administers: it is active, the account has the role.
pub(super) fn administered(store: &mut Store<'_>, caller: Address) -> Result<(u32, U256), Stop> {
    let AccountRecord { member: id, roles, .. } = AccountRecord::read(store, caller)?;
    if id == 0 || roles & ADMIN == 0 {
        return Err(Stop::revert(IMembers::MissingRole { account: caller, role: ADMIN }));
    }
    let (slot, head) = record::known(store, id)?;
    match head.status {
        Status::Active => Ok((id, slot)),
        status => Err(Stop::revert(IMembers::UnexpectedStatus { id, status })),
    }
}

/// Gives an account of the caller's member roles, or takes it out of the member.
pub(super) fn set_roles(
    host: &mut dyn Host,
    caller: Address,
    account: Address,
    roles: u8,
    now: u64,
) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (id, slot) = administered(store, caller)?;
    check_account(account)?;
    // The first account has every role: the member can always be administered.
    if record::first_account(store, slot)? == account {
        return Err(Stop::revert(IMembers::AccountNotAllowed { account }));
    }
    match (AccountRecord::read(store, account)?.member == id, roles) {
        (true, 0) => leave(store, slot, account, now)?,
        (true, roles) => change_roles(store, id, account, roles, now)?,
        (false, 0) => return Err(Stop::revert(IMembers::AccountNotAllowed { account })),
        (false, roles) => {
            check_free(store, account)?;
            enter(store, slot, id, account, roles, now)?;
        }
    }
    super::emit(host, &IMembers::RolesSet { id, account, roles })
}

/// The new account takes the place of the first; the others lose their roles.
pub(super) fn replace_first(host: &mut dyn Host, id: u32, account: Address, now: u64) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, head) = record::known(store, id)?;
    if head.status == Status::Removed {
        return Err(Stop::revert(IMembers::UnexpectedStatus { id, status: head.status }));
    }
    let previous = record::first_account(store, slot)?;
    for account in list(store, slot)? {
        expel(store, (id, slot), account, now)?;
    }
    claim(store, account, now)?;
    enter(store, slot, id, account, ALL, now)?;
    record::set_first_account(store, slot, account)?;
    super::emit(host, &IMembers::MemberAccountReplaced { id, previous, account })
}

pub(super) fn set_profile(
    host: &mut dyn Host,
    caller: Address,
    encryption_key: B256,
    certificate: B256,
) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (id, slot) = administered(store, caller)?;
    store.set(member::ENCRYPTION_KEY.of(slot), encryption_key.into())?;
    store.set(member::CERTIFICATE.of(slot), certificate.into())?;
    let event =
        IMembers::MemberProfileChanged { id, encryptionKey: encryption_key, certificateFingerprint: certificate };
    super::emit(host, &event)
}

/// Frees an account that the members chose: nobody holds it against their vote by naming it first. The first account of a
/// member that is not removed stays its own.
pub(super) fn claim(store: &mut Store<'_>, account: Address, now: u64) -> Result<(), Stop> {
    check_account(account)?;
    let AccountRecord { member: id, sponsor, .. } = AccountRecord::read(store, account)?;
    if id != 0 {
        let (slot, head) = record::known(store, id)?;
        if head.status != Status::Removed && record::first_account(store, slot)? == account {
            return Err(Stop::revert(IMembers::AccountInUse { account }));
        }
        return expel(store, (id, slot), account, now);
    }
    match sponsor {
        0 => Ok(()),
        sponsor => {
            AccountRecord::default().write(store, account)?;
            store.emit(IMembers::ParticipantRemoved { sponsor, account })
        }
    }
}

/// An account leaves its member, and everybody hears of it.
fn expel(store: &mut Store<'_>, (id, slot): (u32, U256), account: Address, now: u64) -> Result<(), Stop> {
    leave(store, slot, account, now)?;
    store.emit(IMembers::RolesSet { id, account, roles: 0 })
}

/// Accounts of a member.
pub(super) fn list(store: &mut Store<'_>, slot: U256) -> Result<Vec<Address>, Stop> {
    let array = member::ACCOUNTS.of(slot);
    let length: u64 = store.get(array)?.saturating_to();
    let first = store.elements(array)?;
    (0..length.min(ACCOUNTS_MAX))
        .map(|index| Ok(word_address(store.get(first.wrapping_add(U256::from(index)))?)))
        .collect()
}

/// A free account becomes one of the member's.
pub(super) fn enter(
    store: &mut Store<'_>,
    slot: U256,
    id: u32,
    account: Address,
    roles: u8,
    now: u64,
) -> Result<(), Stop> {
    let array = member::ACCOUNTS.of(slot);
    let length: u64 = store.get(array)?.saturating_to();
    if length >= ACCOUNTS_MAX {
        return Err(Stop::revert(IMembers::TooManyAccounts { id }));
    }
    let first = store.elements(array)?;
    store.set(first.wrapping_add(U256::from(length)), address_word(account))?;
    store.set(array, U256::from(length + 1))?;
    change_roles(store, id, account, roles, now)
}

fn change_roles(store: &mut Store<'_>, id: u32, account: Address, roles: u8, now: u64) -> Result<(), Stop> {
    AccountRecord { member: id, roles, sponsor: 0 }.write(store, account)?;
    let voting_for = if roles & VOTER == 0 { 0 } else { id };
    electorate::note_voting(store, account, voting_for, now)
}

/// An account of the member becomes nobody's; the last in the list takes its place.
fn leave(store: &mut Store<'_>, slot: U256, account: Address, now: u64) -> Result<(), Stop> {
    let accounts = list(store, slot)?;
    let Some(position) = accounts.iter().position(|listed| *listed == account) else { return Ok(()) };
    let array = member::ACCOUNTS.of(slot);
    let first = store.elements(array)?;
    let last = accounts.len().saturating_sub(1);
    if position != last {
        store.set(first.wrapping_add(U256::from(position)), address_word(accounts[last]))?;
    }
    store.set(first.wrapping_add(U256::from(last)), U256::ZERO)?;
    store.set(array, U256::from(last))?;
    AccountRecord::default().write(store, account)?;
    electorate::note_voting(store, account, 0, now)
}
