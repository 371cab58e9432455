use crate::{
    answer::answer,
    args::{ConfigArg, Fees, ServerArgs, default_root},
};
use althing_node::{DevConfig, Folder, Running};
use std::{fmt::Write, path::PathBuf};

/// Flags of `althing dev`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    _config: ConfigArg,
    /// Data folder; the chain in it goes on [default: ~/.althing/dev]
    #[arg(long, value_name = "DIR", conflicts_with = "ephemeral")]
    datadir: Option<PathBuf>,
    /// Keep everything in memory and nothing on disk
    #[arg(long, num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true")]
    ephemeral: bool,
    /// Whether transactions pay for gas; part of the genesis [default: zero]
    #[arg(long = "fee-mode", value_enum)]
    fee_mode: Option<Fees>,
    /// Target time between blocks under load, in milliseconds; part of the genesis [default: 250]
    #[arg(long = "block-time", value_name = "MS")]
    block_time_ms: Option<u64>,
    #[command(flatten)]
    server: ServerArgs,
}

/// Runs a development chain until it is told to stop.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    let folder = match (args.ephemeral, args.datadir) {
        (true, _) => Folder::Memory,
        (false, Some(dir)) => Folder::Disk(dir),
        (false, None) => Folder::Disk(default_root().join("dev")),
    };
    let place = folder.to_string();
    let config = DevConfig {
        folder,
        fee_mode: args.fee_mode.map(Into::into),
        block_time_ms: args.block_time_ms,
        rpc: args.server.rpc()?,
        metrics: args.server.metrics,
    };
    althing_node::run_dev(config, |node| Ok(answer(banner(node, &place))?))
}

/// What a developer needs to connect: URL, chain id, accounts with their published keys.
fn banner(node: &Running, place: &str) -> String {
    let address = node.rpc.first().map(ToString::to_string).unwrap_or_default();
    let ws = node.rpc.last().map(ToString::to_string).unwrap_or_default();
    let metrics = node.metrics.map(|address| format!("Metrics    http://{address} (/metrics, /health, /ready)\n"));
    let mut text = format!(
        "\nAlthing development chain (insecure: one validator, published keys)\n\n\
         HTTP       http://{address}\n\
         WebSocket  ws://{ws}\n\
         {}Chain id   {}\n\
         Data       {place}\n\n\
         Accounts (10,000 ether each; mnemonic \"{}\")\n",
        metrics.unwrap_or_default(),
        node.chain_id,
        althing_node::DEV_MNEMONIC,
    );
    for (address, key) in althing_node::dev_accounts() {
        let _ = writeln!(text, "  {address}  {key}");
    }
    let _ = write!(
        text,
        "\nMetaMask: Networks > Add a custom network > name Althing, RPC URL http://{address},\n\
         chain id {}, currency ETH; then import an account by one of the keys above.\n\
         Anybody knows these keys: never send them anything of value.\n",
        node.chain_id,
    );
    text
}
