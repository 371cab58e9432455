//! The key-value store below the durable part: MDBX, or memory.
//!
//! What goes in is sealed already: keys are pseudorandom, values ciphertext.

mod mdbx;
mod memory;

pub use mdbx::MdbxStore;
pub use memory::MemoryStore;

use std::{fmt::Debug, ops::ControlFlow};
use thiserror::Error;

/// Longest key: MDBX with 4 KiB pages takes about 2,000 bytes, ours have at most 40. MDBX does not
/// check in release builds but aborts, so we do.
pub const KEY_BYTES_MAX: usize = 64;
/// Longest value: code (24 KiB by EIP-170, more on imported chains) and block lists stay far below.
pub const VALUE_BYTES_MAX: usize = 16 << 20;

/// The tables. Their numbers are on disk and authenticated with every value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// Height and hash of the last checkpoint.
    Checkpoint = 1,
    /// Salt and commitment of each checkpoint's key, by its number; not sealed.
    Salts = 2,
    /// Accounts that differ from the genesis.
    Accounts = 3,
    /// Slots that differ from the genesis.
    Slots = 4,
    /// Code that was deployed since the genesis.
    Code = 5,
    /// Positions of transactions.
    Transactions = 6,
    /// In which blocks accounts and slots changed, or accounts were called in vain.
    History = 7,
    /// In which blocks addresses and topics were logged.
    Logs = 8,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 8] = [
        Self::Checkpoint,
        Self::Salts,
        Self::Accounts,
        Self::Slots,
        Self::Code,
        Self::Transactions,
        Self::History,
        Self::Logs,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::Salts => "salts",
            Self::Accounts => "accounts",
            Self::Slots => "slots",
            Self::Code => "code",
            Self::Transactions => "transactions",
            Self::History => "history",
            Self::Logs => "logs",
        }
    }

    const fn index(self) -> usize {
        self as usize - 1
    }
}

/// Why a store failed: the disk's fault, or ours.
#[derive(Debug, Error)]
pub enum KvError {
    /// A key or value is too long for the store.
    #[error("key of {0} or value of {1} bytes is too long")]
    Size(usize, usize),
    /// From the store.
    #[error("{0}")]
    Store(String),
}

/// One row to write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Where.
    pub table: Table,
    /// At most [`KEY_BYTES_MAX`].
    pub key: Vec<u8>,
    /// At most [`VALUE_BYTES_MAX`].
    pub value: Vec<u8>,
}

impl Row {
    pub(crate) fn check(&self) -> Result<(), KvError> {
        let fits = self.key.len() <= KEY_BYTES_MAX && !self.key.is_empty() && self.value.len() <= VALUE_BYTES_MAX;
        if fits { Ok(()) } else { Err(KvError::Size(self.key.len(), self.value.len())) }
    }
}

/// A visitor of rows: key and value.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// An ordered key-value store with durable transactions.
///
/// One writer (the checkpoint), readers in any thread; a reader is never blocked by the writer.
pub trait KvStore: Debug + Send + Sync + 'static {
    /// The value of a key.
    ///
    /// # Errors
    /// The store does not read.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, KvError>;

    /// Visits rows in ascending order of keys from `from` until the visitor breaks; they are of
    /// one moment.
    ///
    /// # Errors
    /// The store does not read.
    fn scan(&self, table: Table, from: &[u8], visit: &mut Visit<'_>) -> Result<(), KvError>;

    /// Writes all rows (replacing what is there) in one transaction; durable on return.
    ///
    /// # Errors
    /// Nothing was written then.
    fn commit(&self, rows: &[Row]) -> Result<(), KvError>;

    /// Empties every table; durable on return.
    ///
    /// # Errors
    /// Nothing was removed then.
    fn clear(&self) -> Result<(), KvError>;
}
