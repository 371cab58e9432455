use super::unfinalized::Outcome;
use metrics::{counter, gauge, histogram};
use std::time::Duration;

/// A block became the head.
pub(super) fn committed(outcome: &Outcome, took: Duration) {
    let block = &outcome.block;
    gauge!("althing_chain_height").set(block.number() as f64);
    counter!("althing_chain_transactions_total").increment(block.body.transactions.len() as u64);
    counter!("althing_chain_gas_total").increment(block.header.gas_used);
    histogram!("althing_chain_commit_seconds").record(took.as_secs_f64());
}

/// This node built a block.
pub(super) fn built(took: Duration) {
    histogram!("althing_chain_build_seconds").record(took.as_secs_f64());
}

/// This node executed a block of another proposer.
pub(super) fn executed(took: Duration) {
    histogram!("althing_chain_execute_seconds").record(took.as_secs_f64());
}
