use crate::{DataFolder, DataFolderError, KeyFileError, key_file};
use althing_chainspec::{ChainSpec, Genesis, GenesisError};
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_primitives::B256;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use thiserror::Error;

/// Bytes of a genesis file at most: a million accounts take some 100 MB.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// Why a data folder has no usable genesis.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// File concerned.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Not read: too large.
    #[error("{0}: larger than {FILE_BYTES_MAX} bytes")]
    Size(PathBuf),
    /// The file describes no chain.
    #[error("{path}: {source}")]
    Genesis {
        /// File concerned.
        path: PathBuf,
        /// What is wrong, naming the field.
        source: GenesisError,
    },
    /// No genesis given, none in the folder.
    #[error("data folder {0} has no genesis; run `althing init --genesis FILE --datadir {0}` first, or give --genesis")]
    Missing(PathBuf),
    /// Another network's folder.
    #[error("genesis differs: data folder {folder} belongs to genesis {stored}, {given_from} has {given}")]
    Differs {
        /// The folder.
        folder: PathBuf,
        /// Hash of the genesis in it.
        stored: B256,
        /// Where the other comes from.
        given_from: String,
        /// Its hash.
        given: B256,
    },
    /// Another consortium on the same genesis block.
    #[error("genesis differs: the `althing` section of {given_from} is another than that of data folder {folder}")]
    ConsortiumDiffers {
        /// The folder.
        folder: PathBuf,
        /// Where the other comes from.
        given_from: String,
    },
    /// The genesis says the network is not insecure, and there is no TEE to hold its keys.
    #[error(
        "the genesis does not say `\"insecure\": true`: the network's keys may then live in attested hardware only, \
         which this version does not support yet"
    )]
    Secure,
}

/// A genesis: its text, to be kept, and the chain it describes.
#[derive(Clone, Debug)]
pub struct GenesisFile {
    /// Text of the file.
    pub text: String,
    /// What it describes.
    pub spec: Arc<ChainSpec>,
}

impl GenesisFile {
    /// Takes a genesis made here.
    ///
    /// # Errors
    /// It describes no chain.
    pub fn new(genesis: Genesis) -> Result<Self, GenesisError> {
        Ok(Self { text: genesis.to_json(), spec: Arc::new(genesis.into_spec()?) })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read or describes no chain; the error names the field.
    pub fn read(path: &Path) -> Result<Self, SetupError> {
        let fault = |source| SetupError::Io { path: path.to_owned(), source };
        if fs::metadata(path).map_err(fault)?.len() > FILE_BYTES_MAX {
            return Err(SetupError::Size(path.to_owned()));
        }
        let text = fs::read_to_string(path).map_err(fault)?;
        let spec = Genesis::from_json(&text).and_then(Genesis::into_spec);
        let spec = spec.map_err(|source| SetupError::Genesis { path: path.to_owned(), source })?;
        Ok(Self { text, spec: Arc::new(spec) })
    }
}

/// The chain of a folder: the one it holds, or `given` (with where that comes from), which is
/// then kept in it.
///
/// # Errors
/// Neither is there, or they differ.
pub(crate) fn settle(folder: &DataFolder, given: Option<(GenesisFile, &str)>) -> Result<Arc<ChainSpec>, SetupError> {
    let path = folder.genesis();
    let stored = if path.exists() { Some(GenesisFile::read(&path)?) } else { None };
    match (stored, given) {
        (None, None) => Err(SetupError::Missing(folder.root().to_owned())),
        (Some(stored), None) => Ok(stored.spec),
        (None, Some((given, _))) => {
            keep(&path, &given.text).map_err(|source| SetupError::Io { path, source })?;
            Ok(given.spec)
        }
        (Some(stored), Some((given, from))) => {
            let (stored_hash, given_hash) = (stored.spec.genesis().hash(), given.spec.genesis().hash());
            if stored_hash == given_hash && stored.spec.consortium() != given.spec.consortium() {
                return Err(SetupError::ConsortiumDiffers {
                    folder: folder.root().to_owned(),
                    given_from: from.to_owned(),
                });
            }
            if stored_hash != given_hash {
                return Err(SetupError::Differs {
                    folder: folder.root().to_owned(),
                    stored: stored_hash,
                    given_from: from.to_owned(),
                    given: given_hash,
                });
            }
            Ok(stored.spec)
        }
    }
}

/// Prepares a folder: genesis and, where there is none yet, the network key. Returns the genesis
/// hash.
///
/// # Errors
/// As [`settle`], or the network is not insecure.
pub fn init(root: &Path, genesis: &Path) -> Result<B256, SetupError> {
    let given = GenesisFile::read(genesis)?;
    let folder = DataFolder::open(root)?;
    let spec = settle(&folder, Some((given, &genesis.display().to_string())))?;
    keyring(&folder, &spec)?;
    Ok(spec.genesis().hash())
}

/// The network's keys, from the folder's network key file, made where there is none.
///
/// # Errors
/// The network is not insecure, or the file cannot be used.
pub(crate) fn keyring(folder: &DataFolder, spec: &ChainSpec) -> Result<Arc<Keyring>, SetupError> {
    if !spec.is_insecure() {
        return Err(SetupError::Secure);
    }
    let secret = key_file::read_or_create(&folder.network_key())?;
    Ok(derive(&LedgerSecret::from_bytes(*secret), spec))
}

/// The network's keys from its ledger secret. Insecure networks only, so their keys say so.
pub(crate) fn derive(secret: &LedgerSecret, spec: &ChainSpec) -> Arc<Keyring> {
    Arc::new(Keyring::new(secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual))
}

/// Written whole or not at all: a crash must not leave half a genesis.
pub(crate) fn keep(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("json.new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)
}
