//! What the rest of the node reads: who decides, who follows, what waits for an epoch.

use super::{
    layout::{EPOCH_CHANGE, FOLLOWERS, VALIDATORS},
    record::{self, Head},
};
use crate::{Host, Reader, Stop, reader::read, storage::Store};
use althing_contracts::NODES as CONTRACT;
use althing_primitives::B256;

/// A node of the network, as its peers need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkNode {
    /// Ed25519 key of its messages; decompresses to a point.
    pub public_key: B256,
    /// Id of the member that runs it.
    pub member: u32,
    /// Where peers reach it, `host:port`.
    pub host: String,
}

/// Validators of the next epoch: seats that are trusted and not suspended. Never empty after a
/// genesis with validators. Their order means nothing.
///
/// # Errors
/// The state does not read.
pub fn committee<R: Reader>(reader: &R) -> Result<Vec<NetworkNode>, R::Error> {
    nodes(reader, |head| head.decides())
}

/// Nodes that follow from the next epoch on: followers, and validators whose seat is suspended or
/// not trusted yet.
///
/// # Errors
/// The state does not read.
pub fn followers<R: Reader>(reader: &R) -> Result<Vec<NetworkNode>, R::Error> {
    nodes(reader, |head| !head.decides())
}

/// Number of the block with the last change of seats, keys, addresses or consensus timeouts; 0 if
/// there was none. It waits until the epoch of that block has ended.
///
/// # Errors
/// The state does not read.
pub fn epoch_change<R: Reader>(reader: &R) -> Result<u64, R::Error> {
    Ok(EPOCH_CHANGE.number(reader.slot(CONTRACT, EPOCH_CHANGE.at())?))
}

fn nodes<R: Reader>(reader: &R, wanted: impl Fn(&Head) -> bool) -> Result<Vec<NetworkNode>, R::Error> {
    Ok(read(reader, |host| select(host, wanted))?.unwrap_or_default())
}

fn select(host: &mut dyn Host, wanted: impl Fn(&Head) -> bool) -> Result<Vec<NetworkNode>, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let mut nodes = Vec::new();
    for list in [VALIDATORS, FOLLOWERS] {
        for public_key in record::keys(store, list)? {
            let slot = record::slot(store, public_key)?;
            let head = Head::read(store, slot)?;
            if wanted(&head) {
                nodes.push(NetworkNode { public_key, member: head.member, host: record::host(store, slot)? });
            }
        }
    }
    Ok(nodes)
}
