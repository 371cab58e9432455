use crate::{
    StateError, codes,
    layer::{Layer, LayerNodes},
    shared::Shared,
};
use althing_primitives::{B256, B256Map, BlockId, BlockNumber, Changes};
use althing_trie::Prepared;
use parking_lot::Mutex;
use revm::bytecode::Bytecode;
use std::sync::Arc;

/// A block's outcome on top of an executed parent, with its state root; dropped without a trace
/// unless [`crate::Storage::insert`]ed.
#[derive(Debug)]
pub struct Staged {
    parent: B256,
    parent_instance: u64,
    number: BlockNumber,
    changes: Arc<Changes>,
    code: B256Map<Bytecode>,
    prepared: Prepared,
}

impl Staged {
    /// State root after the block.
    pub fn state_root(&self) -> B256 {
        self.prepared.hash()
    }

    /// Values the block wrote.
    pub fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }
}

/// More layers than consensus can leave open in a quarter of an hour at full pace.
const LAYERS_MAX: usize = 4096;

impl Shared {
    pub(crate) fn stage(&self, parent: B256, number: BlockNumber, changes: Changes) -> Result<Staged, StateError> {
        let code = codes::analyse_all(&changes.code);
        // The parent is looked up under the trie's lock: its nodes are not freed before this is done.
        let trie = self.trie.read_recursive();
        let tip = self.table.read().tip(&parent).ok_or(StateError::UnknownBlock)?;
        if number != tip.number + 1 {
            return Err(StateError::NotNext { number, head: tip.number });
        }
        let prepared = trie.prepare(tip.root, &changes);
        drop(trie);
        Ok(Staged { parent, parent_instance: tip.instance, number, changes: Arc::new(changes), code, prepared })
    }

    pub(crate) fn insert(&self, staged: Staged, hash: B256) -> Result<(), StateError> {
        let mut writer = self.writer.lock();
        let known = |table: &crate::table::Table| table.layer(&hash).is_some() || table.committed(&hash).is_some();
        {
            let table = self.table.read();
            if known(&table) {
                return Ok(());
            }
            // The same parent, not one that was dropped and executed again: kept nodes are by reference.
            let tip = table.tip(&staged.parent).ok_or(StateError::UnknownBlock)?;
            if tip.instance != staged.parent_instance || table.layer_count() >= LAYERS_MAX {
                return Err(StateError::UnknownBlock);
            }
        }
        let version = {
            let mut trie = self.trie.write();
            writer.free(&mut trie, &self.pins);
            trie.install(staged.prepared)
        };
        let layer = Layer {
            id: BlockId { number: staged.number, hash },
            parent: staged.parent,
            instance: writer.next_instance(),
            changes: staged.changes,
            code: staged.code,
            root: version.root,
            nodes: Mutex::new(LayerNodes { created: version.created, replaced: version.replaced }),
        };
        self.table.write().insert(Arc::new(layer));
        Ok(())
    }
}
