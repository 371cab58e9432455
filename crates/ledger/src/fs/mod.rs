//! The file system the ledger writes through: the real one, or one in memory with faults.

mod memory;
mod real;

pub use memory::{Crash, MemFs};
pub use real::RealFs;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A file system. [`RealFs`] is the machine's, [`MemFs`] the simulator's.
///
/// All calls block. A node gives one to [`crate::Ledger::open`].
pub trait Fs: Send + Sync + 'static {
    /// Creates a folder and its parents; fine if it exists.
    ///
    /// # Errors
    /// From the file system.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// The files of a folder, sorted by path; none if it does not exist.
    ///
    /// # Errors
    /// From the file system.
    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>>;

    /// Opens a file for reading and writing, creating it if `create`.
    ///
    /// # Errors
    /// From the file system.
    fn open(&self, path: &Path, create: bool) -> io::Result<Arc<dyn File>>;

    /// Removes a file.
    ///
    /// # Errors
    /// From the file system.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes creations and removals in a folder durable.
    ///
    /// # Errors
    /// From the file system.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Takes an exclusive lock on a file, creating it; released on drop or by the process's end.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if another process (or an earlier open of this one) holds it.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>>;
}

/// An open file, shared between a writer and readers.
#[allow(clippy::len_without_is_empty, reason = "a file's length is asked for, never its emptiness")]
pub trait File: Send + Sync {
    /// Length in bytes.
    ///
    /// # Errors
    /// From the file system.
    fn len(&self) -> io::Result<u64>;

    /// Fills `out` from `offset`.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] past the end, or from the file system.
    fn read_exact_at(&self, out: &mut [u8], offset: u64) -> io::Result<()>;

    /// Writes all of `data` at `offset`. Not durable before [`File::sync`].
    ///
    /// # Errors
    /// From the file system; how much was written is then unknown.
    fn write_all_at(&self, data: &[u8], offset: u64) -> io::Result<()>;

    /// Cuts the file.
    ///
    /// # Errors
    /// From the file system.
    fn truncate(&self, length: u64) -> io::Result<()>;

    /// Makes written data (and the length) durable: fdatasync.
    ///
    /// # Errors
    /// From the file system; the data must then be taken for lost.
    fn sync(&self) -> io::Result<()>;
}

/// A held lock; dropping it releases it.
pub trait Lock: Send + Sync {}
