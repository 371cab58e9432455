//! What an operator does with its member's nodes.

use super::{
    layout::node,
    record::{self, Head},
    registration::{self, check_host, check_key, key_in_use, unexpected},
};
use crate::{
    BlockContext, Host, Stop,
    members::{self, Account, OPERATOR},
    storage::Store,
};
use althing_contracts::{
    INodes::{self, Status},
    NODES as CONTRACT,
};
use althing_primitives::{Address, B256, U256};

/// Refuses who is no operator of an active member, or of another one.
pub(super) fn check_operator(host: &mut dyn Host, caller: Address, member: u32) -> Result<(), Stop> {
    match members::account(host, caller)? {
        Some(Account { member: own, roles }) if own == member && roles & OPERATOR != 0 => {}
        _ => return Err(Stop::revert(INodes::NotTheOperator { account: caller })),
    }
    match members::is_active(host, member)? {
        true => Ok(()),
        false => Err(Stop::revert(INodes::MemberNotActive { id: member })),
    }
}

fn operated(host: &mut dyn Host, caller: Address, key: B256) -> Result<(U256, Head), Stop> {
    let (slot, head) = record::present(&mut Store::new(host, CONTRACT), key)?;
    check_operator(host, caller, head.member)?;
    Ok((slot, head))
}

/// The node goes on under another key; the old one is retired for good.
pub(super) fn rotate_key(
    host: &mut dyn Host,
    caller: Address,
    previous: B256,
    key: B256,
    block: &BlockContext,
) -> Result<(), Stop> {
    check_key(host, key)?;
    let (old_slot, head) = operated(host, caller, previous)?;
    let store = &mut Store::new(host, CONTRACT);
    let slot = record::slot(store, key)?;
    if Head::read(store, slot)?.status != Status::None {
        return Err(key_in_use(key));
    }
    record::replace(store, &head, key)?;
    Head { since: block.timestamp, ..head }.write(store, slot)?;
    let measurement = store.get(node::MEASUREMENT.of(old_slot))?;
    store.set(node::MEASUREMENT.of(slot), measurement)?;
    let address = store.bytes(node::HOST.of(old_slot))?;
    store.set_bytes(node::HOST.of(slot), &address)?;
    Head { status: Status::Retired, seat: false, suspended: false, position: 0, ..head }.write(store, old_slot)?;
    record::set_successor(store, previous, key)?;
    record::note_change(store, block.number, false, false)?;
    super::emit(host, &INodes::KeyRotated { previous, publicKey: key })
}

pub(super) fn set_host(
    host: &mut dyn Host,
    caller: Address,
    key: B256,
    address: &str,
    block: &BlockContext,
) -> Result<(), Stop> {
    check_host(address)?;
    let (slot, _) = operated(host, caller, key)?;
    let store = &mut Store::new(host, CONTRACT);
    store.set_bytes(node::HOST.of(slot), address.as_bytes())?;
    record::note_change(store, block.number, false, false)?;
    super::emit(host, &INodes::HostChanged { publicKey: key, host: address.to_owned() })
}

/// Takes a follower out of the network; seats are the members' to take.
pub(super) fn retire(host: &mut dyn Host, caller: Address, key: B256, block: &BlockContext) -> Result<(), Stop> {
    let (_, head) = operated(host, caller, key)?;
    if head.seat {
        return Err(unexpected(key));
    }
    registration::retire(host, key, block.number)
}
