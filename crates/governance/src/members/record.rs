//! What is kept of a member.

use super::layout::{ACCOUNTS, MEMBERS, account, member};
use crate::{
    Stop,
    storage::{Store, address_word, word_address},
};
use althing_contracts::IMembers::{self, Status};
use althing_primitives::{Address, U256};

/// Slot of a member's record.
pub(super) fn slot(store: &mut Store<'_>, id: u32) -> Result<U256, Stop> {
    store.entry(MEMBERS.at(), U256::from(id))
}

/// The packed first slot of a member's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: Status,
    pub(super) class: u8,
    pub(super) since: u64,
    pub(super) since_version: u64,
}

impl Head {
    pub(super) fn read(store: &mut Store<'_>, slot: U256) -> Result<Self, Stop> {
        let word = store.get(slot)?;
        Ok(Self {
            status: status(member::STATUS.number(word)),
            class: member::CLASS.number(word).min(1) as u8,
            since: member::SINCE.number(word),
            since_version: member::SINCE_VERSION.number(word),
        })
    }

    pub(super) fn write(self, store: &mut Store<'_>, slot: U256) -> Result<(), Stop> {
        let word = member::STATUS.set(U256::ZERO, U256::from(self.status as u8));
        let word = member::CLASS.set(word, U256::from(self.class));
        let word = member::SINCE.set(word, U256::from(self.since));
        store.set(slot, member::SINCE_VERSION.set(word, U256::from(self.since_version)))
    }
}

/// The record of a member that was invited some time.
pub(super) fn known(store: &mut Store<'_>, id: u32) -> Result<(U256, Head), Stop> {
    let slot = slot(store, id)?;
    let head = Head::read(store, slot)?;
    match head.status {
        Status::None => Err(Stop::revert(IMembers::UnknownMember { id })),
        _ => Ok((slot, head)),
    }
}

fn status(number: u64) -> Status {
    match number {
        1 => Status::Invited,
        2 => Status::Active,
        3 => Status::Suspended,
        4 => Status::Removed,
        _ => Status::None,
    }
}

/// What is kept of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AccountRecord {
    /// Its member, 0 for none.
    pub(super) member: u32,
    pub(super) roles: u8,
    /// The member that lets it take part, 0 for none.
    pub(super) sponsor: u32,
}

impl AccountRecord {
    pub(super) fn read(store: &mut Store<'_>, address: Address) -> Result<Self, Stop> {
        let slot = store.entry(ACCOUNTS.at(), address_word(address))?;
        let word = store.get(slot)?;
        let id = |number: u64| u32::try_from(number).unwrap_or_default();
        Ok(Self {
            member: id(account::MEMBER.number(word)),
            roles: account::ROLES.number(word) as u8,
            sponsor: id(account::SPONSOR.number(word)),
        })
    }

    pub(super) fn write(self, store: &mut Store<'_>, address: Address) -> Result<(), Stop> {
        let slot = store.entry(ACCOUNTS.at(), address_word(address))?;
        let word = account::MEMBER.set(U256::ZERO, U256::from(self.member));
        let word = account::ROLES.set(word, U256::from(self.roles));
        store.set(slot, account::SPONSOR.set(word, U256::from(self.sponsor)))
    }
}

/// The account that was invited, or took its place.
pub(super) fn first_account(store: &mut Store<'_>, slot: U256) -> Result<Address, Stop> {
    Ok(word_address(store.get(member::ACCOUNT.of(slot))?))
}

pub(super) fn set_first_account(store: &mut Store<'_>, slot: U256, account: Address) -> Result<(), Stop> {
    store.set(member::ACCOUNT.of(slot), address_word(account))
}
