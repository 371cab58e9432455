use super::model::{Model, SLOTS, addresses};
use crate::{StateError, Storage, StorageConfig, View};
use althing_primitives::{
    B256, Block, BlockId, Body, Bytes, Changes, Changeset, EMPTY_ROOT_HASH, Header, RecoveredBlock, U256,
};
use std::{collections::BTreeMap, sync::Arc};

/// A storage with the model of every block it ever executed.
pub(super) struct Chain {
    pub(super) storage: Storage,
    pub(super) blocks: BTreeMap<B256, (Arc<RecoveredBlock>, Model)>,
    /// Committed, from the start on.
    pub(super) committed: Vec<BlockId>,
    made: u64,
}

pub(super) fn small_windows() -> StorageConfig {
    StorageConfig { window_blocks: 20, window_entries: 400, proof_nodes: 150 }
}

impl Chain {
    /// An empty genesis.
    pub(super) fn new(config: StorageConfig) -> Self {
        let block = block(Header { state_root: EMPTY_ROOT_HASH, ..Default::default() });
        let storage =
            Storage::in_memory(config, block.id(), EMPTY_ROOT_HASH, Changes::default()).expect("an empty state");
        let committed = vec![block.id()];
        Self { storage, blocks: BTreeMap::from([(block.hash(), (block, Model::default()))]), committed, made: 0 }
    }

    pub(super) fn model(&self, hash: B256) -> &Model {
        &self.blocks[&hash].1
    }

    pub(super) fn head(&self) -> BlockId {
        *self.committed.last().expect("a genesis")
    }

    /// Stages and inserts a block, checking its root.
    pub(super) fn extend(&mut self, parent: B256, changes: Changes, seed: u64) -> BlockId {
        let (parent_block, model) = &self.blocks[&parent];
        let model = model.apply(&changes);
        self.made += 1;
        let header = Header {
            number: parent_block.number() + 1,
            parent_hash: parent,
            state_root: model.root(),
            extra_data: Bytes::copy_from_slice(&self.made.to_be_bytes()),
            ..Default::default()
        };
        let staged = self.storage.stage(parent, header.number, changes).expect("the parent is executed");
        assert_eq!(staged.state_root(), header.state_root, "seed {seed}");
        let block = block(header);
        let id = block.id();
        self.storage.insert(staged, id.hash).expect("the parent is still there");
        self.blocks.insert(id.hash, (block, model));
        id
    }

    pub(super) fn commit(&mut self, hash: B256, seed: u64) -> Arc<Changeset> {
        let (block, model) = &self.blocks[&hash];
        let changeset = self.storage.commit(hash, block, &Arc::default()).expect("a child of the head");
        assert_eq!(model.undo(&changeset), *self.model(block.header.parent_hash), "seed {seed}");
        assert!(changeset.accounts.is_sorted_by_key(|account| account.address));
        assert!(changeset.accounts.iter().all(|account| account.storage.is_sorted()));
        self.committed.push(block.id());
        changeset
    }

    pub(super) fn check_view(&self, view: &View, seed: u64) {
        let id = view.id();
        let model = self.model(id.hash);
        for address in addresses() {
            let account = view.account(&address).expect("readable");
            assert_eq!(account, model.account(&address), "{address} at {}, seed {seed}", id.number);
            if let Some(account) = account {
                let code = view.code(&account.code_hash).expect("stored");
                assert_eq!(althing_primitives::keccak256(code), account.code_hash);
            }
            for slot in (0..SLOTS).map(U256::from) {
                let value = view.storage(&address, &slot).expect("readable");
                assert_eq!(value, model.slot(&address, &slot), "{address} {slot} at {}, seed {seed}", id.number);
            }
        }
        self.check_hashes(view);
    }

    fn check_hashes(&self, view: &View) {
        let mut id = view.id();
        assert_eq!(view.block_hash(id.number + 1).expect("readable"), B256::ZERO);
        while id.number > 0 {
            assert_eq!(view.block_hash(id.number).expect("readable"), id.hash);
            let parent_hash = self.blocks[&id.hash].0.header.parent_hash;
            id = BlockId { number: id.number - 1, hash: parent_hash };
        }
    }

    /// The layers, by the model's reckoning: blocks above the head that stand on it.
    pub(super) fn layers(&self) -> Vec<BlockId> {
        let head = self.head();
        let stands_on_head = |mut hash: B256| {
            while let Some((block, _)) = self.blocks.get(&hash).filter(|(block, _)| block.number() > head.number) {
                hash = block.header.parent_hash;
            }
            hash == head.hash
        };
        let ids = self.blocks.values().map(|(block, _)| block.id());
        ids.filter(|id| id.number > head.number && stands_on_head(id.hash)).collect()
    }

    pub(super) fn check_known(&self, seed: u64) {
        let mut known = self.layers();
        known.push(self.head());
        for hash in self.blocks.keys() {
            assert_eq!(self.storage.contains(*hash), known.iter().any(|id| id.hash == *hash), "seed {seed}");
        }
        let gone = self.blocks.keys().find(|hash| !self.storage.contains(**hash));
        if let Some(hash) = gone {
            let number = self.blocks[hash].0.number() + 1;
            let refused = self.storage.stage(*hash, number, Changes::default());
            assert!(matches!(refused, Err(StateError::UnknownBlock)), "seed {seed}");
        }
    }
}

pub(super) fn block(header: Header) -> Arc<RecoveredBlock> {
    Arc::new(RecoveredBlock::new(Block::new(header, Body::default()), Vec::new()))
}
