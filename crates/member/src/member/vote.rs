use super::outcome::{About, SendArgs};
use crate::{node::At, proposal::ProposalName};
use althing_contracts::{GOVERNANCE, IGovernance};
use clap::ValueEnum;

/// Flags of `althing member vote`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The proposal: its id, its number in `althing member list`, or `latest`
    #[arg(value_name = "PROPOSAL")]
    proposal: ProposalName,
    /// The ballot
    #[arg(value_enum)]
    ballot: Choice,
    /// Why; everybody can read it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    send: SendArgs,
}

/// As `castVote` counts them.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Choice {
    Against,
    For,
    Abstain,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let desk = self.send.open().await?;
        let id = self.proposal.id(&desk.node, &At::latest()).await?;
        let (support, about) = (self.ballot as u8, About::Proposal(id));
        match self.reason {
            None => {
                let call = IGovernance::castVoteCall { proposalId: id, support };
                self.send.send(&desk, GOVERNANCE, &call, about).await
            }
            Some(reason) => {
                let call = IGovernance::castVoteWithReasonCall { proposalId: id, support, reason };
                self.send.send(&desk, GOVERNANCE, &call, about).await
            }
        }
    }
}
