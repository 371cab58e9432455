use crate::{Chain, DataFolder, GenesisFile, Seams, SystemClock, ephemeral::EphemeralFolder, genesis};
use althing_chainspec::ChainSpec;
use althing_keys::LedgerSecret;
use althing_ledger::{
    OpenMode, OpenOptions,
    fs::{MemFs, RealFs},
};
use althing_primitives::BlockId;
use althing_storage::{
    CheckpointMode,
    kv::{MdbxStore, MemoryStore},
};
use eyre::WrapErr;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tracing::warn;

/// A chain in its place, without consensus or servers.
pub struct OpenChain {
    place: Place,
    chain: Arc<Chain>,
}

/// Where the files are.
enum Place {
    Folder(DataFolder),
    /// The chain is in memory; consensus keeps its journals (no content of blocks) here.
    Memory(EphemeralFolder),
}

/// Opens the chain of a data folder and replays it, for `import` and `export`.
///
/// # Errors
/// The folder is in use, has no genesis or another one, or its ledger is damaged.
pub fn open_chain(root: &Path, genesis: Option<&Path>) -> eyre::Result<OpenChain> {
    let given = genesis.map(GenesisFile::read).transpose()?;
    let from = genesis.map(|path| path.display().to_string()).unwrap_or_default();
    let folder = DataFolder::open(root)?;
    let spec = genesis::settle(&folder, given.map(|given| (given, from.as_str())))?;
    let open = OpenChain::on_disk(folder, spec, OpenMode::Strict)?;
    open.chain.replay()?;
    Ok(open)
}

impl OpenChain {
    /// Opens ledger and state of a folder. Not replayed yet.
    ///
    /// # Errors
    /// Keys, ledger or state cannot be used.
    pub fn on_disk(folder: DataFolder, spec: Arc<ChainSpec>, mode: OpenMode) -> eyre::Result<Self> {
        let keyring = genesis::keyring(&folder, &spec)?;
        let state = folder.state();
        let seams = Seams {
            fs: Arc::new(RealFs),
            ledger: folder.ledger(),
            options: OpenOptions { mode, ..OpenOptions::default() },
            store: Arc::new(open_store(&state)?),
            checkpoints: CheckpointMode::Background,
            clock: Arc::new(SystemClock::default()),
        };
        Ok(Self { chain: Arc::new(seams.open(spec, keyring)?), place: Place::Folder(folder) })
    }

    /// A chain that starts at its genesis and leaves nothing behind.
    ///
    /// # Errors
    /// The temporary folder cannot be made.
    pub fn in_memory(spec: Arc<ChainSpec>) -> eyre::Result<Self> {
        let keyring = genesis::derive(&LedgerSecret::generate(), &spec);
        let seams = Seams {
            fs: Arc::new(MemFs::new()),
            ledger: PathBuf::from("/ledger"),
            options: OpenOptions::default(),
            store: Arc::new(MemoryStore::default()),
            checkpoints: CheckpointMode::Background,
            clock: Arc::new(SystemClock::default()),
        };
        let place = Place::Memory(EphemeralFolder::new()?);
        Ok(Self { chain: Arc::new(seams.open(spec, keyring)?), place })
    }

    /// The chain.
    pub const fn chain(&self) -> &Arc<Chain> {
        &self.chain
    }

    /// The folder it is in, unless it is in memory.
    pub const fn folder(&self) -> Option<&DataFolder> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Memory(_) => None,
        }
    }

    /// Folder of the consensus journals.
    pub fn journals(&self) -> PathBuf {
        match &self.place {
            Place::Folder(folder) => folder.consensus(),
            Place::Memory(folder) => folder.journals(),
        }
    }

    /// Makes everything durable and returns the head.
    ///
    /// # Errors
    /// The last sync failed.
    pub fn close(self) -> eyre::Result<BlockId> {
        self.chain.parts().ledger.sync()?;
        Ok(self.chain.head_id())
    }
}

/// The checkpoint's store. It is a cache: what cannot be opened is made anew, and the ledger
/// replayed.
fn open_store(dir: &Path) -> eyre::Result<MdbxStore> {
    let error = match MdbxStore::open(dir) {
        Ok(store) => return Ok(store),
        Err(error) => error,
    };
    warn!(%error, "cannot open the state's checkpoint; it is rebuilt from the ledger");
    std::fs::remove_dir_all(dir).wrap_err_with(|| dir.display().to_string())?;
    MdbxStore::open(dir).wrap_err_with(|| dir.display().to_string())
}
