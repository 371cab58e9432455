use super::{
    AuditError, Governed, SystemStorage, Verified,
    verify::{check_no_gap, open},
    walk::walk,
};
use althing_chainspec::ChainSpec;
use althing_ledger::PublicLedger;
use std::path::Path;

/// Governance as the public sections of a ledger prove it.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// EIP-155.
    pub chain_id: u64,
    /// Whether the genesis declares the network insecure.
    pub insecure: bool,
    /// The block up to which it was folded, without its delta.
    pub block: Governed,
    /// The slots of the system contracts after it.
    pub storage: SystemStorage,
    /// The blocks that did something to governance, ascending.
    pub history: Vec<Governed>,
    /// What was checked on the way.
    pub verified: Verified,
}

/// Folds the governance deltas in the ledger of a data folder (or in the folder of a ledger
/// alone) from the genesis to the last certified block, or to block `at`, checking everything as
/// [`super::verify_ledger`] does. Uses no key, executes nothing, changes nothing.
///
/// # Errors
/// The first thing that is wrong, or `at` is not proven.
pub fn replay_governance(dir: &Path, genesis: Option<&Path>, at: Option<u64>) -> Result<Replayed, AuditError> {
    let (ledger, spec) = open(dir, genesis)?;
    if at.is_none() {
        check_whole(&ledger)?;
    }
    fold(&ledger, &spec, at)
}

/// Files that end early are not taken for the whole.
fn check_whole(ledger: &PublicLedger) -> Result<(), AuditError> {
    check_no_gap(ledger)?;
    let last = ledger.contiguous_height().unwrap_or(0);
    match ledger.cut() {
        Some(cut) => Err(AuditError::Cut { segment: cut.segment.clone(), last }),
        None => Ok(()),
    }
}

fn fold(ledger: &PublicLedger, spec: &ChainSpec, at: Option<u64>) -> Result<Replayed, AuditError> {
    let mut storage = SystemStorage::genesis(spec).ok_or(AuditError::NotGoverned)?;
    let mut history = Vec::new();
    let mut last = None;
    let verified = walk(ledger, spec, |mut governed| {
        let number = governed.block.number;
        if at.is_some_and(|at| number > at) {
            return false;
        }
        storage.apply(&governed.delta).expect("the walk applied it before");
        if !governed.delta.is_empty() {
            history.push(governed.clone());
        }
        governed.delta = Default::default();
        last = Some(governed);
        at != Some(number)
    })?;
    let not_proven = |at| AuditError::NotProven { at, certified: verified.certified, head: verified.head.number };
    let block = last.ok_or_else(|| not_proven(0))?;
    if let Some(at) = at.filter(|at| *at != block.block.number) {
        return Err(not_proven(at));
    }
    let (chain_id, insecure) = (spec.chain_id(), spec.is_insecure());
    Ok(Replayed { chain_id, insecure, block, storage, history, verified })
}
