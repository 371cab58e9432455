use althing_primitives::{BlockHash, BlockNumber, Receipt, RecoveredBlock, eips::eip7685::Requests};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Executed blocks that are not final, with what committing them will need.
///
/// Bounded by consensus: a handful of views above the head are alive, and a commit drops every
/// block at or below its height.
#[derive(Default)]
pub(super) struct Unfinalized {
    blocks: HashMap<BlockHash, Outcome>,
    by_height: BTreeMap<BlockNumber, Vec<BlockHash>>,
}

/// An executed block, its receipts and its EIP-7685 requests.
#[derive(Clone)]
pub(super) struct Outcome {
    pub(super) block: Arc<RecoveredBlock>,
    pub(super) receipts: Arc<Vec<Receipt>>,
    pub(super) requests: Arc<Requests>,
}

impl Unfinalized {
    pub(super) fn insert(&mut self, outcome: Outcome) {
        let (number, hash) = (outcome.block.number(), outcome.block.hash());
        if self.blocks.insert(hash, outcome).is_none() {
            self.by_height.entry(number).or_default().push(hash);
        }
    }

    pub(super) fn outcome(&self, hash: &BlockHash) -> Option<Outcome> {
        self.blocks.get(hash).cloned()
    }

    /// The block and its ancestors down to the last committed one, which is not part of it. Newest
    /// first.
    pub(super) fn branch(&self, hash: &BlockHash) -> Vec<Arc<RecoveredBlock>> {
        let mut branch = Vec::new();
        let mut next = self.blocks.get(hash);
        while let Some(outcome) = next {
            branch.push(outcome.block.clone());
            next = self.blocks.get(&outcome.block.header.parent_hash);
        }
        branch
    }

    /// Forgets every block at or below `height`: it is committed, or lost to its sibling.
    pub(super) fn drop_through(&mut self, height: BlockNumber) {
        let above = self.by_height.split_off(&(height + 1));
        for hash in std::mem::replace(&mut self.by_height, above).into_values().flatten() {
            self.blocks.remove(&hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{Block, Body, Header};

    fn outcome(number: u64, gas_limit: u64) -> Outcome {
        let header = Header { number, gas_limit, ..Header::default() };
        let block = RecoveredBlock::new(Block::new(header, Body::default()), Vec::new());
        Outcome { block: Arc::new(block), receipts: Arc::default(), requests: Arc::default() }
    }

    #[test]
    fn a_commit_forgets_siblings_and_keeps_descendants() {
        let mut unfinalized = Unfinalized::default();
        let (chosen, sibling, child) = (outcome(1, 1), outcome(1, 2), outcome(2, 1));
        for outcome in [&chosen, &sibling, &child] {
            unfinalized.insert(outcome.clone());
        }
        unfinalized.drop_through(1);
        assert!(unfinalized.outcome(&chosen.block.hash()).is_none());
        assert!(unfinalized.outcome(&sibling.block.hash()).is_none());
        assert!(unfinalized.outcome(&child.block.hash()).is_some());
    }
}
