use super::{ack, decide, list, propose, report, status, vote, watch};
use clap::Subcommand;

/// What a member does, and what it looks at while it does.
#[derive(Debug, Subcommand)]
pub enum MemberCommand {
    /// Propose a list of calls
    Propose(propose::Args),
    /// Cast the member's ballot: for, against or abstain
    Vote(vote::Args),
    /// Execute a proposal that succeeded; first queues it where it has a timelock
    Execute(decide::ExecuteArgs),
    /// Withdraw a proposal of one's own
    Cancel(decide::CancelArgs),
    /// Print a proposal: state, ballots, what it needs, its calls
    Status(status::Args),
    /// Follow what happens, or one proposal until it is over
    Watch(watch::Args),
    /// List members and proposals
    List(list::Args),
    /// Read and acknowledge the constitution, which makes an invited member active
    Ack(ack::Args),
    /// Report validators that signed conflicting votes, with the proofs that a node has
    Report(report::Args),
}

/// Runs `althing member …`.
///
/// # Errors
/// The node does not answer, the key is not to be had, or the contract says no (in words).
pub async fn run_member(command: MemberCommand) -> eyre::Result<()> {
    match command {
        MemberCommand::Propose(args) => args.run().await,
        MemberCommand::Vote(args) => args.run().await,
        MemberCommand::Execute(args) => args.run().await,
        MemberCommand::Cancel(args) => args.run().await,
        MemberCommand::Status(args) => args.run().await,
        MemberCommand::Watch(args) => args.run().await,
        MemberCommand::List(args) => args.run().await,
        MemberCommand::Ack(args) => args.run().await,
        MemberCommand::Report(args) => args.run().await,
    }
}
