use crate::{
    answer::Form,
    node::{At, NodeArgs},
    proposal::{Proposal, ProposalName},
};

/// Flags of `althing member status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The proposal: its id, its number in `althing member list`, or `latest`
    #[arg(value_name = "PROPOSAL", default_value = "latest")]
    proposal: ProposalName,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    form: Form,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let (node, at) = (self.node.connect()?, At::latest());
        let id = self.proposal.id(&node, &at).await?;
        let proposal = Proposal::read_whole(&node, id, &at).await?;
        self.form.answer(&proposal.json(), &proposal)
    }
}
