//! Starting consensus from the genesis and the folder's keys.

use crate::{OpenChain, key_file};
use althing_chainspec::Consortium;
use althing_consensus::{Committee, Config, Handle, Pacing, Peer, SecretKey, Signals, Status, Timeouts};
use eyre::{WrapErr, eyre};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tracing::info;

/// A running consensus.
pub(crate) struct Engine {
    handle: Arc<Handle>,
    quorum: usize,
}

impl Engine {
    /// What it is doing now.
    pub(crate) fn status(&self) -> Status {
        self.handle.status()
    }

    /// Validators that must be connected for blocks to be made.
    pub(crate) const fn quorum(&self) -> usize {
        self.quorum
    }

    /// What it measures, in Prometheus' text format.
    pub(crate) fn metrics(&self) -> String {
        self.handle.metrics()
    }

    /// Another look at the same consensus.
    pub(crate) fn watch(&self) -> Self {
        Self { handle: self.handle.clone(), quorum: self.quorum }
    }

    /// Stops it, journals synced. Blocks until it has.
    pub(crate) fn shutdown(self) {
        self.handle.shutdown();
    }
}

/// Resolves with the reason when consensus has failed; never without one.
pub(crate) async fn failed(engine: Option<&Engine>) -> String {
    match engine {
        Some(engine) => engine.handle.stopped().await.unwrap_or_else(|| "for no stated reason".to_owned()),
        None => std::future::pending().await,
    }
}

/// Starts consensus, unless the genesis names no validator.
pub(crate) fn start(open: &OpenChain, listen: SocketAddr, node_key: Option<[u8; 32]>) -> eyre::Result<Option<Engine>> {
    let parts = open.chain().parts();
    let Some(consortium) = parts.spec.consortium().filter(|consortium| !consortium.validators.is_empty()) else {
        info!("the genesis names no validators: serving what is there");
        return Ok(None);
    };
    let committee = committee(consortium)?;
    let secret = match (node_key, open.folder()) {
        (Some(seed), _) => SecretKey::new(seed),
        (None, Some(folder)) => SecretKey::new(*key_file::read_or_create(&folder.node_key())?),
        (None, None) => return Err(eyre!("a node in memory needs a key")),
    };
    let config = Config {
        secret,
        listen,
        peers: consortium.validators.iter().chain(&consortium.followers).map(peer).collect(),
        chain_id: parts.spec.chain_id(),
        genesis_hash: parts.spec.genesis().hash(),
        journals: open.journals(),
        epoch_length: consortium.epoch_length,
        pacing: pacing(consortium),
        timeouts: timeouts(consortium),
        block_bytes_max: usize::try_from(consortium.block_bytes_max).wrap_err("blockBytesMax")?,
    };
    let signals = Signals {
        arrivals: parts.pool.arrivals(),
        outgoing: parts.pool.outgoing().ok_or_else(|| eyre!("consensus was started before"))?,
    };
    let (ledger, keyring) = (parts.ledger.clone(), parts.keyring.clone());
    let handle = althing_consensus::start(config, open.chain().clone(), ledger, keyring, signals)?;
    Ok(Some(Engine { handle: Arc::new(handle), quorum: committee.quorum() }))
}

/// The validators of the genesis.
pub(crate) fn committee(consortium: &Consortium) -> eyre::Result<Committee> {
    let keys = consortium.validators.iter().map(|validator| validator.public_key.0).collect();
    Committee::new(keys).wrap_err("genesis: althing.validators")
}

fn peer(node: &althing_chainspec::Validator) -> Peer {
    Peer { public_key: node.public_key.0, address: node.address.clone() }
}

const fn pacing(consortium: &Consortium) -> Pacing {
    Pacing {
        block_time: Duration::from_millis(consortium.block_time_ms),
        follow_up_blocks: consortium.follow_up_blocks,
        follow_up_time: Duration::from_millis(consortium.follow_up_ms),
        heartbeat: Duration::from_millis(consortium.heartbeat_ms),
    }
}

const fn timeouts(consortium: &Consortium) -> Timeouts {
    let timeouts = &consortium.timeouts;
    Timeouts {
        leader: Duration::from_millis(timeouts.leader_ms),
        certification: Duration::from_millis(timeouts.certification_ms),
        skip: Duration::from_millis(timeouts.skip_ms),
        retry: Duration::from_millis(timeouts.retry_ms),
    }
}
