use crate::{
    LogQuery, StateError, Storage, StorageConfig,
    archive::{Archive, Committed},
    checkpoint::{
        BlockSource, CheckpointMode, Checkpointer, Discarded, Durable, LoadError, Vault, Writer, load, start_writer,
    },
    history::History,
    index::{Listed, blocks_with, position_of},
};
use althing_chainspec::ChainSpec;
use althing_primitives::{Account, Address, B256, BlockNumber, Changeset, U256};
use parking_lot::Mutex;
use std::{
    collections::BTreeSet,
    fmt,
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

impl Storage {
    /// The state of the last checkpoint (of the genesis if there is none), with history and
    /// indexes below it. The node replays the ledger above [`Storage::checkpoint_height`].
    ///
    /// A checkpoint that is not of this ledger, or has another state root than its block's header,
    /// is emptied and said so: everything is then replayed.
    ///
    /// # Errors
    /// The store or the ledger does not read, or the genesis accounts do not have their header's root.
    pub fn open(
        config: StorageConfig,
        spec: &ChainSpec,
        durable: Durable,
    ) -> Result<(Self, Option<Discarded>), StateError> {
        let vault = Arc::new(Vault::new(durable.store.clone(), durable.keyring.clone()));
        let (loaded, discarded) = match load(&vault, durable.source.as_ref(), spec, &config) {
            Ok(loaded) => (loaded, None),
            Err(LoadError::Useless(reason)) => {
                vault.clear()?;
                (None, Some(Discarded { reason }))
            }
            Err(LoadError::State(error)) => return Err(error),
        };
        let (storage, height, next_number) = match loaded {
            Some((storage, head, number)) => (storage, head.number, number.saturating_add(1)),
            None => (Self::genesis(config, spec)?, 0, 0),
        };
        storage.set_archive(Arc::new(Disk::new(vault, durable, height, next_number)?));
        Ok((storage, discarded))
    }
}

/// The durable part, open.
struct Disk {
    vault: Arc<Vault>,
    source: Arc<dyn BlockSource>,
    history: History,
    /// Height of the last durable checkpoint.
    height: Arc<AtomicU64>,
    writing: Writing,
}

enum Writing {
    Background(Writer),
    Inline(Box<Mutex<Checkpointer>>),
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("height", &self.height).finish_non_exhaustive()
    }
}

impl Disk {
    fn new(vault: Arc<Vault>, durable: Durable, height: BlockNumber, next_number: u32) -> Result<Self, StateError> {
        let Durable { source, mode, .. } = durable;
        let height = Arc::new(AtomicU64::new(height));
        let checkpointer = Checkpointer::new(vault.clone(), source.clone(), height.clone(), next_number);
        let writing = match mode {
            CheckpointMode::Background => Writing::Background(start_writer(checkpointer)?),
            CheckpointMode::Inline => Writing::Inline(Box::new(Mutex::new(checkpointer))),
        };
        let history = History::new(vault.clone(), source.clone());
        Ok(Self { vault, source, history, height, writing })
    }
}

impl Archive for Disk {
    fn committed(&self, block: Committed) {
        match &self.writing {
            Writing::Background(writer) => writer.queue(block),
            // The changeset of this block comes to the ledger after the commit: write those before.
            Writing::Inline(checkpointer) => {
                let mut checkpointer = checkpointer.lock();
                if checkpointer.due() {
                    checkpointer.try_write();
                }
                checkpointer.add(&block);
            }
        }
    }

    fn checkpoint_height(&self) -> BlockNumber {
        self.height.load(Ordering::Acquire)
    }

    fn covered(&self) -> BlockNumber {
        self.checkpoint_height()
    }

    fn oldest(&self) -> BlockNumber {
        0
    }

    fn account_before(
        &self,
        address: &Address,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<Option<Account>>, StateError> {
        self.history.account_before(address, blocks)
    }

    fn slot_before(
        &self,
        address: &Address,
        slot: &U256,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<U256>, StateError> {
        self.history.slot_before(address, slot, blocks)
    }

    fn changeset(&self, number: BlockNumber) -> Result<Arc<Changeset>, StateError> {
        self.history.changeset(number)
    }

    fn transaction_position(&self, hash: &B256) -> Result<Option<(BlockNumber, u32)>, StateError> {
        position_of(&self.vault, hash)
    }

    fn block_number(&self, hash: &B256) -> Result<Option<BlockNumber>, StateError> {
        Ok(self.source.number(hash).filter(|number| *number <= self.covered()))
    }

    fn block_hash(&self, number: BlockNumber) -> Result<Option<B256>, StateError> {
        Ok(self.source.hash(number).filter(|_| number <= self.covered()))
    }

    fn log_candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        query: &LogQuery,
    ) -> Result<Vec<BlockNumber>, StateError> {
        let range = *range.start()..=*range.end().min(&self.covered());
        let mut candidates: Option<BTreeSet<BlockNumber>> = None;
        for alternatives in criteria(query) {
            let mut blocks = BTreeSet::new();
            for listed in &alternatives {
                blocks.extend(blocks_with(&self.vault, listed, range.clone())?);
            }
            candidates = Some(match candidates {
                Some(before) => before.intersection(&blocks).copied().collect(),
                None => blocks,
            });
        }
        Ok(candidates.map_or_else(|| range.collect(), |blocks| blocks.into_iter().collect()))
    }

    fn account_candidates(
        &self,
        address: &Address,
        range: RangeInclusive<BlockNumber>,
    ) -> Result<Vec<BlockNumber>, StateError> {
        let range = *range.start()..=*range.end().min(&self.covered());
        let mut blocks = BTreeSet::new();
        for listed in [Listed::Account(*address), Listed::Called(*address), Listed::Emitter(*address)] {
            blocks.extend(blocks_with(&self.vault, &listed, range.clone())?);
        }
        Ok(blocks.into_iter().collect())
    }
}

/// What a matching log must have: one of each group.
fn criteria(query: &LogQuery) -> impl Iterator<Item = Vec<Listed>> {
    let emitters = query.addresses.iter().map(|address| Listed::Emitter(*address)).collect();
    let topics = query
        .topics
        .iter()
        .zip(0..)
        .map(|(topics, position)| topics.iter().map(|topic| Listed::Topic(position, *topic)).collect::<Vec<_>>());
    std::iter::once(emitters).chain(topics).filter(|group: &Vec<Listed>| !group.is_empty())
}
