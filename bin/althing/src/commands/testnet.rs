use crate::{
    answer::answer,
    args::{ConfigArg, Fees},
};
use althing_node::TestnetConfig;
use std::path::PathBuf;

/// Flags of `althing testnet`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    _config: ConfigArg,
    /// Folder of the network: made where it is not there, resumed where it is
    #[arg(long, value_name = "DIR")]
    datadir: PathBuf,
    /// Number of validators [default: 4, or as the folder has it]
    #[arg(long, value_name = "N")]
    validators: Option<usize>,
    /// Number of nodes that follow without a vote; new networks only
    #[arg(long, value_name = "M", default_value_t = 0)]
    followers: usize,
    /// JSON-RPC port of the first node; the others count up
    #[arg(long = "http.port", value_name = "PORT", default_value_t = 8545)]
    http_port: u16,
    /// Port for other nodes of the first node, the others count up; new networks only
    #[arg(long = "p2p.port", visible_alias = "port", value_name = "PORT", default_value_t = 30303)]
    p2p_port: u16,
    /// Metrics port of the first node, the others count up [default: no metrics]
    #[arg(long = "metrics.port", value_name = "PORT")]
    metrics_port: Option<u16>,
    /// Whether transactions pay for gas; new networks only
    #[arg(long = "fee-mode", value_enum, default_value_t = Fees::Zero)]
    fee_mode: Fees,
    /// Target time between blocks under load, in milliseconds; new networks only
    #[arg(long = "block-time", value_name = "MS", default_value_t = 250)]
    block_time_ms: u64,
}

/// Runs a local network until it is told to stop.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    let config = TestnetConfig {
        dir: args.datadir,
        validators: args.validators,
        followers: args.followers,
        http_port: args.http_port,
        peer_port: args.p2p_port,
        metrics_port: args.metrics_port,
        fee_mode: args.fee_mode.into(),
        block_time_ms: args.block_time_ms,
    };
    althing_node::run_testnet(&config, |node| {
        let (name, rpc, process) = (&node.name, node.rpc, node.process);
        Ok(answer(format_args!("{name}  http://{rpc}  process {process}  {}", node.dir.display()))?)
    })
}
