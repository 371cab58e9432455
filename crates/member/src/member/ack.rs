use super::outcome::{About, SendArgs};
use crate::{
    answer::{confirmed, remark},
    node::At,
    snapshot,
};
use althing_contracts::{GOVERNANCE, IGovernance, IMembers, MEMBERS};
use eyre::ensure;

/// Flags of `althing member ack`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Do not ask: the constitution was read
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    send: SendArgs,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let desk = self.send.open().await?;
        let at = At::block(desk.node.latest().await?.number());
        let shown = snapshot::read_constitution(&desk.node, &at).await?;
        remark(&snapshot::constitution(&shown));
        let hash = desk.node.ask(GOVERNANCE, &IGovernance::constitutionHashCall {}, &at).await?;
        let question = format!("Does {} acknowledge it for its organisation?", desk.account());
        ensure!(self.yes || confirmed(&question)?, "not acknowledged");
        let call = IMembers::acknowledgeCall { constitutionHash: hash };
        self.send.send(&desk, MEMBERS, &call, About::Nothing).await
    }
}
