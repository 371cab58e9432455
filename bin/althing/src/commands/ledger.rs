use crate::answer::answer;
use clap::Subcommand;
use std::path::PathBuf;

/// Work on a ledger without a node.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check that the headers form a chain from the genesis and that its validators signed them;
    /// needs no key and reads nothing sealed
    Verify {
        /// Data folder of the node, or a copy of it
        dir: PathBuf,
        /// Genesis file [default: genesis.json in the folder]
        #[arg(long, value_name = "FILE")]
        genesis: Option<PathBuf>,
    },
}

/// Runs `althing ledger`.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    let Command::Verify { dir, genesis } = args.command;
    let verified = althing_node::verify_ledger(&dir, genesis.as_deref())?;
    Ok(answer(verified)?)
}
