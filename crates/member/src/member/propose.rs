use super::outcome::{About, SendArgs};
use crate::{
    abi::{CallArgs, lists},
    answer::remark,
    node::At,
};
use althing_contracts::{GOVERNANCE, IGovernance};
use althing_primitives::keccak256;

/// Flags of `althing member propose`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    calls: CallArgs,
    /// What the proposal is for; part of its id
    #[arg(long, value_name = "TEXT")]
    description: String,
    /// Least gas that must be left for the calls when a ballot decides [default: the contract's]
    #[arg(long, value_name = "GAS")]
    execution_gas: Option<u64>,
    #[command(flatten)]
    send: SendArgs,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let calls = self.calls.parse()?;
        for call in &calls {
            remark(&call.text());
        }
        let desk = self.send.open().await?;
        let (targets, values, calldatas) = lists(&calls);
        let hash = IGovernance::hashProposalCall {
            targets: targets.clone(),
            values: values.clone(),
            calldatas: calldatas.clone(),
            descriptionHash: keccak256(&self.description),
        };
        let about = About::Proposal(desk.node.ask(GOVERNANCE, &hash, &At::latest()).await?);
        let description = self.description;
        match self.execution_gas {
            None => {
                let call = IGovernance::proposeCall { targets, values, calldatas, description };
                self.send.send(&desk, GOVERNANCE, &call, about).await
            }
            Some(gas) => {
                let call =
                    IGovernance::proposeWithGasCall { targets, values, calldatas, description, executionGas: gas };
                self.send.send(&desk, GOVERNANCE, &call, about).await
            }
        }
    }
}
