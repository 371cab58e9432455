use crate::{
    answer::Form,
    node::{At, NodeArgs},
    snapshot,
};

/// Flags of `althing governance show`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    form: Form,
    /// Block whose state is shown [default: the latest]
    #[arg(long, value_name = "NUMBER")]
    block: Option<u64>,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let node = self.node.connect()?;
        let at = self.block.map_or_else(At::latest, At::block);
        let state = snapshot::read(&node, &at).await?;
        self.form.answer(&state, snapshot::page(&state))
    }
}
