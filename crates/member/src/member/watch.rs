use crate::{
    abi::{Happening, contracts, happening},
    answer::{Form, say},
    node::{At, Node, NodeArgs},
    proposal::{Proposal, ProposalName},
};
use althing_primitives::{Address, U256};
use serde_json::json;
use std::time::Duration;

/// Between two looks for new blocks.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Blocks asked for at once.
const SPAN_MAX: u64 = 1000;

/// Flags of `althing member watch`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One proposal, until it is over; without it, everything until Ctrl-C
    #[arg(value_name = "PROPOSAL")]
    proposal: Option<ProposalName>,
    /// First block [default: the next one]
    #[arg(long, value_name = "NUMBER")]
    from_block: Option<u64>,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    form: Form,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let node = self.node.connect()?;
        let only = match self.proposal {
            Some(proposal) => Some(proposal.id(&node, &At::latest()).await?),
            None => None,
        };
        let mut next = match self.from_block {
            Some(number) => number,
            None => node.latest().await?.number() + 1,
        };
        loop {
            next = self.look(&node, only, next).await?;
            if let Some(id) = only
                && self.is_over(&node, id).await?
            {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Prints what happened from a block on and gives the first block not looked at.
    async fn look(&self, node: &Node, only: Option<U256>, from: u64) -> eyre::Result<u64> {
        let to = node.latest().await?.number().min(from.saturating_add(SPAN_MAX - 1));
        if to < from {
            return Ok(from);
        }
        let addresses = contracts().iter().map(|contract| contract.address).collect::<Vec<Address>>();
        for log in node.logs(&addresses, None, from, to).await? {
            if let Some(event) = happening(log.address, &log.topics, &log.data)
                && only.is_none_or(|id| is_about(&event, id))
            {
                self.print(log.block(), &event)?;
            }
        }
        Ok(to + 1)
    }

    fn print(&self, block: u64, event: &Happening) -> eyre::Result<()> {
        if !self.form.json {
            return say(&format!("block {block}  {}", event.text));
        }
        let json =
            json!({"block": block, "contract": event.contract, "event": event.name, "arguments": event.arguments});
        say(&json.to_string())
    }

    async fn is_over(&self, node: &Node, id: U256) -> eyre::Result<bool> {
        let proposal = Proposal::read(node, id, &At::latest()).await?;
        if proposal.is_over() {
            if self.form.json {
                say(&proposal.json().to_string())?;
            } else {
                say(&format!("{}; {}", proposal.state_text(), proposal.counts_text()))?;
            }
        }
        Ok(proposal.is_over())
    }
}

fn is_about(event: &Happening, id: U256) -> bool {
    event.arguments["proposalId"].as_str() == Some(id.to_string().as_str())
}
