//! Who may vote, now and at a time.

use super::{
    checkpoints,
    layout::{ACTIVE, ACTIVE_CLASS_0, ACTIVE_CLASS_1, SUSPENDED, TOTALS, VERSION, VOTING_FOR, member},
    record::{self, AccountRecord, Head},
    roles::VOTER,
};
use crate::{
    Host, Stop,
    storage::{Store, address_word},
};
use althing_contracts::{IMembers::Status, MEMBERS as CONTRACT};
use althing_primitives::{Address, U256};

/// An account of a member, whatever the member's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) member: u32,
    /// Bits of `IMembers`.
    pub(crate) roles: u8,
}

/// Active members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Electorate {
    pub(crate) total: u32,
    /// By class.
    pub(crate) classes: [u32; 2],
    /// Raised by every change of who may vote.
    pub(crate) version: u64,
    /// Members that are suspended: none of `total`.
    pub(crate) suspended: u32,
}

/// An account that may cast its active member's ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Voter {
    pub(crate) member: u32,
    pub(crate) class: u8,
    /// The electorate's version from which on the member may vote.
    pub(crate) since_version: u64,
}

/// The member and roles of an account.
pub(crate) fn account(host: &mut dyn Host, address: Address) -> Result<Option<Account>, Stop> {
    let AccountRecord { member, roles, .. } = AccountRecord::read(&mut Store::new(host, CONTRACT), address)?;
    Ok((member != 0).then_some(Account { member, roles }))
}

/// Whether a member is active.
pub(crate) fn is_active(host: &mut dyn Host, id: u32) -> Result<bool, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = record::slot(store, id)?;
    Ok(Head::read(store, slot)?.status == Status::Active)
}

/// How many may vote.
pub(crate) fn electorate(host: &mut dyn Host) -> Result<Electorate, Stop> {
    read_electorate(&mut Store::new(host, CONTRACT))
}

fn read_electorate(store: &mut Store<'_>) -> Result<Electorate, Stop> {
    let word = store.get(ACTIVE.at())?;
    let count = |number: u64| u32::try_from(number).unwrap_or_default();
    Ok(Electorate {
        total: count(ACTIVE.number(word)),
        classes: [count(ACTIVE_CLASS_0.number(word)), count(ACTIVE_CLASS_1.number(word))],
        version: VERSION.number(word),
        suspended: count(SUSPENDED.number(word)),
    })
}

/// The member whose ballot an account may cast: it is active, and the account has the role.
pub(crate) fn voter(host: &mut dyn Host, address: Address) -> Result<Option<Voter>, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let AccountRecord { member, roles, .. } = AccountRecord::read(store, address)?;
    if member == 0 || roles & VOTER == 0 {
        return Ok(None);
    }
    let slot = record::slot(store, member)?;
    let Head { status, class, since_version, .. } = Head::read(store, slot)?;
    Ok((status == Status::Active).then_some(Voter { member, class, since_version }))
}

/// Ballots an account could cast at a time (seconds): 0 or 1.
pub(crate) fn votes_at(host: &mut dyn Host, address: Address, timepoint: u64) -> Result<u32, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(VOTING_FOR.at(), address_word(address))?;
    let id = checkpoints::at(store, slot, timepoint)? as u32;
    if id == 0 {
        return Ok(0);
    }
    let slot = record::slot(store, id)?;
    Ok(checkpoints::at(store, member::HISTORY.of(slot), timepoint)? as u32)
}

/// Active members at a time (seconds).
pub(crate) fn total_at(host: &mut dyn Host, timepoint: u64) -> Result<u32, Stop> {
    Ok(checkpoints::at(&mut Store::new(host, CONTRACT), TOTALS.at(), timepoint)? as u32)
}

/// Counts a member in or out of the electorate; returns the new version.
pub(super) fn count(store: &mut Store<'_>, slot: U256, class: u8, change: Change, now: u64) -> Result<u64, Stop> {
    let word = store.get(ACTIVE.at())?;
    let of_class = if class == 0 { ACTIVE_CLASS_0 } else { ACTIVE_CLASS_1 };
    let total = change.apply(ACTIVE.number(word));
    let version = VERSION.number(word).saturating_add(1);
    let word = ACTIVE.set(word, U256::from(total));
    let word = of_class.set(word, U256::from(change.apply(of_class.number(word))));
    store.set(ACTIVE.at(), VERSION.set(word, U256::from(version)))?;
    checkpoints::push(store, TOTALS.at(), now, total)?;
    checkpoints::push(store, member::HISTORY.of(slot), now, u64::from(change == Change::Joins))?;
    Ok(version)
}

/// Counts a member in or out of those that are suspended.
pub(super) fn count_suspended(store: &mut Store<'_>, change: Change) -> Result<(), Stop> {
    let word = store.get(SUSPENDED.at())?;
    store.set(SUSPENDED.at(), SUSPENDED.set(word, U256::from(change.apply(SUSPENDED.number(word)))))
}

/// Which way a member goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Joins,
    Leaves,
}

impl Change {
    fn apply(self, number: u64) -> u64 {
        match self {
            Self::Joins => number.saturating_add(1),
            Self::Leaves => number.saturating_sub(1),
        }
    }
}

/// Notes since when an account may cast a member's ballot; 0 for nobody's.
pub(super) fn note_voting(store: &mut Store<'_>, address: Address, id: u32, now: u64) -> Result<(), Stop> {
    let slot = store.entry(VOTING_FOR.at(), address_word(address))?;
    if checkpoints::at(store, slot, now)? != u64::from(id) {
        checkpoints::push(store, slot, now, u64::from(id))?;
    }
    Ok(())
}

/// The active member an account belongs to, or that lets it take part.
pub(crate) fn sponsor(host: &mut dyn Host, address: Address) -> Result<Option<u32>, Stop> {
    let AccountRecord { member, sponsor, .. } = AccountRecord::read(&mut Store::new(host, CONTRACT), address)?;
    let id = if member != 0 { member } else { sponsor };
    Ok((id != 0 && is_active(host, id)?).then_some(id))
}
