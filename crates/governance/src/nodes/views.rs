//! What anybody may ask.

use super::{
    layout::{FOLLOWERS, VALIDATORS, node},
    record::{self, Head},
};
use crate::{Field, Host, Stop, members::seconds, storage::Store};
use althing_contracts::{
    INodes::{self, Node, Status},
    NODES as CONTRACT,
};
use althing_primitives::B256;

/// A node that is or was registered.
pub(super) fn node(host: &mut dyn Host, key: B256) -> Result<Node, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = record::slot(store, key)?;
    let head = Head::read(store, slot)?;
    if head.status == Status::None {
        return Err(Stop::revert(INodes::UnknownNode { publicKey: key }));
    }
    Ok(Node {
        publicKey: key,
        member: head.member,
        status: head.status,
        seat: head.seat,
        suspended: head.suspended,
        host: record::host(store, slot)?,
        measurement: store.get(node::MEASUREMENT.of(slot))?.into(),
        since: seconds(head.since),
    })
}

pub(super) fn list(host: &mut dyn Host, list: Field) -> Result<Vec<Node>, Stop> {
    let keys = record::keys(&mut Store::new(host, CONTRACT), list)?;
    keys.into_iter().map(|key| node(host, key)).collect()
}

pub(super) fn of(host: &mut dyn Host, member: u32) -> Result<Vec<Node>, Stop> {
    let mut nodes = list(host, VALIDATORS)?;
    nodes.extend(list(host, FOLLOWERS)?);
    nodes.retain(|node| node.member == member);
    Ok(nodes)
}

pub(super) fn equivocations(host: &mut dyn Host, key: B256) -> Result<u64, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = record::slot(store, key)?;
    Ok(Head::read(store, slot)?.equivocations)
}
