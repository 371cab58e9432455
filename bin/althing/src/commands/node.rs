use crate::{
    answer::answer,
    args::{ChainArgs, ServerArgs, Transports},
};
use althing_node::{EngineSettings, Folder, Lifetime, NodeConfig, Role, Running};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// Flags of `althing node`, named as in geth and reth.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    /// Serve JSON-RPC over HTTP and WebSocket
    #[arg(long, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    http: bool,
    /// Serve JSON-RPC over WebSocket and HTTP; the same as --http unless --ws.port names another port
    #[arg(long, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    ws: bool,
    #[command(flatten)]
    server: ServerArgs,
    /// Address to accept other nodes on
    #[arg(long = "p2p.addr", visible_alias = "addr", value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::UNSPECIFIED))]
    p2p_addr: IpAddr,
    /// Port to accept other nodes on
    #[arg(long = "p2p.port", visible_alias = "port", value_name = "PORT", default_value_t = 30303)]
    p2p_port: u16,
    /// Serve what is there; make and fetch no blocks
    #[arg(long = "no-consensus", num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    no_consensus: bool,
    /// Cut a damaged ledger at the damage and fetch the rest from peers again
    #[arg(long, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    heal: bool,
    /// Address of the engine API, which test tools ask whether a head is there: with --no-consensus and
    /// --authrpc.jwtsecret only, and no blocks are taken
    #[arg(long = "authrpc.addr", value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    authrpc_addr: IpAddr,
    /// Port of the engine API
    #[arg(long = "authrpc.port", value_name = "PORT", default_value_t = 8551)]
    authrpc_port: u16,
    /// File with the engine API's JWT secret, 64 hexadecimal digits; made where there is none
    #[arg(long = "authrpc.jwtsecret", value_name = "FILE")]
    authrpc_jwtsecret: Option<PathBuf>,
    /// Stop when standard input ends (`althing testnet` starts its validators so)
    #[arg(long = "stop-with-parent", hide = true)]
    stop_with_parent: bool,
}

/// Runs a node until it is told to stop.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    if args.authrpc_jwtsecret.is_some() && !args.no_consensus {
        tracing::warn!("no engine API: blocks come from the built-in consensus");
    }
    althing_node::run(args.into_config()?, announce)
}

impl Args {
    fn into_config(self) -> eyre::Result<NodeConfig> {
        let transports = Transports { http: self.http, ws: self.ws };
        Ok(NodeConfig {
            folder: Folder::Disk(self.chain.root()),
            genesis: self.chain.genesis,
            rpc: (self.http || self.ws).then(|| self.server.rpc_of(transports)).transpose()?,
            engine: self.authrpc_jwtsecret.map(|secret| {
                let listen = SocketAddr::new(self.authrpc_addr, self.authrpc_port);
                EngineSettings { listen, secret }
            }),
            metrics: self.server.metrics,
            peers: SocketAddr::new(self.p2p_addr, self.p2p_port),
            role: if self.no_consensus { Role::ServeOnly } else { Role::Consensus },
            heal: self.heal,
            lifetime: if self.stop_with_parent { Lifetime::Parent } else { Lifetime::Own },
        })
    }
}

/// One line a server on standard output, for people and for whoever waits for the start.
fn announce(node: &Running) -> eyre::Result<()> {
    for address in &node.rpc {
        answer(format_args!("rpc http://{address}"))?;
    }
    if let Some(address) = node.engine {
        answer(format_args!("engine http://{address}"))?;
    }
    if let Some(address) = node.metrics {
        answer(format_args!("metrics http://{address}"))?;
    }
    Ok(())
}
