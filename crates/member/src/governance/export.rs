use crate::{
    answer::{remark, say},
    node::{At, NodeArgs},
    snapshot,
};
use eyre::WrapErr;
use serde_json::json;
use std::path::PathBuf;

/// Flags of `althing governance export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    node: NodeArgs,
    /// Block whose state is written [default: the latest]
    #[arg(long, value_name = "NUMBER")]
    block: Option<u64>,
    /// Also every slot of the system contracts (asks the node's `debug_` namespace)
    #[arg(long)]
    slots: bool,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let node = self.node.connect()?;
        let block = match self.block {
            Some(number) => node.block_at(number).await?,
            None => node.latest().await?,
        };
        let at = At::block(block.number());
        let mut state = snapshot::read(&node, &at).await?;
        state["chainId"] = node.chain_id().await?.into();
        state["block"] = json!({"number": block.number(), "hash": block.hash, "timestamp": block.timestamp()});
        state["proposals"] = snapshot::read_proposals(&node, &at).await?;
        state["namedInEvents"] = snapshot::read_named_in_events(&node, block.number(), &at).await?;
        if self.slots {
            state["slots"] = snapshot::read_slots(&node, block.number()).await?;
        }
        let text = format!("{state:#}\n");
        let Some(file) = self.out else { return say(&text) };
        std::fs::write(&file, text).wrap_err_with(|| file.display().to_string())?;
        remark(&format!("wrote {}", file.display()));
        Ok(())
    }
}
