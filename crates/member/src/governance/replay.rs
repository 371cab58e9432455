use crate::{
    abi::{Happening, happening},
    answer::Form,
    node::{At, LogJson, Node, Record},
    proposal::Proposal,
    snapshot,
    times::moment,
};
use althing_contracts::{GOVERNANCE, IGovernance};
use althing_primitives::U256;
use serde_json::{Value, json};
use std::fmt::Write;

/// What was checked before a record was believed, for the answer.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Sentences, one a line.
    pub words: String,
    /// The same for a script.
    pub json: Value,
}

/// Prints a record of governance: every proposal with its calls and ballots, every event, and the
/// constitution, members, nodes and parameters they led to.
///
/// # Errors
/// The record has no system contracts, or standard output is closed.
pub async fn print_record(record: Record, proof: Proof, as_json: bool) -> eyre::Result<()> {
    let (number, hash, timestamp) = (record.number, record.hash, record.timestamp);
    let node = Node::of(record);
    let at = At::block(number);
    let events = events(&node, number).await?;
    let proposals = proposals(&node, number, &at).await?;
    let mut state = snapshot::read(&node, &at).await?;
    state["namedInEvents"] = snapshot::read_named_in_events(&node, number, &at).await?;
    let json = json!({
        "verified": proof.json,
        "chainId": node.chain_id().await?,
        "block": {"number": number, "hash": hash, "timestamp": timestamp},
        "proposals": proposals.iter().map(|proposal| whole(proposal, &events)).collect::<Value>(),
        "events": events.iter().map(Event::json).collect::<Value>(),
        "state": state,
    });
    let head = format!("{}\ngovernance at block {number}, {}\n", proof.words, moment(timestamp));
    Form { json: as_json }.answer(&json, words(&head, &proposals, &events, &state))
}

/// An event of a system contract, with its place.
struct Event {
    block: u64,
    time: u64,
    what: Happening,
}

impl Event {
    fn json(&self) -> Value {
        let Happening { contract, name, arguments, .. } = &self.what;
        json!({"block": self.block, "time": self.time, "contract": contract, "event": name, "arguments": arguments})
    }

    fn is_about(&self, proposal: U256) -> bool {
        self.what.contract == "Governance" && self.what.arguments["proposalId"] == proposal.to_string()
    }
}

async fn events(node: &Node, to: u64) -> eyre::Result<Vec<Event>> {
    let logs = node.logs(&[], None, 0, to).await?;
    let event = |log: &LogJson| {
        let what = happening(log.address, &log.topics, &log.data)?;
        Some(Event { block: log.block(), time: log.time().unwrap_or_default(), what })
    };
    Ok(logs.iter().filter_map(event).collect())
}

/// Every proposal ever made, oldest first.
async fn proposals(node: &Node, to: u64, at: &At) -> eyre::Result<Vec<Proposal>> {
    let logs = node.logs(&[GOVERNANCE], None, 0, to).await?;
    let count = node.ask(GOVERNANCE, &IGovernance::proposalCountCall {}, at).await?.saturating_to::<u64>();
    let mut found = Vec::new();
    for index in 0..count {
        let details = IGovernance::proposalDetailsAtCall { index: U256::from(index) };
        let id = node.ask(GOVERNANCE, &details, at).await?._0;
        let mut proposal = Proposal::read(node, id, at).await?;
        proposal.take_all(node, &logs, at).await?;
        found.push(proposal);
    }
    Ok(found)
}

/// A proposal with what happened to it.
fn whole(proposal: &Proposal, events: &[Event]) -> Value {
    let mut json = proposal.json();
    json["history"] = events.iter().filter(|event| event.is_about(proposal.id)).map(Event::json).collect();
    json
}

fn words(head: &str, proposals: &[Proposal], events: &[Event], state: &Value) -> String {
    let mut text = head.to_owned();
    for (number, proposal) in (1..).zip(proposals) {
        let _ = writeln!(text, "\nProposal {number}\n{proposal}");
        for event in events.iter().filter(|event| event.is_about(proposal.id)) {
            let _ = writeln!(text, "block {:<7}{} {}", event.block, event.what.name, moment(event.time));
        }
    }
    text.push_str("\nEverything that happened\n");
    for event in events {
        let _ = writeln!(text, "  block {:<6} {} {}", event.block, moment(event.time), event.what.text);
    }
    let _ = write!(text, "\n{}", snapshot::page(state));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::RecordedEvent;
    use alloy_sol_types::SolEvent;
    use althing_chainspec::Genesis;
    use althing_contracts::SYSTEM_CONTRACTS;
    use althing_primitives::{Address, B256, Log};
    use std::collections::HashMap;

    /// The first block of a development chain.
    fn genesis() -> Record {
        let spec = Genesis::dev().into_spec().unwrap();
        let mut slots = HashMap::new();
        for contract in SYSTEM_CONTRACTS {
            slots.extend(spec.alloc()[&contract].storage.iter().map(|(slot, value)| ((contract, *slot), *value)));
        }
        let (number, hash, timestamp) = (0, B256::ZERO, spec.genesis().header.timestamp);
        Record { chain_id: spec.chain_id(), insecure: true, number, hash, timestamp, slots, events: Vec::new() }
    }

    fn run<T>(job: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(job)
    }

    #[test]
    fn a_genesis_is_read_without_a_node() {
        let (node, at) = (Node::of(genesis()), At::block(0));
        let state = run(snapshot::read(&node, &at)).unwrap();
        assert_eq!(state["members"][0]["status"], "Active");
        assert_eq!(state["nodes"]["validators"].as_array().unwrap().len(), 1);
        assert!(run(proposals(&node, 0, &at)).unwrap().is_empty());
        let page = words("checked\n", &[], &[], &state);
        assert!(page.starts_with("checked\n") && page.contains("Constitution 0x"), "{page}");
    }

    #[test]
    fn events_keep_their_block_and_time() {
        let cast = IGovernance::VoteCast {
            voter: Address::repeat_byte(1),
            proposalId: U256::from(7),
            support: 1,
            weight: U256::ONE,
            reason: String::new(),
        };
        let log = Log { address: GOVERNANCE, data: cast.encode_log_data() };
        let events_of = vec![RecordedEvent { block: 3, timestamp: 1_003, log }];
        let node = Node::of(Record { events: events_of, number: 4, ..genesis() });
        let found = run(events(&node, 4)).unwrap();
        let [event] = found.as_slice() else { panic!("one event") };
        assert_eq!((event.block, event.time, event.what.name), (3, 1_003, "VoteCast"));
        assert!(event.is_about(U256::from(7)) && !event.is_about(U256::from(8)));
        assert_eq!(event.json()["arguments"]["support"], "For");
    }
}
