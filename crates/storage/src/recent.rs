use crate::LogQuery;
use althing_primitives::{B256, B256Map, BlockId, BlockNumber, Bloom, RecoveredBlock};
use std::{collections::VecDeque, ops::RangeInclusive};

/// Positions and blooms of the blocks an archive does not cover yet, and hashes for `BLOCKHASH`.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    blocks: VecDeque<RecentBlock>,
    transactions: B256Map<(BlockNumber, u32)>,
    numbers: B256Map<BlockNumber>,
    /// Hashes up to the last block, more than `blocks` goes back.
    hashes: VecDeque<B256>,
    last: BlockNumber,
}

#[derive(Debug)]
struct RecentBlock {
    id: BlockId,
    bloom: Bloom,
    transactions: Vec<B256>,
}

/// `BLOCKHASH` reaches so many blocks back.
pub(crate) const BLOCKHASH_DEPTH: usize = 256;

impl Recent {
    /// Starts at a block whose ancestors' hashes (oldest first, its own last) are known.
    pub(crate) fn new(head: BlockId, hashes: impl IntoIterator<Item = B256>) -> Self {
        let numbers = B256Map::from_iter([(head.hash, head.number)]);
        Self { numbers, hashes: hashes.into_iter().collect(), last: head.number, ..Self::default() }
    }

    /// Oldest block with its positions.
    pub(crate) fn first(&self) -> BlockNumber {
        self.blocks.front().map_or(self.last + 1, |block| block.id.number)
    }

    pub(crate) fn push(&mut self, block: &RecoveredBlock) {
        let id = block.id();
        let transactions: Vec<B256> = block.body.transactions.iter().map(|tx| *tx.tx_hash()).collect();
        self.transactions.extend(transactions.iter().zip(0..).map(|(hash, index)| (*hash, (id.number, index))));
        self.numbers.insert(id.hash, id.number);
        self.hashes.push_back(id.hash);
        self.last = id.number;
        self.blocks.push_back(RecentBlock { id, bloom: block.header.logs_bloom, transactions });
    }

    /// Forgets positions below `number` and hashes no view from `number` on can ask for.
    pub(crate) fn trim(&mut self, number: BlockNumber) {
        while let Some(block) = self.blocks.pop_front_if(|block| block.id.number < number) {
            block.transactions.iter().for_each(|hash| {
                self.transactions.remove(hash);
            });
            self.numbers.remove(&block.id.hash);
        }
        let keep = (self.last - number.min(self.last)) as usize + BLOCKHASH_DEPTH + 1;
        self.hashes.drain(..self.hashes.len().saturating_sub(keep));
    }

    pub(crate) fn transaction(&self, hash: &B256) -> Option<(BlockNumber, u32)> {
        self.transactions.get(hash).copied()
    }

    pub(crate) fn number(&self, hash: &B256) -> Option<BlockNumber> {
        self.numbers.get(hash).copied()
    }

    pub(crate) fn hash(&self, number: BlockNumber) -> Option<B256> {
        let back = usize::try_from(self.last.checked_sub(number)?).ok()?;
        self.hashes.get(self.hashes.len().checked_sub(back + 1)?).copied()
    }

    pub(crate) fn log_candidates(&self, range: RangeInclusive<BlockNumber>, query: &LogQuery) -> Vec<BlockNumber> {
        let blocks = self.blocks.iter().filter(|block| range.contains(&block.id.number));
        blocks.filter(|block| query.may_match(&block.bloom)).map(|block| block.id.number).collect()
    }
}
