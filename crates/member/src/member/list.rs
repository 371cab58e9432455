use crate::{
    answer::Form,
    node::{At, Node, NodeArgs},
    proposal::Proposal,
    snapshot,
};
use althing_contracts::{GOVERNANCE, IGovernance};
use althing_primitives::U256;
use serde_json::{Value, json};
use std::fmt::Write;

/// Flags of `althing member list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many proposals, newest first
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: u64,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    form: Form,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let node = self.node.connect()?;
        let at = At::block(node.latest().await?.number());
        let members = snapshot::read_members(&node, &at).await?;
        let proposals = last(&node, &at, self.last).await?;
        let listed = |(number, proposal): &(u64, Proposal)| {
            let mut json = proposal.json();
            json["number"] = (*number).into();
            json
        };
        let json = json!({"members": members, "proposals": proposals.iter().map(listed).collect::<Value>()});
        self.form.answer(&json, format!("{}\n{}", snapshot::members(&members), words(&proposals)))
    }
}

/// The newest proposals with their numbers.
async fn last(node: &Node, at: &At, count: u64) -> eyre::Result<Vec<(u64, Proposal)>> {
    let made = node.ask(GOVERNANCE, &IGovernance::proposalCountCall {}, at).await?.saturating_to::<u64>();
    let mut found = Vec::new();
    for number in (made.saturating_sub(count) + 1..=made).rev() {
        let details = IGovernance::proposalDetailsAtCall { index: U256::from(number - 1) };
        let id = node.ask(GOVERNANCE, &details, at).await?._0;
        found.push((number, Proposal::read(node, id, at).await?));
    }
    Ok(found)
}

fn words(proposals: &[(u64, Proposal)]) -> String {
    let mut text = String::from("Proposals\n");
    for (number, proposal) in proposals {
        let _ = writeln!(text, "  {number:<4} {}; {}", proposal.state_text(), proposal.counts_text());
        for call in &proposal.calls {
            let _ = writeln!(text, "       {}", call.text());
        }
    }
    text
}
