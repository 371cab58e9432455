use althing_primitives::{AccountChange, Address, B256, B256Map, BlockId, Changes};
use althing_trie::{Nodes, Root};
use parking_lot::Mutex;
use revm::bytecode::Bytecode;
use std::sync::Arc;

/// An executed block that is not final.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) id: BlockId,
    pub(crate) parent: B256,
    /// Differs from that of a layer of the same hash that was dropped before.
    pub(crate) instance: u64,
    pub(crate) changes: Arc<Changes>,
    pub(crate) code: B256Map<Bytecode>,
    pub(crate) root: Root,
    /// Taken when the layer commits or is dropped.
    pub(crate) nodes: Mutex<LayerNodes>,
}

/// Trie nodes that came with a layer, and its parent's that it does without.
#[derive(Debug, Default)]
pub(crate) struct LayerNodes {
    pub(crate) created: Nodes,
    pub(crate) replaced: Nodes,
}

impl Layer {
    pub(crate) fn change(&self, address: &Address) -> Option<&AccountChange> {
        self.changes.accounts.get(address)
    }
}
