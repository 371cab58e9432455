use crate::{
    StorageConfig, archive::Archive, base::Base, chain::Commit, codes::Codes, projection::Pins, recent::Recent,
    table::Table,
};
use althing_primitives::BlockNumber;
use althing_trie::{Nodes, StateTrie};
use parking_lot::{Mutex, RwLock};
use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

/// What storage and its views share.
///
/// Locks are taken in the order `looking`, `writer`, `trie`, `table`, `recent`'s, `pins`; all after `trie`
/// and those of shards for moments only. `trie` is held for reading while a block's root is
/// computed, read recursively, since rayon may run one reader inside another. Who only looks at a
/// version (proofs, simulations) holds `looking`, and `trie` for a node at a time.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: StorageConfig,
    pub(crate) base: Base,
    pub(crate) codes: Codes,
    pub(crate) trie: RwLock<StateTrie>,
    pub(crate) table: RwLock<Table>,
    pub(crate) recent: Recent,
    /// Held by whoever looks at a version: one at a time.
    pub(crate) looking: Mutex<()>,
    pub(crate) pins: Mutex<Pins>,
    /// Held by whoever inserts or commits: one at a time.
    pub(crate) writer: Mutex<Writer>,
    pub(crate) archive: OnceLock<Arc<dyn Archive>>,
}

/// What only inserting and committing need.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) last_instance: u64,
    /// Trie nodes no block's version reaches, freed with the next insert, or when nobody looks at them any more.
    pub(crate) garbage: Vec<Nodes>,
    /// Garbage by the turn of looking it was found in.
    waiting: VecDeque<(u64, Nodes)>,
    /// Nodes each recent block replaced: proofs of the blocks below it need them.
    retained: VecDeque<(BlockNumber, Nodes)>,
    retained_nodes: usize,
}

impl Shared {
    pub(crate) fn new(
        config: StorageConfig,
        state: (Base, Codes, StateTrie),
        head: Arc<Commit>,
        recent: Recent,
    ) -> Self {
        let (base, codes, trie) = state;
        Self {
            config,
            base,
            codes,
            trie: RwLock::new(trie),
            table: RwLock::new(Table::new(head)),
            recent,
            looking: Mutex::default(),
            pins: Mutex::default(),
            writer: Mutex::default(),
            archive: OnceLock::new(),
        }
    }

    /// Blocks up to here may leave memory. Without an archive state and positions may go, nobody asks later.
    pub(crate) fn covered(&self) -> Option<BlockNumber> {
        self.archive.get().map(|archive| archive.covered())
    }
}

impl Writer {
    pub(crate) fn next_instance(&mut self) -> u64 {
        self.last_instance += 1;
        self.last_instance
    }

    /// Takes out nodes that nobody reaches or looks at any more. `trie` is that of `pins`' storage.
    pub(crate) fn free(&mut self, trie: &mut StateTrie, pins: &Mutex<Pins>) {
        let pins = pins.lock();
        self.waiting.extend(self.garbage.drain(..).map(|nodes| (pins.turn(), nodes)));
        while let Some((_, nodes)) = self.waiting.pop_front_if(|(turn, _)| pins.frees(*turn)) {
            trie.free(nodes);
        }
    }

    pub(crate) fn retain(&mut self, number: BlockNumber, replaced: Nodes) {
        self.retained_nodes += replaced.len();
        self.retained.push_back((number, replaced));
    }

    /// Gives up nodes beyond `nodes_max` and those only blocks below `from` need. Returns the
    /// oldest block that can still be proven.
    pub(crate) fn release(&mut self, nodes_max: usize, mut from: BlockNumber) -> BlockNumber {
        while let Some((number, nodes)) =
            self.retained.pop_front_if(|(number, _)| self.retained_nodes > nodes_max || *number <= from)
        {
            self.retained_nodes -= nodes.len();
            self.garbage.push(nodes);
            from = from.max(number);
        }
        from
    }
}
