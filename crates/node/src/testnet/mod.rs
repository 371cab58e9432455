//! A network of several validators on one machine: one process each, all of this binary.
//!
//! ```text
//!   DIR/genesis.json                      the network, made once
//!   DIR/validator-0/{node.toml, node.key, network.key, genesis.json, ledger/, ..., node.log}
//!   DIR/validator-1/...      started by:  althing node --config DIR/validator-1/node.toml
//! ```

mod prepare;
mod supervise;

use crate::FeeMode;
use std::{net::SocketAddr, path::PathBuf};

/// What a local network is started with.
#[derive(Clone, Debug)]
pub struct TestnetConfig {
    /// Folder of all validators.
    pub dir: PathBuf,
    /// How many validators; a folder that holds a network keeps its own number.
    pub validators: Option<usize>,
    /// How many nodes follow without a vote; only for a new network.
    pub followers: usize,
    /// JSON-RPC port of the first; the others count up.
    pub http_port: u16,
    /// Port for other nodes of the first; only for a new network, the genesis names them.
    pub peer_port: u16,
    /// Metrics port of the first; the others count up.
    pub metrics_port: Option<u16>,
    /// Whether transactions pay for gas; only for a new network.
    pub fee_mode: FeeMode,
    /// Target time between blocks in milliseconds; only for a new network.
    pub block_time_ms: u64,
}

/// A node of a local network that answers.
#[derive(Clone, Debug)]
pub struct LocalNode {
    /// `validator 0`, `follower 0`.
    pub name: String,
    /// Its folder.
    pub dir: PathBuf,
    /// Its JSON-RPC address.
    pub rpc: SocketAddr,
    /// Where other nodes reach it.
    pub peers: String,
    /// Its process.
    pub process: u32,
}

/// Makes the network where there is none yet, starts every node of it and stops them all when
/// told to stop. `ready` is called once for each node when it answers.
///
/// # Errors
/// The folder holds another network, a port is taken, or every node ended.
pub fn run_testnet(config: &TestnetConfig, ready: impl FnMut(&LocalNode) -> eyre::Result<()>) -> eyre::Result<()> {
    let nodes = prepare::prepare(config)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(supervise::run(nodes, ready))
}
