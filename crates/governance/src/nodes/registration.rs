//! How a node enters and leaves the network.

use super::{
    is_host_and_port, is_public_key,
    layout::{FOLLOWERS, FOLLOWERS_OF, VALIDATORS, node},
    measurements,
    record::{self, Head},
};
use crate::{BlockContext, Host, Stop, members, storage::Store};
use althing_contracts::{
    INodes::{self, Status},
    NODES as CONTRACT,
};
use althing_primitives::{B256, U256};

/// Validators at most: a certificate carries a signature of each quorum member, and messages grow
/// with the square.
pub const VALIDATORS_MAX: u64 = 128;
/// Followers at most; each validator keeps a connection to each.
pub const FOLLOWERS_MAX: u64 = 256;
/// Gas of looking whether a key is a point.
const KEY_GAS: u64 = 3_000;

/// A node to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) member: u32,
    pub(crate) public_key: B256,
    pub(crate) host: String,
    pub(crate) measurement: B256,
}

impl Registration {
    /// What can be said without looking at the state.
    pub(crate) fn check(&self, host: &mut dyn Host) -> Result<(), Stop> {
        check_key(host, self.public_key)?;
        check_host(&self.host)
    }
}

pub(super) fn check_key(host: &mut dyn Host, key: B256) -> Result<(), Stop> {
    host.charge(KEY_GAS)?;
    match is_public_key(&key.0) {
        true => Ok(()),
        false => Err(Stop::revert(INodes::KeyNotAllowed { publicKey: key })),
    }
}

pub(super) fn check_host(address: &str) -> Result<(), Stop> {
    match is_host_and_port(address) {
        true => Ok(()),
        false => Err(Stop::revert(INodes::HostNotAllowed {})),
    }
}

/// What a new node is: without attestation, where the network makes no claim, it is trusted.
fn first_status(block: &BlockContext) -> Status {
    if block.insecure { Status::Trusted } else { Status::Pending }
}

fn check_member(host: &mut dyn Host, id: u32) -> Result<(), Stop> {
    match members::is_active(host, id)? {
        true => Ok(()),
        false => Err(Stop::revert(INodes::MemberNotActive { id })),
    }
}

/// A new node, or a follower of the same member, gets a seat.
pub(super) fn add_validator(host: &mut dyn Host, new: &Registration, block: &BlockContext) -> Result<(), Stop> {
    new.check(host)?;
    check_member(host, new.member)?;
    let store = &mut Store::new(host, CONTRACT);
    if record::length(store, VALIDATORS)? >= VALIDATORS_MAX {
        return Err(Stop::revert(INodes::TooManyValidators {}));
    }
    let slot = record::slot(store, new.public_key)?;
    let before = Head::read(store, slot)?;
    match before.status {
        Status::None => enter(host, new, true, first_status(block), block),
        _ if before.status != Status::Retired && !before.seat && before.member == new.member => {
            store.set_bytes(node::HOST.of(slot), new.host.as_bytes())?;
            move_to(store, new.public_key, slot, before, true, block.number)?;
            added(host, new, true)
        }
        _ => Err(key_in_use(new.public_key)),
    }
}

/// A new node follows.
pub(super) fn add_follower(host: &mut dyn Host, new: &Registration, block: &BlockContext) -> Result<(), Stop> {
    new.check(host)?;
    check_member(host, new.member)?;
    let needed = !block.insecure || !new.measurement.is_zero();
    if needed && !measurements::is_approved(host, new.measurement)? {
        return Err(Stop::revert(INodes::MeasurementNotApproved { measurement: new.measurement }));
    }
    check_room(&mut Store::new(host, CONTRACT), new.member)?;
    enter(host, new, false, first_status(block), block)
}

fn check_room(store: &mut Store<'_>, member: u32) -> Result<(), Stop> {
    match record::length(store, FOLLOWERS)? < FOLLOWERS_MAX {
        true => Ok(()),
        false => Err(Stop::revert(INodes::TooManyFollowers { member })),
    }
}

/// Writes the record of a node whose key nobody ever used.
pub(crate) fn enter(
    host: &mut dyn Host,
    new: &Registration,
    seat: bool,
    status: Status,
    block: &BlockContext,
) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = record::slot(store, new.public_key)?;
    if Head::read(store, slot)?.status != Status::None {
        return Err(key_in_use(new.public_key));
    }
    let list = if seat { VALIDATORS } else { FOLLOWERS };
    let position = record::push(store, list, new.public_key)?;
    let member = new.member;
    let head = Head { member, status, seat, suspended: false, since: block.timestamp, position, equivocations: 0 };
    head.write(store, slot)?;
    store.set(node::MEASUREMENT.of(slot), new.measurement.into())?;
    store.set_bytes(node::HOST.of(slot), new.host.as_bytes())?;
    count_follower(store, member, u64::from(!seat), 0)?;
    record::note_change(store, block.number, false, head.decides())?;
    added(host, new, seat)
}

fn added(host: &mut dyn Host, new: &Registration, seat: bool) -> Result<(), Stop> {
    let Registration { member, public_key, host: address, .. } = new.clone();
    super::emit(host, &INodes::NodeAdded { publicKey: public_key, member, host: address, seat })
}

/// The node follows from the next epoch on.
pub(super) fn remove_validator(host: &mut dyn Host, key: B256, block: &BlockContext) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, head) = record::present(store, key)?;
    if !head.seat {
        return Err(unexpected(key));
    }
    check_room(store, head.member)?;
    move_to(store, key, slot, head, false, block.number)?;
    super::emit(host, &INodes::SeatChanged { publicKey: key, seat: false, suspended: false })
}

/// Gives a node a seat or takes it.
fn move_to(store: &mut Store<'_>, key: B256, slot: U256, head: Head, seat: bool, number: u64) -> Result<(), Stop> {
    record::unlist(store, &head)?;
    let moved = Head { seat, suspended: false, ..head };
    let position = record::push(store, moved.list(), key)?;
    Head { position, ..moved }.write(store, slot)?;
    count_follower(store, head.member, u64::from(!seat), u64::from(seat))?;
    record::note_change(store, number, head.decides(), moved.decides())
}

pub(super) fn set_suspended(host: &mut dyn Host, key: B256, suspended: bool, block: &BlockContext) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, head) = record::present(store, key)?;
    if !head.seat || head.suspended == suspended {
        return Err(unexpected(key));
    }
    let changed = Head { suspended, ..head };
    changed.write(store, slot)?;
    record::note_change(store, block.number, head.decides(), changed.decides())?;
    super::emit(host, &INodes::SeatChanged { publicKey: key, seat: true, suspended })
}

/// The node leaves for good.
pub(super) fn retire(host: &mut dyn Host, key: B256, number: u64) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, head) = record::present(store, key)?;
    record::unlist(store, &head)?;
    let retired = Head { status: Status::Retired, seat: false, suspended: false, position: 0, ..head };
    retired.write(store, slot)?;
    count_follower(store, head.member, 0, u64::from(!head.seat))?;
    record::note_change(store, number, head.decides(), false)?;
    super::emit(host, &INodes::NodeRetired { publicKey: key })
}

/// Every node of a member that is removed leaves.
///
/// # Errors
/// `LastValidator` where none would be left.
pub(crate) fn retire_all_of(host: &mut dyn Host, member: u32, number: u64) -> Result<(), Stop> {
    for list in [VALIDATORS, FOLLOWERS] {
        for key in record::keys(&mut Store::new(host, CONTRACT), list)? {
            let (_, head) = record::present(&mut Store::new(host, CONTRACT), key)?;
            if head.member == member {
                retire(host, key, number)?;
            }
        }
    }
    Ok(())
}

/// Followers that a member runs.
pub(super) fn followers_of(host: &mut dyn Host, member: u32) -> Result<u64, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(FOLLOWERS_OF.at(), U256::from(member))?;
    Ok(store.get(slot)?.saturating_to())
}

fn count_follower(store: &mut Store<'_>, member: u32, more: u64, fewer: u64) -> Result<(), Stop> {
    if more == fewer {
        return Ok(());
    }
    let slot = store.entry(FOLLOWERS_OF.at(), U256::from(member))?;
    let count: u64 = store.get(slot)?.saturating_to();
    store.set(slot, U256::from(count.saturating_add(more).saturating_sub(fewer)))
}

pub(super) fn key_in_use(key: B256) -> Stop {
    Stop::revert(INodes::KeyInUse { publicKey: key })
}

pub(super) fn unexpected(key: B256) -> Stop {
    Stop::revert(INodes::UnexpectedNodeState { publicKey: key })
}
