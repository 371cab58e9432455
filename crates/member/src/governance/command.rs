use super::{export, show, simulate};
use clap::Subcommand;

/// What can be read of governance through a node.
#[derive(Debug, Subcommand)]
pub enum GovernanceCommand {
    /// Print constitution, members, nodes and parameters
    Show(show::Args),
    /// Print what a proposal would change, or why it would fail
    Simulate(simulate::Args),
    /// Write the whole state of governance as JSON
    Export(export::Args),
}

/// Runs `althing governance …` against a node.
///
/// # Errors
/// The node does not answer or has no system contracts.
pub async fn run_governance(command: GovernanceCommand) -> eyre::Result<()> {
    match command {
        GovernanceCommand::Show(args) => args.run().await,
        GovernanceCommand::Simulate(args) => args.run().await,
        GovernanceCommand::Export(args) => args.run().await,
    }
}
