use super::outcome::{About, SendArgs};
use crate::{node::At, proposal::ProposalName};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, ProposalState},
};

/// Flags of `althing member execute`.
#[derive(Debug, clap::Args)]
pub struct ExecuteArgs {
    /// The proposal: its id, its number in `althing member list`, or `latest`
    #[arg(value_name = "PROPOSAL")]
    proposal: ProposalName,
    #[command(flatten)]
    send: SendArgs,
}

/// Flags of `althing member cancel`.
#[derive(Debug, clap::Args)]
pub struct CancelArgs {
    /// The proposal: its id, its number in `althing member list`, or `latest`
    #[arg(value_name = "PROPOSAL")]
    proposal: ProposalName,
    #[command(flatten)]
    send: SendArgs,
}

impl ExecuteArgs {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let desk = self.send.open().await?;
        let at = At::latest();
        let id = self.proposal.id(&desk.node, &at).await?;
        let state = desk.node.ask(GOVERNANCE, &IGovernance::stateCall { proposalId: id }, &at).await?;
        let queues = desk.node.ask(GOVERNANCE, &IGovernance::proposalNeedsQueuingCall { proposalId: id }, &at).await?;
        if queues && state == ProposalState::Succeeded {
            let call = IGovernance::queue_1Call { proposalId: id };
            return self.send.send(&desk, GOVERNANCE, &call, About::Proposal(id)).await;
        }
        let call = IGovernance::execute_1Call { proposalId: id };
        self.send.send(&desk, GOVERNANCE, &call, About::Proposal(id)).await
    }
}

impl CancelArgs {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let desk = self.send.open().await?;
        let id = self.proposal.id(&desk.node, &At::latest()).await?;
        let call = IGovernance::cancel_1Call { proposalId: id };
        self.send.send(&desk, GOVERNANCE, &call, About::Proposal(id)).await
    }
}
