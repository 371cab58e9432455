use super::{KvError, KvStore, Row, Table, Visit};
use signet_libmdbx::{
    Database, DatabaseFlags, Environment, EnvironmentFlags, Geometry, MdbxError, Mode, ReadError, SyncMode, WriteFlags,
};
use std::{borrow::Cow, path::Path};

/// Address space the store may grow into: reserved, not used.
const MAP_BYTES_MAX: usize = 1 << 40;
/// The file grows by so much at a time.
const GROWTH_BYTES: isize = 64 << 20;
/// Read transactions at a time: one a thread, and servers have hundreds.
const READERS_MAX: u64 = 2048;

/// libmdbx in a folder of its own.
#[derive(Debug)]
pub struct MdbxStore {
    environment: Environment,
    tables: [Database; Table::ALL.len()],
}

/// Bytes in the map, or copied where the page is dirty.
type Borrowed<'a> = Cow<'a, [u8]>;

impl From<MdbxError> for KvError {
    fn from(error: MdbxError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<ReadError> for KvError {
    fn from(error: ReadError) -> Self {
        Self::Store(error.to_string())
    }
}

impl MdbxStore {
    /// Opens or creates the store in `dir`. The caller holds the data folder's lock.
    ///
    /// # Errors
    /// The folder cannot be made, or its content is no store.
    pub fn open(dir: &Path) -> Result<Self, KvError> {
        std::fs::create_dir_all(dir).map_err(|error| KvError::Store(error.to_string()))?;
        let mut builder = Environment::builder();
        builder.set_max_dbs(Table::ALL.len());
        builder.set_max_readers(READERS_MAX);
        builder.set_geometry(Geometry {
            size: Some(0..MAP_BYTES_MAX),
            growth_step: Some(GROWTH_BYTES),
            ..Geometry::default()
        });
        builder.set_flags(EnvironmentFlags {
            mode: Mode::ReadWrite { sync_mode: SyncMode::Durable },
            no_rdahead: true,
            ..EnvironmentFlags::default()
        });
        let environment = builder.open(dir)?;
        let transaction = environment.begin_rw_unsync()?;
        let mut tables = Vec::with_capacity(Table::ALL.len());
        for table in Table::ALL {
            tables.push(transaction.create_db(Some(table.name()), DatabaseFlags::empty())?);
        }
        transaction.commit()?;
        let tables = tables.try_into().expect("one for each table");
        Ok(Self { environment, tables })
    }
}

impl KvStore for MdbxStore {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, KvError> {
        let transaction = self.environment.begin_ro_unsync()?;
        Ok(transaction.get(self.tables[table.index()].dbi(), key)?)
    }

    fn scan(&self, table: Table, from: &[u8], visit: &mut Visit<'_>) -> Result<(), KvError> {
        let transaction = self.environment.begin_ro_unsync()?;
        let mut cursor = transaction.cursor(self.tables[table.index()])?;
        let mut row: Option<(Borrowed<'_>, Borrowed<'_>)> = cursor.set_range(from)?;
        while let Some((key, value)) = row {
            if visit(&key, &value).is_break() {
                break;
            }
            row = cursor.next()?;
        }
        Ok(())
    }

    fn commit(&self, rows: &[Row]) -> Result<(), KvError> {
        rows.iter().try_for_each(Row::check)?;
        let transaction = self.environment.begin_rw_unsync()?;
        for Row { table, key, value } in rows {
            transaction.put(self.tables[table.index()], key, value, WriteFlags::UPSERT)?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn clear(&self) -> Result<(), KvError> {
        let transaction = self.environment.begin_rw_unsync()?;
        for database in self.tables {
            transaction.clear_db(database)?;
        }
        transaction.commit()?;
        Ok(())
    }
}
