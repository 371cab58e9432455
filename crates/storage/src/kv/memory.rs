use super::{KvError, KvStore, Row, Table, Visit};
use parking_lot::RwLock;
use std::{collections::BTreeMap, ops::Bound, sync::Arc};

type Tables = [BTreeMap<Vec<u8>, Vec<u8>>; Table::ALL.len()];

/// A store in memory: for the simulator, for nodes that keep nothing, and for tests of a host that
/// swaps files. Clones share the content; every commit is "durable".
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<RwLock<Tables>>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// An independent store with the same content: what a host could put back later.
    pub fn copy(&self) -> Self {
        Self(Arc::new(RwLock::new(self.0.read().clone())))
    }

    /// Every row of a table, for tests that look for what must not be there.
    pub fn dump(&self, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.0.read()[table.index()].iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// Puts a row back as it was, as a hostile host would.
    pub fn plant(&self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.0.write()[table.index()].insert(key, value);
    }
}

impl KvStore for MemoryStore {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, KvError> {
        Ok(self.0.read()[table.index()].get(key).cloned())
    }

    fn scan(&self, table: Table, from: &[u8], visit: &mut Visit<'_>) -> Result<(), KvError> {
        let tables = self.0.read();
        let rows = tables[table.index()].range::<[u8], _>((Bound::Included(from), Bound::Unbounded));
        for (key, value) in rows {
            if visit(key, value).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, rows: &[Row]) -> Result<(), KvError> {
        rows.iter().try_for_each(Row::check)?;
        let mut tables = self.0.write();
        for Row { table, key, value } in rows {
            tables[table.index()].insert(key.clone(), value.clone());
        }
        Ok(())
    }

    fn clear(&self) -> Result<(), KvError> {
        *self.0.write() = Tables::default();
        Ok(())
    }
}
