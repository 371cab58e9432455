use super::harness::{Chain, small_windows};
use crate::{
    LogQuery, StateError,
    archive::{Archive, Committed},
};
use althing_primitives::{Account, Address, B256, BlockNumber, Changeset, U256};
use parking_lot::Mutex;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{ops::RangeInclusive, sync::Arc};

/// Everything committed, answered for up to a height that lags behind.
#[derive(Debug, Default)]
struct Kept {
    blocks: Mutex<Vec<Committed>>,
    covered: Mutex<BlockNumber>,
}

impl Kept {
    /// The block at a covered height; the genesis is none.
    fn read<T>(&self, find: impl Fn(&Committed) -> Option<T>) -> Option<T> {
        let covered = *self.covered.lock();
        self.blocks.lock().iter().filter(|block| block.id.number <= covered).find_map(find)
    }
}

impl Archive for Kept {
    fn committed(&self, block: Committed) {
        self.blocks.lock().push(block);
    }

    fn checkpoint_height(&self) -> BlockNumber {
        *self.covered.lock()
    }

    fn covered(&self) -> BlockNumber {
        *self.covered.lock()
    }

    fn oldest(&self) -> BlockNumber {
        1
    }

    fn account_before(
        &self,
        address: &Address,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<Option<Account>>, StateError> {
        Ok(self.read(|block| {
            let mut accounts = block.changeset.accounts.iter().filter(|_| blocks.contains(&block.id.number));
            accounts.find(|account| account.address == *address).map(|account| account.account)
        }))
    }

    fn slot_before(
        &self,
        address: &Address,
        slot: &U256,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<U256>, StateError> {
        Ok(self.read(|block| {
            let mut accounts = block.changeset.accounts.iter().filter(|_| blocks.contains(&block.id.number));
            let account = accounts.find(|account| account.address == *address)?;
            account.storage.iter().find(|(at, _)| at == slot).map(|(_, value)| *value)
        }))
    }

    fn changeset(&self, number: BlockNumber) -> Result<Arc<Changeset>, StateError> {
        let found = self.read(|block| (block.id.number == number).then(|| block.changeset.clone()));
        found.ok_or(StateError::Unavailable(number))
    }

    fn transaction_position(&self, _: &B256) -> Result<Option<(BlockNumber, u32)>, StateError> {
        Ok(None)
    }

    fn block_number(&self, hash: &B256) -> Result<Option<BlockNumber>, StateError> {
        Ok(self.read(|block| (block.id.hash == *hash).then_some(block.id.number)))
    }

    fn block_hash(&self, number: BlockNumber) -> Result<Option<B256>, StateError> {
        Ok(self.read(|block| (block.id.number == number).then_some(block.id.hash)))
    }

    fn log_candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        query: &LogQuery,
    ) -> Result<Vec<BlockNumber>, StateError> {
        let blocks = self.blocks.lock();
        let hits = blocks.iter().filter(|block| range.contains(&block.id.number));
        Ok(hits.filter(|it| query.may_match(&it.block.header.logs_bloom)).map(|it| it.id.number).collect())
    }

    fn account_candidates(
        &self,
        address: &Address,
        range: RangeInclusive<BlockNumber>,
    ) -> Result<Vec<BlockNumber>, StateError> {
        let changed = |it: &&Committed| it.changeset.accounts.iter().any(|account| account.address == *address);
        let blocks = self.blocks.lock();
        let hits = blocks.iter().filter(|it| range.contains(&it.id.number)).filter(changed);
        Ok(hits.map(|it| it.id.number).collect())
    }
}

#[test]
fn every_height_is_readable_through_an_archive_that_lags() {
    for seed in 0..4 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut chain = Chain::new(small_windows());
        let kept = Arc::new(Kept::default());
        chain.storage.set_archive(kept.clone());
        for _ in 0..90 {
            let changes = chain.model(chain.head().hash).random_changes(&mut rng);
            let id = chain.extend(chain.head().hash, changes, seed);
            chain.commit(id.hash, seed);
            if rng.random_bool(0.2) {
                let mut covered = kept.covered.lock();
                *covered = rng.random_range(*covered..=id.number);
            }
        }
        for id in &chain.committed[1..] {
            let view = chain.storage.view_at(id.number).expect("any height");
            assert_eq!(view.id(), *id);
            chain.check_view(&view, seed);
            assert_eq!(chain.storage.block_number(&id.hash).expect("readable"), Some(id.number));
            assert_eq!(chain.storage.block_hash(id.number).expect("readable"), Some(id.hash));
        }
        let none = LogQuery { addresses: vec![Address::ZERO], ..Default::default() };
        let all = |from, to| chain.storage.log_candidates(from..=to, &LogQuery::default()).expect("readable");
        assert_eq!(all(3, 77), (3..=77).collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(all(1, u64::MAX), (1..=90).collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(chain.storage.log_candidates(0..=90, &none).expect("readable"), Vec::<u64>::new());
    }
}

#[test]
fn nothing_leaves_memory_before_the_archive_has_it() {
    let mut chain = Chain::new(small_windows());
    let kept = Arc::new(Kept::default());
    chain.storage.set_archive(kept.clone());
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..60 {
        let changes = chain.model(chain.head().hash).random_changes(&mut rng);
        let id = chain.extend(chain.head().hash, changes, 1);
        chain.commit(id.hash, 1);
    }
    (0..=60).for_each(|number| chain.check_view(&chain.storage.view_at(number).expect("still in memory"), 1));
    *kept.covered.lock() = 60;
    let id = chain.extend(chain.head().hash, Default::default(), 1);
    chain.commit(id.hash, 1);
    assert!(chain.storage.latest().shared().table.read().oldest().id.number > 30);
    (1..=61).for_each(|number| chain.check_view(&chain.storage.view_at(number).expect("archived"), 1));
    assert!(matches!(chain.storage.view_at(0), Err(StateError::Unavailable(0))));
}
