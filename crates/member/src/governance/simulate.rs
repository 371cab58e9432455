use crate::{
    abi::{explain, name_of},
    answer::Form,
    node::{At, Node, NodeArgs},
    proposal::{Proposal, ProposalName},
    snapshot::{self, Difference},
};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, Change},
    is_system,
};
use althing_primitives::U256;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Flags of `althing governance simulate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The proposal: its id, its number in `althing member list`, or `latest`
    #[arg(value_name = "PROPOSAL")]
    proposal: ProposalName,
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    form: Form,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let node = self.node.connect()?;
        let at = At::block(node.latest().await?.number());
        let id = self.proposal.id(&node, &at).await?;
        let proposal = Proposal::read(&node, id, &at).await?;
        let outcome = node.ask(GOVERNANCE, &IGovernance::simulateCall { proposalId: id }, &at).await?;
        let calls = proposal.calls.iter().map(|call| call.text()).collect::<Vec<_>>();
        if !outcome.success {
            let reason = explain(&outcome.reason);
            let call = outcome.call.saturating_add(U256::ONE);
            let json = json!({"success": false, "calls": calls, "call": call.to_string(), "reason": reason});
            return self.form.answer(&json, format!("it would fail: call {call}: {reason}"));
        }
        let found = meaning(&node, &at, &outcome.changes).await?;
        self.form.answer(&json(&calls, &found, &outcome.changes), words(&calls, &found, &outcome.changes))
    }
}

/// What the changed slots mean: the state read twice, the second time as if they were changed.
async fn meaning(node: &Node, at: &At, changes: &[Change]) -> eyre::Result<Vec<Difference>> {
    let before = snapshot::read(node, at).await?;
    let after = snapshot::read(node, &at.with(overrides(changes))).await?;
    Ok(snapshot::differences(&before, &after))
}

/// The changes as `eth_call` takes them.
fn overrides(changes: &[Change]) -> Value {
    let mut accounts = Map::new();
    for change in changes {
        let account = accounts.entry(change.target.to_string()).or_insert_with(|| json!({"stateDiff": {}}));
        account["stateDiff"][change.slot.to_string()] = json!(change.afterwards);
    }
    Value::Object(accounts)
}

fn json(calls: &[String], found: &[Difference], changes: &[Change]) -> Value {
    let difference = |d: &Difference| json!({"path": d.path, "before": d.before, "after": d.after});
    let change =
        |c: &Change| json!({"target": c.target.to_string(), "slot": c.slot, "before": c.before, "after": c.afterwards});
    json!({
        "success": true,
        "calls": calls,
        "differences": found.iter().map(difference).collect::<Value>(),
        "slots": changes.iter().map(change).collect::<Value>(),
    })
}

fn words(calls: &[String], found: &[Difference], changes: &[Change]) -> String {
    let mut text = String::new();
    for call in calls {
        let _ = writeln!(text, "{call}");
    }
    for Difference { path, before, after } in found {
        let _ = writeln!(text, "  {path}: {} -> {}", snapshot::plain(before), snapshot::plain(after));
    }
    for change in changes.iter().filter(|change| !is_system(&change.target)) {
        let (target, slot) = (name_of(change.target), change.slot);
        let _ = writeln!(text, "  {target} slot {slot}: {} -> {}", change.before, change.afterwards);
    }
    if found.is_empty() && changes.is_empty() {
        text.push_str("  no slot of a system contract would change\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_contracts::PARAMETERS;
    use althing_primitives::B256;

    #[test]
    fn changes_of_one_contract_stand_together() {
        let change = |slot: u8| Change {
            target: PARAMETERS,
            slot: B256::with_last_byte(slot),
            before: B256::ZERO,
            afterwards: B256::with_last_byte(9),
        };
        let found = overrides(&[change(1), change(2)]);
        let slots = found[PARAMETERS.to_string()]["stateDiff"].as_object().unwrap();
        assert_eq!(slots.len(), 2);
        assert_eq!(slots[&B256::with_last_byte(2).to_string()], json!(B256::with_last_byte(9)));
    }
}
