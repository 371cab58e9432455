use crate::{LogQuery, archive::called_only, shards::Shards};
use althing_primitives::{
    Address, B256, B256Map, BlockId, BlockNumber, Bloom, Changeset, RecoveredBlock, alloy::BloomInput,
};
use parking_lot::RwLock;
use std::{collections::VecDeque, ops::RangeInclusive, sync::Arc};

/// Positions and blooms of the blocks an archive does not cover yet, and hashes for `BLOCKHASH`.
#[derive(Debug)]
pub(crate) struct Recent {
    transactions: Shards<B256, (BlockNumber, u32)>,
    blocks: RwLock<Blocks>,
}

#[derive(Debug)]
struct Blocks {
    blocks: VecDeque<RecentBlock>,
    numbers: B256Map<BlockNumber>,
    /// Hashes up to the last block, going back further than `blocks`.
    hashes: VecDeque<B256>,
    last: BlockNumber,
}

#[derive(Debug)]
struct RecentBlock {
    id: BlockId,
    bloom: Bloom,
    transactions: Vec<B256>,
    /// Shared with the memory window while the block is in it.
    changeset: Arc<Changeset>,
    /// Ascending.
    called_only: Vec<Address>,
}

impl RecentBlock {
    /// False positives happen, by the bloom.
    fn may_concern(&self, address: &Address) -> bool {
        self.changeset.accounts.binary_search_by_key(address, |account| account.address).is_ok()
            || self.called_only.binary_search(address).is_ok()
            || self.bloom.contains_input(BloomInput::Raw(address.as_slice()))
    }
}

/// `BLOCKHASH` reaches so many blocks back.
const BLOCKHASH_DEPTH: usize = 256;

impl Recent {
    /// Starts at a block whose ancestors' hashes (oldest first, its own last) are known.
    pub(crate) fn new(head: BlockId, hashes: impl IntoIterator<Item = B256>) -> Self {
        let blocks = Blocks {
            blocks: VecDeque::new(),
            numbers: B256Map::from_iter([(head.hash, head.number)]),
            hashes: hashes.into_iter().collect(),
            last: head.number,
        };
        Self { transactions: Shards::default(), blocks: RwLock::new(blocks) }
    }

    pub(crate) fn push(&self, block: &RecoveredBlock, changeset: &Arc<Changeset>) {
        let id = block.id();
        let transactions: Vec<B256> = block.body.transactions.iter().map(|tx| *tx.tx_hash()).collect();
        for (hash, index) in transactions.iter().zip(0..) {
            self.transactions.set(*hash, Some((id.number, index)));
        }
        let bloom = block.header.logs_bloom;
        let called_only = called_only(block, changeset);
        let changeset = changeset.clone();
        let mut blocks = self.blocks.write();
        blocks.numbers.insert(id.hash, id.number);
        blocks.hashes.push_back(id.hash);
        blocks.last = id.number;
        blocks.blocks.push_back(RecentBlock { id, bloom, transactions, changeset, called_only });
    }

    /// Forgets positions below `number` and hashes no view from `number` on can ask for.
    pub(crate) fn trim(&self, number: BlockNumber) {
        let forgotten = self.blocks.write().trim(number);
        for transaction in forgotten.iter().flat_map(|block| &block.transactions) {
            // The same transaction is in one block of a chain only.
            self.transactions.set(*transaction, None);
        }
    }

    pub(crate) fn transaction(&self, hash: &B256) -> Option<(BlockNumber, u32)> {
        self.transactions.find(hash)
    }

    pub(crate) fn number(&self, hash: &B256) -> Option<BlockNumber> {
        self.blocks.read().numbers.get(hash).copied()
    }

    pub(crate) fn hash(&self, number: BlockNumber) -> Option<B256> {
        let blocks = self.blocks.read();
        let back = usize::try_from(blocks.last.checked_sub(number)?).ok()?;
        blocks.hashes.get(blocks.hashes.len().checked_sub(back + 1)?).copied()
    }

    /// Candidates among the recent blocks, and the oldest of these.
    pub(crate) fn log_candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        query: &LogQuery,
    ) -> (BlockNumber, Vec<BlockNumber>) {
        self.candidates(range, |block| query.may_match(&block.bloom))
    }

    /// As [`Recent::log_candidates`], for what may concern an account.
    pub(crate) fn account_candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        address: &Address,
    ) -> (BlockNumber, Vec<BlockNumber>) {
        self.candidates(range, |block| block.may_concern(address))
    }

    fn candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        wanted: impl Fn(&RecentBlock) -> bool,
    ) -> (BlockNumber, Vec<BlockNumber>) {
        let recent = self.blocks.read();
        let first = recent.blocks.front().map_or(recent.last + 1, |block| block.id.number);
        let blocks = recent.blocks.iter().filter(|block| range.contains(&block.id.number));
        (first, blocks.filter(|block| wanted(block)).map(|block| block.id.number).collect())
    }
}

impl Blocks {
    fn trim(&mut self, number: BlockNumber) -> Vec<RecentBlock> {
        let mut forgotten = Vec::new();
        while let Some(block) = self.blocks.pop_front_if(|block| block.id.number < number) {
            self.numbers.remove(&block.id.hash);
            forgotten.push(block);
        }
        let keep = (self.last - number.min(self.last)) as usize + BLOCKHASH_DEPTH + 1;
        let excess = self.hashes.len().saturating_sub(keep);
        self.hashes.drain(..excess);
        forgotten
    }
}
