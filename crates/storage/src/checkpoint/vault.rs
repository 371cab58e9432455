use crate::{
    StateError,
    kv::{KvError, KvStore, Row, Table},
};
use althing_keys::{CheckpointOpener, CheckpointSealer, Keyring};
use lru::LruCache;
use parking_lot::Mutex;
use std::{num::NonZeroUsize, ops::ControlFlow, sync::Arc};

/// Keys of earlier checkpoints kept ready; another costs a read and a microsecond.
const OPENERS_KEPT: NonZeroUsize = NonZeroUsize::new(1024).expect("not zero");
/// Bytes before a sealed value: the number of its checkpoint.
const NUMBER_BYTES: usize = 4;

/// A row with its opened value.
pub(crate) type OpenedRow = (Vec<u8>, Vec<u8>);

/// The store, opened: seals what goes in, opens what comes out.
pub(crate) struct Vault {
    store: Arc<dyn KvStore>,
    keyring: Arc<Keyring>,
    openers: Mutex<LruCache<u32, Arc<CheckpointOpener>>>,
}

impl From<KvError> for StateError {
    fn from(error: KvError) -> Self {
        Self::Durable(error.to_string())
    }
}

impl Vault {
    pub(crate) fn new(store: Arc<dyn KvStore>, keyring: Arc<Keyring>) -> Self {
        Self { store, keyring, openers: Mutex::new(LruCache::new(OPENERS_KEPT)) }
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The opened value of a key.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        let Some(sealed) = self.store.get(table, key)? else { return Ok(None) };
        self.open(table, key, &sealed).map(Some)
    }

    /// Up to `max` opened rows from a key on, while `wanted`.
    pub(crate) fn rows(
        &self,
        table: Table,
        from: &[u8],
        max: usize,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<OpenedRow>, StateError> {
        let mut rows = Vec::new();
        self.store.scan(table, from, &mut |key, value| {
            if rows.len() == max || !wanted(key) {
                return ControlFlow::Break(());
            }
            rows.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })?;
        // Opened afterwards: a key's salt is read in a transaction of its own.
        for (key, value) in &mut rows {
            *value = self.open(table, key, value)?;
        }
        Ok(rows)
    }

    /// A new checkpoint's rows.
    pub(crate) fn begin(&self, number: u32) -> Sealing {
        let sealer = self.keyring.new_checkpoint();
        let salts = Row { table: Table::Salts, key: number.to_be_bytes().to_vec(), value: sealer.preamble().to_vec() };
        Sealing { number, sealer, rows: vec![salts] }
    }

    /// Writes a checkpoint's rows: one durable transaction.
    pub(crate) fn commit(&self, sealing: Sealing) -> Result<(), StateError> {
        let mut rows = sealing.rows;
        // Neighbours in the store are written together.
        rows.sort_unstable_by(|a, b| (a.table, &a.key).cmp(&(b.table, &b.key)));
        Ok(self.store.commit(&rows)?)
    }

    pub(crate) fn clear(&self) -> Result<(), StateError> {
        self.openers.lock().clear();
        Ok(self.store.clear()?)
    }

    fn open(&self, table: Table, key: &[u8], value: &[u8]) -> Result<Vec<u8>, StateError> {
        let (number, sealed) = value.split_first_chunk::<NUMBER_BYTES>().ok_or_else(|| unreadable(table))?;
        let opener = self.opener(u32::from_be_bytes(*number)).map_err(|()| unreadable(table))?;
        opener.open(table as u8, key, sealed).map_err(|_| unreadable(table))
    }

    fn opener(&self, number: u32) -> Result<Arc<CheckpointOpener>, ()> {
        if let Some(opener) = self.openers.lock().get(&number) {
            return Ok(opener.clone());
        }
        let preamble = self.store.get(Table::Salts, &number.to_be_bytes()).map_err(drop)?.ok_or(())?;
        let opener = Arc::new(self.keyring.open_checkpoint(&preamble).map_err(drop)?);
        self.openers.lock().put(number, opener.clone());
        Ok(opener)
    }
}

fn unreadable(table: Table) -> StateError {
    StateError::Durable(format!("a row of table {table:?} does not open"))
}

/// The rows of a checkpoint that is being made.
pub(crate) struct Sealing {
    number: u32,
    sealer: CheckpointSealer,
    rows: Vec<Row>,
}

impl Sealing {
    pub(crate) const fn number(&self) -> u32 {
        self.number
    }

    /// Seals a row.
    pub(crate) fn put(&mut self, table: Table, key: Vec<u8>, plaintext: &[u8]) -> Result<(), StateError> {
        let sealed =
            self.sealer.seal(table as u8, &key, plaintext).map_err(|error| StateError::Durable(error.to_string()))?;
        let value = [&self.number.to_be_bytes()[..], &sealed].concat();
        self.rows.push(Row { table, key, value });
        Ok(())
    }
}
