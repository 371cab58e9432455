//! Who makes blocks and how fast, as the state says it.

use super::Chain;
use crate::system_state::SystemState;
use althing_chainspec::{Consortium, Timeouts as Limits, Validator};
use althing_consensus::{
    Committee, CommitteeError, EMPTIES_MAX, Pace, Pacing, Peer, Standing, Timeouts, is_change_pending,
};
use althing_governance::{self as governance, NetworkNode};
use althing_primitives::{BlockHash, BlockNumber};
use althing_storage::{StateError, View};
use parking_lot::Mutex;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tracing::warn;

/// Epochs whose registries are remembered: a node asks for the current one and its neighbours.
const EPOCHS_REMEMBERED: usize = 8;

/// The nodes and what binds them for an epoch, in one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Registry {
    validators: Vec<Validator>,
    followers: Vec<Validator>,
    timeouts: Timeouts,
}

/// Registries read before.
#[derive(Default)]
pub(super) struct Registries(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    epochs: BTreeMap<u64, Arc<Registry>>,
    head: Option<Arc<Registry>>,
    /// Goes up whenever `head` is forgotten: what was read before is not kept after.
    turn: u64,
}

impl Registries {
    /// The registry of the head may be another one now.
    pub(super) fn forget_head(&self) {
        let mut remembered = self.0.lock();
        (remembered.head, remembered.turn) = (None, remembered.turn + 1);
    }
}

impl Chain {
    /// When a block may follow one that is executed or committed here.
    pub(super) fn pace_after(&self, parent: &BlockHash) -> Option<Pace> {
        let spec = &self.parts.spec;
        let consortium = spec.consortium()?;
        if spec.governance().is_none() {
            return Some(genesis_pace(consortium));
        }
        let read = pace(&self.state_of(parent)?, consortium.epoch_length);
        read.inspect_err(|error| warn!(%error, "cannot read the pace of blocks")).ok()
    }

    /// An executed block's state, be it final and buried.
    fn state_of(&self, hash: &BlockHash) -> Option<View> {
        let storage = &self.parts.storage;
        let buried = || storage.view_at(self.parts.ledger.number(hash)?).ok();
        storage.view(*hash).or_else(buried)
    }

    /// The registry that binds an epoch: that of the state after the last block before it.
    pub(super) fn registry_of(&self, epoch: u64) -> Option<Arc<Registry>> {
        if let Some(known) = self.registries.0.lock().epochs.get(&epoch) {
            return Some(known.clone());
        }
        let first = epoch.checked_mul(self.parts.spec.consortium()?.epoch_length)?;
        let read = self.read_registry(first.saturating_sub(1))?;
        let epochs = &mut self.registries.0.lock().epochs;
        epochs.insert(epoch, read.clone());
        if epochs.len() > EPOCHS_REMEMBERED {
            epochs.pop_first();
        }
        Some(read)
    }

    fn registry_of_head(&self) -> Option<Arc<Registry>> {
        let (known, turn) = {
            let remembered = self.registries.0.lock();
            (remembered.head.clone(), remembered.turn)
        };
        if known.is_some() {
            return known;
        }
        let read = self.read_registry(self.parts.storage.head().number)?;
        let mut remembered = self.registries.0.lock();
        if remembered.turn == turn {
            remembered.head = Some(read.clone());
        }
        Some(read)
    }

    fn read_registry(&self, height: BlockNumber) -> Option<Arc<Registry>> {
        let spec = &self.parts.spec;
        if spec.governance().is_none() {
            return spec.consortium().map(genesis_registry).map(Arc::new);
        }
        let read = self.parts.storage.view_at(height).and_then(|view| registry(&view));
        read.inspect_err(|error| warn!(height, %error, "cannot read who the validators are")).ok().map(Arc::new)
    }

    /// Everybody to be connected to during an epoch.
    pub(super) fn nodes_around(&self, epoch: u64) -> Vec<Peer> {
        let epochs = [epoch.saturating_sub(1), epoch].into_iter().filter_map(|epoch| self.registry_of(epoch));
        let head = self.registry_of_head();
        // Where a node is known by two addresses, the head has the newer one.
        let registries: Vec<_> = head.iter().cloned().chain(epochs).collect();
        let validators = registries.iter().flat_map(|registry| &registry.validators);
        let followers = head.iter().flat_map(|registry| &registry.followers);
        let peers = validators
            .map(|node| peer(node, Standing::Validator))
            .chain(followers.map(|node| peer(node, Standing::Follower)));
        let mut seen = BTreeSet::new();
        peers.filter(|peer| seen.insert(peer.public_key)).collect()
    }
}

impl Registry {
    pub(super) fn committee(&self) -> Result<Committee, CommitteeError> {
        Committee::new(self.validators.iter().map(|validator| validator.public_key.0).collect())
    }

    pub(super) const fn timeouts(&self) -> Timeouts {
        self.timeouts
    }
}

/// Who is registered in a state.
fn registry(view: &View) -> Result<Registry, StateError> {
    let state = SystemState(view);
    let terms = governance::terms(&state)?;
    let nodes = |nodes: Vec<NetworkNode>| nodes.into_iter().map(node).collect();
    Ok(Registry {
        validators: nodes(governance::committee(&state)?),
        followers: nodes(governance::followers(&state)?),
        timeouts: timeouts(
            terms.leader_timeout_ms,
            terms.certification_timeout_ms,
            terms.skip_timeout_ms,
            terms.retry_timeout_ms,
        ),
    })
}

/// Who is named in a genesis without system contracts.
fn genesis_registry(consortium: &Consortium) -> Registry {
    let Limits { leader_ms, certification_ms, skip_ms, retry_ms } = consortium.timeouts;
    let (validators, followers) = (consortium.validators.clone(), consortium.followers.clone());
    Registry { validators, followers, timeouts: timeouts(leader_ms, certification_ms, skip_ms, retry_ms) }
}

/// The pace in a state.
fn pace(view: &View, epoch_length: u64) -> Result<Pace, StateError> {
    let state = SystemState(view);
    let terms = governance::terms(&state)?;
    let changed_at = governance::epoch_change(&state)?;
    Ok(Pace {
        pacing: pacing(terms.block_time_ms, terms.follow_up_blocks, terms.follow_up_ms, terms.heartbeat_ms),
        pending: is_change_pending(changed_at, view.id().number, epoch_length),
    })
}

/// The pace of a genesis without system contracts.
fn genesis_pace(consortium: &Consortium) -> Pace {
    let Consortium { block_time_ms, follow_up_blocks, follow_up_ms, heartbeat_ms, .. } = *consortium;
    Pace { pacing: pacing(block_time_ms, follow_up_blocks, follow_up_ms, heartbeat_ms), pending: false }
}

fn node(node: NetworkNode) -> Validator {
    Validator { public_key: node.public_key, address: node.host, member: Some(node.member) }
}

fn peer(node: &Validator, standing: Standing) -> Peer {
    Peer { public_key: node.public_key.0, address: node.address.clone(), standing }
}

fn pacing(block_time_ms: u64, follow_up_blocks: u64, follow_up_ms: u64, heartbeat_ms: u64) -> Pacing {
    Pacing {
        block_time: Duration::from_millis(block_time_ms),
        follow_up_blocks: follow_up_blocks.min(EMPTIES_MAX),
        follow_up_time: Duration::from_millis(follow_up_ms),
        heartbeat: Duration::from_millis(heartbeat_ms),
    }
}

const fn timeouts(leader_ms: u64, certification_ms: u64, skip_ms: u64, retry_ms: u64) -> Timeouts {
    Timeouts {
        leader: Duration::from_millis(leader_ms),
        certification: Duration::from_millis(certification_ms),
        skip: Duration::from_millis(skip_ms),
        retry: Duration::from_millis(retry_ms),
    }
}
