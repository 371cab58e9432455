use crate::{Application, Committee, Config, Signals};
use althing_primitives::{B256, Certificate};
use std::sync::Arc;
use thiserror::Error;

/// A running consensus. Dropping it without [`Handle::shutdown`] stops it too.
#[derive(Debug)]
pub struct Handle {}

/// What consensus is doing, for health and metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Peers connected now.
    pub peers: usize,
    /// Current epoch.
    pub epoch: u64,
    /// Current view in it, zero for a follower.
    pub view: u64,
    /// Whether this node votes in the current epoch.
    pub validator: bool,
    /// Highest height known to be final, here or at peers.
    pub finalized: u64,
    /// Highest height committed here.
    pub committed: u64,
    /// Own clock minus the median of the peers' clocks as their proposals show it, milliseconds.
    pub clock_skew_ms: i64,
}

/// Why consensus cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The listening port.
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    /// The journals.
    #[error("journals: {0}")]
    Journals(String),
    /// A thread.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// A key in the configuration.
    #[error("peer {0} has an invalid key")]
    Peer(usize),
}

impl Handle {
    /// What it is doing now.
    pub fn status(&self) -> Status {
        unimplemented!()
    }

    /// Resolves when consensus has ended, with the reason where it failed.
    pub async fn stopped(&self) -> Option<String> {
        unimplemented!()
    }

    /// Stops it, journals synced. Blocks until it has.
    pub fn shutdown(self) {
        unimplemented!()
    }
}

/// Starts consensus on a thread of its own.
///
/// # Errors
/// See [`StartError`].
pub fn start(_config: Config, _application: Arc<dyn Application>, _signals: Signals) -> Result<Handle, StartError> {
    unimplemented!()
}

/// Checks that a quorum of the committee signed this certificate, on this chain, for this block.
pub fn verify_certificate(
    _certificate: &Certificate,
    _committee: &Committee,
    _chain_id: u64,
    _genesis_hash: B256,
) -> bool {
    unimplemented!()
}
