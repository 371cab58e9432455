use crate::{Pacing, PublicKey, SecretKey};
use althing_primitives::B256;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Everything consensus needs to know at start.
pub struct Config {
    /// This node's consensus and peer key. Not in the committee: it follows.
    pub secret: SecretKey,
    /// Where to accept peers.
    pub listen: SocketAddr,
    /// Every node of the network, this one included or not.
    pub peers: Vec<Peer>,
    /// Chain id, signed in every message.
    pub chain_id: u64,
    /// Hash of the genesis block, signed in every message.
    pub genesis_hash: B256,
    /// Folder of the journals.
    pub journals: PathBuf,
    /// Blocks an epoch.
    pub epoch_length: u64,
    /// When to make blocks.
    pub pacing: Pacing,
    /// When to give up on a leader.
    pub timeouts: Timeouts,
    /// Largest encoded block in bytes.
    pub block_bytes_max: usize,
}

/// Another node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its key.
    pub public_key: PublicKey,
    /// Where to reach it: `host:port`, resolved at every dial.
    pub address: String,
}

/// When a view is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Waiting for a proposal.
    pub leader: Duration,
    /// Waiting for its certification.
    pub certification: Duration,
    /// A leader silent for this long is skipped until it is heard again.
    pub skip: Duration,
    /// Repeating the vote to give up.
    pub retry: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            leader: Duration::from_secs(1),
            certification: Duration::from_secs(2),
            skip: Duration::from_millis(2500),
            retry: Duration::from_secs(1),
        }
    }
}
