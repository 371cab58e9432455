//! Starting consensus from the genesis and the folder's keys.

use crate::{OpenChain, key_file};
use althing_chainspec::Consortium;
use althing_consensus::{Committee, Config, Handle, SecretKey, Signals, Status};
use eyre::{WrapErr, eyre};
use std::{net::SocketAddr, sync::Arc};
use tracing::info;

/// A running consensus.
pub(crate) struct Engine {
    handle: Arc<Handle>,
}

/// Largest block that can travel, in bytes: EIP-7934's bound, and the most a vote can set. What a
/// block may take is checked when it is executed.
const BLOCK_BYTES_CEILING: usize = 8 << 20;

impl Engine {
    /// What it is doing now.
    pub(crate) fn status(&self) -> Status {
        self.handle.status()
    }

    /// What it measures, in Prometheus' text format.
    pub(crate) fn metrics(&self) -> String {
        self.handle.metrics()
    }

    /// Another look at the same consensus.
    pub(crate) fn watch(&self) -> Self {
        Self { handle: self.handle.clone() }
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
    let secret = match (node_key, open.folder()) {
        (Some(seed), _) => SecretKey::new(seed),
        (None, Some(folder)) => SecretKey::new(*key_file::read_or_create(&folder.node_key())?),
        (None, None) => return Err(eyre!("a node in memory needs a key")),
    };
    let config = Config {
        secret,
        listen,
        chain_id: parts.spec.chain_id(),
        genesis_hash: parts.spec.genesis().hash(),
        journals: open.journals(),
        epoch_length: consortium.epoch_length,
        block_bytes_max: BLOCK_BYTES_CEILING,
    };
    let signals = Signals {
        arrivals: parts.pool.arrivals(),
        outgoing: parts.pool.outgoing().ok_or_else(|| eyre!("consensus was started before"))?,
    };
    let (ledger, keyring) = (parts.ledger.clone(), parts.keyring.clone());
    let handle = althing_consensus::start(config, open.chain().clone(), ledger, keyring, signals)?;
    Ok(Some(Engine { handle: Arc::new(handle) }))
}

/// The validators of the genesis.
pub(crate) fn committee(consortium: &Consortium) -> eyre::Result<Committee> {
    let keys = consortium.validators.iter().map(|validator| validator.public_key.0).collect();
    Committee::new(keys).wrap_err("genesis: althing.validators")
}
