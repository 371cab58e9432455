use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// A node's folder on disk, locked against a second process for as long as this lives.
///
/// ```text
/// genesis.json   the genesis as `init` was given it
/// network.key    the ledger secret, hex, mode 0600 (insecure networks only)
/// node.key       this node's Ed25519 identity, hex, mode 0600
/// lock           held while a process uses the folder; contains its process id
/// ledger/        sealed segments: the truth
/// state/         MDBX checkpoint and indexes, sealed: a cache, may be deleted
/// consensus/     journals of the consensus engine
/// keystore/      accounts of `althing account`, keystore v3
/// ```
#[derive(Debug)]
pub struct DataFolder {
    root: PathBuf,
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, Error)]
pub enum DataFolderError {
    /// Another process holds the lock.
    #[error("data folder {path} is in use by another althing process{holder}; stop it or choose another --datadir")]
    Locked {
        /// The folder.
        path: PathBuf,
        /// ` (process N)` where the other process wrote its id.
        holder: String,
    },
    /// The operating system refused.
    #[error("data folder {path}: {source}")]
    Io {
        /// File or folder concerned.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl DataFolder {
    /// Makes the folder where it does not exist and takes its lock.
    ///
    /// # Errors
    /// [`DataFolderError::Locked`] where another process has it.
    pub fn open(root: &Path) -> Result<Self, DataFolderError> {
        let fault = |source| DataFolderError::Io { path: root.to_owned(), source };
        std::fs::create_dir_all(root).map_err(fault)?;
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(root.join("lock"))
            .map_err(fault)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(DataFolderError::Locked { path: root.to_owned(), holder: holder(&mut lock) });
            }
            Err(TryLockError::Error(source)) => return Err(fault(source)),
        }
        write_holder(&mut lock).map_err(fault)?;
        Ok(Self { root: root.to_owned(), _lock: lock })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the genesis is kept.
    pub fn genesis(&self) -> PathBuf {
        self.root.join("genesis.json")
    }

    /// Where an insecure network's ledger secret is kept.
    pub fn network_key(&self) -> PathBuf {
        self.root.join("network.key")
    }

    /// Where the node's identity is kept.
    pub fn node_key(&self) -> PathBuf {
        self.root.join("node.key")
    }

    /// Folder of the sealed segments.
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger")
    }

    /// Folder of the MDBX checkpoint and indexes.
    pub fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    /// Folder of the consensus engine's journals.
    pub fn consensus(&self) -> PathBuf {
        self.root.join("consensus")
    }
}

fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    let read = Read::take(lock, 20).read_to_string(&mut text);
    match (read, text.trim().parse::<u32>()) {
        (Ok(_), Ok(process)) => format!(" (process {process})"),
        _ => String::new(),
    }
}

fn write_holder(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_opener_is_told_who_holds_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataFolder::open(dir.path()).unwrap();
        let refused = DataFolder::open(dir.path()).unwrap_err().to_string();
        assert!(refused.contains("in use by another althing process"), "{refused}");
        assert!(refused.contains(&std::process::id().to_string()), "{refused}");
        drop(first);
        DataFolder::open(dir.path()).unwrap();
    }
}
