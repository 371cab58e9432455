use crate::{
    abi::{Call, happening},
    answer::{Form, say},
    keys::KeyArgs,
    node::{At, Desk, NodeArgs, Receipt, Sent},
    proposal::Proposal,
};
use alloy_sol_types::SolCall;
use althing_primitives::{Address, U256};
use serde_json::{Value, json};

/// What every command that sends a transaction takes.
#[derive(clap::Args)]
pub(super) struct SendArgs {
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    pub(super) form: Form,
}

impl std::fmt::Debug for SendArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SendArgs({:?})", self.node)
    }
}

impl SendArgs {
    pub(super) async fn open(&self) -> eyre::Result<Desk> {
        Desk::open(&self.node, &self.key).await
    }

    /// Sends a call and prints what became of it: the events, and the proposal it was about.
    pub(super) async fn send(
        &self,
        desk: &Desk,
        target: Address,
        call: &impl SolCall,
        about: About,
    ) -> eyre::Result<()> {
        let call = Call { target, value: U256::ZERO, data: call.abi_encode().into() };
        match desk.send(&call).await? {
            Sent::Unsigned(transaction) => say(&format!("{transaction:#}")),
            Sent::Included(receipt) => self.report(desk, &receipt, about).await,
        }
    }

    async fn report(&self, desk: &Desk, receipt: &Receipt, about: About) -> eyre::Result<()> {
        let events = receipt.logs.iter().filter_map(|log| happening(log.address, &log.topics, &log.data));
        let events = events.collect::<Vec<_>>();
        let proposal = match about {
            About::Proposal(id) => Some(Proposal::read(&desk.node, id, &At::latest()).await?),
            About::Nothing => None,
        };
        let mut words = format!("{}\n", receipt.text());
        for event in &events {
            words.push_str(&format!("  {}\n", event.text));
        }
        if let Some(proposal) = &proposal {
            words.push_str(&proposal.to_string());
        }
        let named = |event: &crate::abi::Happening| json!({"contract": event.contract, "event": event.name, "arguments": event.arguments});
        let mut json = receipt.json();
        json["events"] = events.iter().map(named).collect::<Value>();
        json["proposal"] = proposal.map_or(Value::Null, |proposal| proposal.json());
        self.form.answer(&json, words)
    }
}

/// What a transaction is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    Proposal(U256),
    Nothing,
}
