use super::Chain;
use althing_consensus_core::{EMPTIES_MAX, Parent, SealedBlock, count_empties};
use althing_primitives::{Block, BlockHash};
use commonware_consensus::marshal::ancestry::Ancestry;
use commonware_runtime::Spawner;
use futures::StreamExt;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts, per block, the empty blocks in a row that end with it.
#[derive(Clone, Default)]
pub(crate) struct Empties {
    counts: Arc<Mutex<HashMap<BlockHash, u64>>>,
}

impl Empties {
    /// Blocks remembered: enough for every unfinalized one and for the longest count that matters
    /// (see [`EMPTIES_MAX`]); the rest is counted anew.
    const REMEMBERED_MAX: usize = 4096;

    /// What pacing needs to know of a block; `ancestry` yields its parents. `None` if they
    /// cannot be found.
    pub(crate) async fn parent<E: Spawner>(
        &self,
        chain: &Chain<E>,
        block: &SealedBlock,
        mut ancestry: impl Ancestry<SealedBlock>,
    ) -> Option<Parent> {
        let newest = block.block();
        let mut walked = vec![newest.clone()];
        let base = loop {
            let oldest = walked.last().expect("starts with one block");
            if let Some(count) = self.known(oldest) {
                break count;
            }
            if walked.len() as u64 >= EMPTIES_MAX {
                break EMPTIES_MAX;
            }
            let parent = match chain.ledger().block(oldest.number().saturating_sub(1)) {
                Ok(Some(stored)) if stored.hash() == oldest.header.parent_hash => stored,
                _ => find(&mut ancestry, oldest.header.parent_hash).await?,
            };
            walked.push(parent);
        };
        Some(Parent { time_ms: newest.time_ms(), empties: self.remember(base, walked) })
    }

    /// Counts from the oldest block, whose count is `base`, to the newest, which is first.
    fn remember(&self, base: u64, walked: Vec<Arc<Block>>) -> u64 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > Self::REMEMBERED_MAX {
            counts.clear();
        }
        walked[..walked.len() - 1].iter().rev().fold(base, |count, block| {
            let count = count_empties(count, block);
            counts.insert(block.hash(), count);
            count
        })
    }

    /// The count, if remembered or plain from the block itself.
    fn known(&self, block: &Block) -> Option<u64> {
        if block.number() == 0 || !block.body.transactions.is_empty() {
            return Some(count_empties(0, block));
        }
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(&block.hash()).copied()
    }
}

async fn find(ancestry: &mut impl Ancestry<SealedBlock>, hash: BlockHash) -> Option<Arc<Block>> {
    loop {
        let block = ancestry.next().await?.inner().block().clone();
        if block.hash() == hash {
            return Some(block);
        }
    }
}
