use crate::{StateError, chain::Commit, layer::Layer};
use althing_primitives::{B256, B256Map, BlockId, BlockNumber};
use althing_trie::Root;
use std::{collections::VecDeque, sync::Arc};

/// Which blocks are executed: the memory window of committed ones and the layers on its head.
#[derive(Debug)]
pub(crate) struct Table {
    /// Never empty; the last is the head.
    window: VecDeque<Arc<Commit>>,
    by_hash: B256Map<BlockNumber>,
    layers: B256Map<Arc<Layer>>,
    /// Accounts and slots in the window's reverse diffs.
    entries: usize,
    /// Oldest block whose trie nodes are all kept.
    pub(crate) proofs_from: BlockNumber,
}

/// A block that others can be staged on.
pub(crate) struct Tip {
    pub(crate) number: BlockNumber,
    pub(crate) instance: u64,
    pub(crate) root: Root,
}

impl Table {
    pub(crate) fn new(head: Arc<Commit>) -> Self {
        Self {
            proofs_from: head.id.number,
            by_hash: B256Map::from_iter([(head.id.hash, head.id.number)]),
            window: VecDeque::from([head]),
            layers: B256Map::default(),
            entries: 0,
        }
    }

    pub(crate) fn head(&self) -> &Arc<Commit> {
        self.window.back().expect("the window holds the head")
    }

    pub(crate) fn oldest(&self) -> &Arc<Commit> {
        self.window.front().expect("the window holds the head")
    }

    pub(crate) fn at(&self, number: BlockNumber) -> Option<&Arc<Commit>> {
        let index = number.checked_sub(self.oldest().id.number)?;
        self.window.get(usize::try_from(index).ok()?)
    }

    pub(crate) fn committed(&self, hash: &B256) -> Option<&Arc<Commit>> {
        self.at(*self.by_hash.get(hash)?)
    }

    pub(crate) fn layer(&self, hash: &B256) -> Option<&Arc<Layer>> {
        self.layers.get(hash)
    }

    pub(crate) fn layer_count(&self) -> usize {
        self.layers.len()
    }

    /// Head or layer.
    pub(crate) fn tip(&self, hash: &B256) -> Option<Tip> {
        if let Some(layer) = self.layers.get(hash) {
            return Some(Tip { number: layer.id.number, instance: layer.instance, root: layer.root });
        }
        let head = self.head();
        (head.id.hash == *hash).then(|| Tip { number: head.id.number, instance: head.instance, root: head.root })
    }

    /// The layers from a block down (newest first) and the committed block they stand on.
    pub(crate) fn stack(&self, mut hash: B256) -> Option<(Vec<Arc<Layer>>, Arc<Commit>)> {
        let mut layers = Vec::new();
        while let Some(layer) = self.layers.get(&hash) {
            layers.push(layer.clone());
            hash = layer.parent;
        }
        Some((layers, self.committed(&hash)?.clone()))
    }

    /// The trie of a layer or a committed block.
    pub(crate) fn root(&self, id: BlockId) -> Result<Root, StateError> {
        if let Some(layer) = self.layers.get(&id.hash) {
            return Ok(layer.root);
        }
        if id.number < self.proofs_from {
            return Err(StateError::ProofWindow(id.number, self.proofs_from));
        }
        self.committed(&id.hash).map(|commit| commit.root).ok_or(StateError::UnknownBlock)
    }

    pub(crate) fn insert(&mut self, layer: Arc<Layer>) {
        self.layers.insert(layer.id.hash, layer);
    }

    /// Makes a layer the head. Returns the layers that do not stand on it and are gone now.
    pub(crate) fn advance(&mut self, commit: Arc<Commit>) -> Vec<Arc<Layer>> {
        let hash = commit.id.hash;
        self.layers.remove(&hash);
        self.by_hash.insert(hash, commit.id.number);
        self.entries += commit.entries();
        self.window.push_back(commit);
        let dropped: Vec<B256> = self.layers.keys().copied().filter(|layer| self.foundation(*layer) != hash).collect();
        dropped.iter().filter_map(|layer| self.layers.remove(layer)).collect()
    }

    /// The first ancestor that is no layer.
    fn foundation(&self, mut hash: B256) -> B256 {
        while let Some(layer) = self.layers.get(&hash) {
            hash = layer.parent;
        }
        hash
    }

    /// Forgets old blocks beyond the limits, but none above `covered`.
    pub(crate) fn trim(&mut self, blocks_max: usize, entries_max: usize, covered: BlockNumber) {
        while self.window.len() > BLOCKS_MIN
            && (self.window.len() > blocks_max || self.entries > entries_max)
            && self.window[1].id.number <= covered
        {
            let Some(old) = self.window.pop_front() else { return };
            self.by_hash.remove(&old.id.hash);
            // The new oldest block's own diff leads to the one just forgotten.
            self.entries -= self.oldest().entries();
        }
        self.proofs_from = self.proofs_from.max(self.oldest().id.number);
    }
}

/// However large blocks are, so many recent ones stay readable in memory (4 s at full pace).
const BLOCKS_MIN: usize = 16;
