use super::replay;
use clap::Subcommand;

/// The state of governance.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Client(althing_member::GovernanceCommand),
    /// Reconstruct every proposal, ballot and the constitution from a ledger: without node, key or execution
    Replay(replay::Args),
}

/// Runs `althing governance`.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match args.command {
        Command::Client(command) => runtime.block_on(althing_member::run_governance(command)),
        Command::Replay(args) => runtime.block_on(replay::run(args)),
    }
}
