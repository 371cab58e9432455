//! What is kept of a node, and the lists it stands in.

use super::layout::{DECIDING, EPOCH_CHANGE, FOLLOWERS, NODES, SUCCESSOR, VALIDATORS, node};
use crate::{Stop, layout::Field, storage::Store};
use althing_contracts::INodes::{self, Status};
use althing_primitives::{B256, U256};

/// The packed first slot of a node's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) member: u32,
    pub(super) status: Status,
    /// In the list of validators, else of followers.
    pub(super) seat: bool,
    pub(super) suspended: bool,
    pub(super) since: u64,
    /// Index in its list.
    pub(super) position: u64,
    pub(super) equivocations: u64,
}

impl Head {
    pub(super) fn read(store: &mut Store<'_>, slot: U256) -> Result<Self, Stop> {
        let word = store.get(slot)?;
        Ok(Self {
            member: node::MEMBER.number(word) as u32,
            status: status(node::STATUS.number(word)),
            seat: node::SEAT.number(word) == 1,
            suspended: node::SUSPENDED.number(word) == 1,
            since: node::SINCE.number(word),
            position: node::POSITION.number(word),
            equivocations: node::EQUIVOCATIONS.number(word),
        })
    }

    pub(super) fn write(self, store: &mut Store<'_>, slot: U256) -> Result<(), Stop> {
        let word = node::MEMBER.set(U256::ZERO, U256::from(self.member));
        let word = node::STATUS.set(word, U256::from(self.status as u8));
        let word = node::SEAT.set(word, U256::from(self.seat));
        let word = node::SUSPENDED.set(word, U256::from(self.suspended));
        let word = node::SINCE.set(word, U256::from(self.since));
        let word = node::POSITION.set(word, U256::from(self.position));
        store.set(slot, node::EQUIVOCATIONS.set(word, U256::from(self.equivocations)))
    }

    /// Whether it takes part in deciding from the next epoch on.
    pub(super) fn decides(&self) -> bool {
        self.seat && !self.suspended && self.status == Status::Trusted
    }

    pub(super) fn list(&self) -> Field {
        if self.seat { VALIDATORS } else { FOLLOWERS }
    }
}

fn status(number: u64) -> Status {
    match number {
        1 => Status::Pending,
        2 => Status::Trusted,
        3 => Status::Retired,
        _ => Status::None,
    }
}

/// Slot of a node's record.
pub(super) fn slot(store: &mut Store<'_>, key: B256) -> Result<U256, Stop> {
    store.entry(NODES.at(), key.into())
}

/// The record of a node that is not retired.
pub(super) fn present(store: &mut Store<'_>, key: B256) -> Result<(U256, Head), Stop> {
    let slot = slot(store, key)?;
    let head = Head::read(store, slot)?;
    match head.status {
        Status::Pending | Status::Trusted => Ok((slot, head)),
        _ => Err(Stop::revert(INodes::UnknownNode { publicKey: key })),
    }
}

/// Notes under which key a node goes on. A key is used once, so that the chain of successors has no loop.
pub(super) fn set_successor(store: &mut Store<'_>, key: B256, successor: B256) -> Result<(), Stop> {
    let slot = store.entry(SUCCESSOR.at(), key.into())?;
    store.set(slot, successor.into())
}

/// The key under which a node goes on today; its own if it was never changed.
pub(super) fn present_key(store: &mut Store<'_>, key: B256) -> Result<B256, Stop> {
    let mut present = key;
    loop {
        let slot = store.entry(SUCCESSOR.at(), present.into())?;
        match store.get(slot)? {
            U256::ZERO => return Ok(present),
            successor => present = successor.into(),
        }
    }
}

pub(super) fn host(store: &mut Store<'_>, slot: U256) -> Result<String, Stop> {
    Ok(String::from_utf8_lossy(&store.bytes(node::HOST.of(slot))?).into_owned())
}

/// Keys in a list.
pub(super) fn keys(store: &mut Store<'_>, list: Field) -> Result<Vec<B256>, Stop> {
    let length: u64 = store.get(list.at())?.saturating_to();
    let first = store.elements(list.at())?;
    (0..length).map(|index| Ok(store.get(first.wrapping_add(U256::from(index)))?.into())).collect()
}

/// How many keys a list has.
pub(super) fn length(store: &mut Store<'_>, list: Field) -> Result<u64, Stop> {
    Ok(store.get(list.at())?.saturating_to())
}

/// Puts a key at the end of a list; returns where.
pub(super) fn push(store: &mut Store<'_>, list: Field, key: B256) -> Result<u64, Stop> {
    let length = length(store, list)?;
    let first = store.elements(list.at())?;
    store.set(first.wrapping_add(U256::from(length)), key.into())?;
    store.set(list.at(), U256::from(length.saturating_add(1)))?;
    Ok(length)
}

/// Takes a node out of its list; the last one takes its place.
pub(super) fn unlist(store: &mut Store<'_>, head: &Head) -> Result<(), Stop> {
    let list = head.list();
    let last = length(store, list)?.saturating_sub(1);
    let first = store.elements(list.at())?;
    let at = |index: u64| first.wrapping_add(U256::from(index));
    if head.position != last {
        let moved = store.get(at(last))?;
        store.set(at(head.position), moved)?;
        let moved_slot = slot(store, moved.into())?;
        Head { position: head.position, ..Head::read(store, moved_slot)? }.write(store, moved_slot)?;
    }
    store.set(at(last), U256::ZERO)?;
    store.set(list.at(), U256::from(last))
}

/// Writes another value to a key's place in its list.
pub(super) fn replace(store: &mut Store<'_>, head: &Head, key: B256) -> Result<(), Stop> {
    let first = store.elements(head.list().at())?;
    store.set(first.wrapping_add(U256::from(head.position)), key.into())
}

/// Notes that something changed which waits for the next epoch, and how many decide then.
///
/// # Errors
/// `LastValidator` where none would.
pub(super) fn note_change(store: &mut Store<'_>, number: u64, before: bool, after: bool) -> Result<(), Stop> {
    let word = store.get(EPOCH_CHANGE.at())?;
    let deciding = DECIDING.number(word).saturating_add(u64::from(after)).saturating_sub(u64::from(before));
    if before && !after && deciding == 0 {
        return Err(Stop::revert(INodes::LastValidator {}));
    }
    let word = DECIDING.set(word, U256::from(deciding));
    store.set(EPOCH_CHANGE.at(), EPOCH_CHANGE.set(word, U256::from(number)))
}

/// How many decide from the next epoch on.
pub(super) fn deciding(store: &mut Store<'_>) -> Result<u64, Stop> {
    Ok(DECIDING.number(store.get(DECIDING.at())?))
}
