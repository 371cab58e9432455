#![allow(clippy::unimplemented, reason = "skeleton")]
use crate::{AccountProof, LogQuery, Staged, StateError, View};
use althing_primitives::{Address, B256, BlockId, BlockNumber, Changes, Changeset, Receipt, RecoveredBlock};
use std::{ops::RangeInclusive, sync::Arc};

/// How much recent history stays in memory.
#[derive(Clone, Debug)]
pub struct StorageConfig {
    /// Blocks below the head whose state is readable without the durable history.
    pub window_blocks: usize,
    /// Changed accounts and slots those blocks may hold together; the window shrinks under load.
    pub window_entries: usize,
    /// Replaced trie nodes kept so that blocks below the head can be proven.
    pub proof_nodes: usize,
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self { window_blocks: 256, window_entries: 1_000_000, proof_nodes: 500_000 }
    }
}

/// The state of every executed block: cheap to clone, shared by all.
#[derive(Clone, Debug)]
pub struct Storage(Arc<Inner>);

#[derive(Debug)]
struct Inner;

impl Storage {
    /// State that starts at the genesis and lives in memory only.
    ///
    /// # Errors
    /// [`StateError::Root`] where `alloc` does not have `state_root`.
    pub fn in_memory(
        _config: StorageConfig,
        _genesis: BlockId,
        _state_root: B256,
        _alloc: Changes,
    ) -> Result<Self, StateError> {
        unimplemented!()
    }

    /// Height of the durable checkpoint; blocks above it come from the ledger at start.
    pub fn checkpoint_height(&self) -> BlockNumber {
        unimplemented!()
    }

    /// The last committed block.
    pub fn head(&self) -> BlockId {
        unimplemented!()
    }

    /// A view of the head.
    pub fn latest(&self) -> View {
        unimplemented!()
    }

    /// A view of the head, an unfinalized layer, or a block in the memory window.
    pub fn view(&self, _hash: B256) -> Option<View> {
        unimplemented!()
    }

    /// A view of any committed height.
    ///
    /// # Errors
    /// [`StateError::Unavailable`] above the head or below the history kept.
    pub fn view_at(&self, _number: BlockNumber) -> Result<View, StateError> {
        unimplemented!()
    }

    /// Whether the block is executed here: head or layer.
    pub fn contains(&self, _hash: B256) -> bool {
        unimplemented!()
    }

    /// Computes the state root of a block on top of any executed one.
    ///
    /// # Errors
    /// [`StateError::UnknownBlock`] where the parent is neither head nor layer.
    pub fn stage(&self, _parent: B256, _number: BlockNumber, _changes: Changes) -> Result<Staged, StateError> {
        unimplemented!()
    }

    /// Makes a staged block an unfinalized layer. A hash that is known already changes nothing.
    ///
    /// # Errors
    /// [`StateError::UnknownBlock`] where the parent was dropped meanwhile.
    pub fn insert(&self, _staged: Staged, _hash: B256) -> Result<(), StateError> {
        unimplemented!()
    }

    /// Finalizes a layer on the head: merges it into the base, drops its siblings, indexes the
    /// block. Committing a recent block again only returns its changeset again.
    ///
    /// # Errors
    /// [`StateError::UnknownBlock`] or [`StateError::NotNext`]; the state is unchanged then.
    pub fn commit(
        &self,
        _hash: B256,
        _block: &Arc<RecoveredBlock>,
        _receipts: &Arc<Vec<Receipt>>,
    ) -> Result<Arc<Changeset>, StateError> {
        unimplemented!()
    }

    /// Merkle proof of an account and slots in a view.
    ///
    /// # Errors
    /// [`StateError::ProofWindow`] for views older than the proof window.
    pub fn proof(&self, _view: &View, _address: Address, _slots: &[B256]) -> Result<AccountProof, StateError> {
        unimplemented!()
    }

    /// Height and index of a committed transaction.
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn transaction_position(&self, _hash: &B256) -> Result<Option<(BlockNumber, u32)>, StateError> {
        unimplemented!()
    }

    /// Height of a committed block.
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn block_number(&self, _hash: &B256) -> Result<Option<BlockNumber>, StateError> {
        unimplemented!()
    }

    /// Hash of a committed block.
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn block_hash(&self, _number: BlockNumber) -> Result<Option<B256>, StateError> {
        unimplemented!()
    }

    /// Committed blocks of a range that may hold a matching log, ascending (false positives happen).
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn log_candidates(
        &self,
        _range: RangeInclusive<BlockNumber>,
        _query: &LogQuery,
    ) -> Result<Vec<BlockNumber>, StateError> {
        unimplemented!()
    }
}
