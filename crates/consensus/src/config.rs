use crate::SecretKey;
use althing_primitives::B256;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Everything consensus needs to know at start.
pub struct Config {
    /// This node's consensus and peer key. Not in the committee: it follows.
    pub secret: SecretKey,
    /// Where to accept peers.
    pub listen: SocketAddr,
    /// Chain id, signed in every message.
    pub chain_id: u64,
    /// Hash of the genesis block, signed in every message.
    pub genesis_hash: B256,
    /// Folder of the journals.
    pub journals: PathBuf,
    /// Blocks an epoch.
    pub epoch_length: u64,
    /// Largest encoded block in bytes that can travel: the network's messages are sized for it.
    /// What a block may take is the application's rule.
    pub block_bytes_max: usize,
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
