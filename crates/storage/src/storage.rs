use crate::{
    AccountProof, LogQuery, Staged, StateError, View, archive::Archive, base::Base, loader::Loader, rewind,
    shared::Shared,
};
use althing_chainspec::ChainSpec;
use althing_primitives::{Address, B256, BlockId, BlockNumber, Changes, Changeset, Receipt, RecoveredBlock, keccak256};
use std::{ops::RangeInclusive, sync::Arc};

/// How much recent history stays in memory.
#[derive(Clone, Debug)]
pub struct StorageConfig {
    /// Blocks below the head whose state is readable without the durable history.
    pub window_blocks: usize,
    /// Changed accounts and slots those blocks may hold together (about 130 bytes each); the
    /// window shrinks under load.
    pub window_entries: usize,
    /// Replaced trie nodes (about 120 bytes each) kept so that blocks below the head can be proven.
    pub proof_nodes: usize,
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self { window_blocks: 256, window_entries: 500_000, proof_nodes: 500_000 }
    }
}

/// The state of every executed block: cheap to clone, shared by all.
///
/// `stage`, `insert`, `commit` come from the block pipeline, everything else from anywhere. Not to
/// be called from inside a rayon job: roots are computed there.
#[derive(Clone, Debug)]
pub struct Storage(Arc<Shared>);

impl Storage {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// State that starts at the genesis and lives in memory only.
    ///
    /// # Errors
    /// [`StateError::Root`] where the accounts do not have the genesis header's state root.
    pub fn genesis(config: StorageConfig, spec: &ChainSpec) -> Result<Self, StateError> {
        let mut loader = Loader::default();
        for (address, account) in spec.alloc() {
            if !account.code.is_empty() {
                loader.code(keccak256(&account.code), &account.code);
            }
            loader.account(*address, account.record());
            for (slot, value) in account.storage.iter().filter(|(_, value)| !value.is_zero()) {
                loader.slot(*address, *slot, *value)?;
            }
        }
        let genesis = spec.genesis();
        loader.finish(config, genesis.id(), genesis.header.state_root, [genesis.hash()])
    }

    /// State that starts at any block with these accounts and lives in memory only (tests, benchmarks).
    ///
    /// # Errors
    /// [`StateError::Root`] where `alloc` does not have `state_root`.
    pub fn in_memory(
        config: StorageConfig,
        head: BlockId,
        state_root: B256,
        alloc: Changes,
    ) -> Result<Self, StateError> {
        let mut loader = Loader::default();
        alloc.code.iter().for_each(|(hash, code)| loader.code(*hash, code));
        for (address, change) in alloc.accounts {
            let Some(account) = change.account else { continue };
            loader.account(address, account);
            for (slot, value) in change.storage {
                loader.slot(address, slot, value)?;
            }
        }
        loader.finish(config, head, state_root, [head.hash])
    }

    pub(crate) fn base(&self) -> &Base {
        &self.0.base
    }

    /// Installs the durable part, once, before anything is committed.
    pub(crate) fn set_archive(&self, archive: Arc<dyn Archive>) {
        assert!(self.0.archive.set(archive).is_ok(), "one archive a storage");
    }

    /// Height of the durable checkpoint; blocks above it come from the ledger at start.
    pub fn checkpoint_height(&self) -> BlockNumber {
        let oldest = || self.0.table.read().oldest().id.number;
        self.0.archive.get().map_or_else(oldest, |archive| archive.checkpoint_height())
    }

    /// The last committed block.
    pub fn head(&self) -> BlockId {
        self.0.table.read().head().id
    }

    /// A view of the head.
    pub fn latest(&self) -> View {
        let head = self.0.table.read().head().clone();
        View::new(self.0.clone(), Vec::new(), head)
    }

    /// A view of the head, an unfinalized layer, or a block in the memory window.
    pub fn view(&self, hash: B256) -> Option<View> {
        let (layers, anchor) = self.0.table.read().stack(hash)?;
        Some(View::new(self.0.clone(), layers, anchor))
    }

    /// A view of any committed height.
    ///
    /// # Errors
    /// [`StateError::Unavailable`] above the head or below the history kept.
    pub fn view_at(&self, number: BlockNumber) -> Result<View, StateError> {
        let (commit, oldest) = {
            let table = self.0.table.read();
            (table.at(number).cloned(), table.oldest().clone())
        };
        if let Some(commit) = commit {
            return Ok(View::new(self.0.clone(), Vec::new(), commit));
        }
        let archive = self.0.archive.get().ok_or(StateError::Unavailable(number))?;
        if number > oldest.id.number || number < archive.oldest() || archive.covered() < oldest.id.number {
            return Err(StateError::Unavailable(number));
        }
        let hash = archive.block_hash(number)?.ok_or(StateError::Unavailable(number))?;
        Ok(View::archived(self.0.clone(), BlockId { number, hash }, oldest, archive.clone()))
    }

    /// Whether the block is executed here: head or layer.
    pub fn contains(&self, hash: B256) -> bool {
        self.0.table.read().tip(&hash).is_some()
    }

    /// Computes the state root of a block on top of any executed one.
    ///
    /// # Errors
    /// [`StateError::UnknownBlock`] where the parent is neither head nor layer,
    /// [`StateError::NotNext`] where `number` is not the parent's plus one.
    pub fn stage(&self, parent: B256, number: BlockNumber, changes: Changes) -> Result<Staged, StateError> {
        self.0.stage(parent, number, changes)
    }

    /// Makes a staged block an unfinalized layer. A hash that is known already changes nothing.
    ///
    /// # Errors
    /// [`StateError::UnknownBlock`] where the parent was dropped meanwhile, or more layers are open
    /// than consensus can leave.
    pub fn insert(&self, staged: Staged, hash: B256) -> Result<(), StateError> {
        self.0.insert(staged, hash)
    }

    /// Finalizes a layer on the head: merges it into the base, drops its siblings, indexes the
    /// block. Committing a recent block again only returns its changeset again.
    ///
    /// # Errors
    /// [`StateError::UnknownBlock`] or [`StateError::NotNext`]; the state is unchanged then.
    pub fn commit(
        &self,
        hash: B256,
        block: &Arc<RecoveredBlock>,
        receipts: &Arc<Vec<Receipt>>,
    ) -> Result<Arc<Changeset>, StateError> {
        self.0.commit(hash, block, receipts)
    }

    /// Merkle proof of an account and slots in a view.
    ///
    /// # Errors
    /// [`StateError::ProofWindow`] for views older than can be rewound to,
    /// [`StateError::UnknownBlock`] for a layer that was dropped.
    pub fn proof(&self, view: &View, address: Address, slots: &[B256]) -> Result<AccountProof, StateError> {
        self.0.proof(view.id(), address, slots)
    }

    /// The oldest height whose state can be read.
    pub fn oldest_state(&self) -> BlockNumber {
        let oldest = self.0.table.read().oldest().id.number;
        match self.0.archive.get() {
            Some(archive) if archive.covered() >= oldest => archive.oldest().min(oldest),
            _ => oldest,
        }
    }

    /// The oldest height that can be proven, while blocks are small; large ones shorten the way back.
    pub fn oldest_proof(&self) -> BlockNumber {
        let (head, kept) = {
            let table = self.0.table.read();
            (table.head().id.number, table.proofs_from)
        };
        kept.min(self.oldest_state().max(head.saturating_sub(rewind::BLOCKS_MAX)))
    }

    /// Height and index of a committed transaction.
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn transaction_position(&self, hash: &B256) -> Result<Option<(BlockNumber, u32)>, StateError> {
        self.0.transaction_position(hash)
    }

    /// Height of a committed block.
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn block_number(&self, hash: &B256) -> Result<Option<BlockNumber>, StateError> {
        self.0.block_number(hash)
    }

    /// Hash of a committed block.
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn block_hash(&self, number: BlockNumber) -> Result<Option<B256>, StateError> {
        self.0.block_hash(number)
    }

    /// Committed blocks of a range that may hold a matching log, ascending (false positives happen).
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn log_candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        query: &LogQuery,
    ) -> Result<Vec<BlockNumber>, StateError> {
        self.0.log_candidates(range, query)
    }

    /// Committed blocks of a range that changed an account, called it directly or in which it
    /// logged, ascending (false positives happen). Calls from inside a transaction that neither
    /// change the account nor make it log are not listed.
    ///
    /// # Errors
    /// [`StateError::Durable`] where the index cannot be read.
    pub fn account_candidates(
        &self,
        address: &Address,
        range: RangeInclusive<BlockNumber>,
    ) -> Result<Vec<BlockNumber>, StateError> {
        self.0.account_candidates(address, range)
    }

    /// Accounts, slots and the bytes all state structures take, for metrics.
    pub fn size(&self) -> StateSize {
        let (accounts, slots) = self.0.base.len();
        let trie = self.0.trie.read_recursive();
        StateSize { accounts, slots, flat_bytes: self.0.base.bytes(), trie_bytes: trie.bytes() }
    }
}

/// How large the state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateSize {
    /// Accounts at the finalized tip.
    pub accounts: usize,
    /// Storage slots at the finalized tip.
    pub slots: usize,
    /// Bytes of the flat tables.
    pub flat_bytes: usize,
    /// Bytes of the trie's nodes, those of layers and recent blocks included.
    pub trie_bytes: usize,
}
