use crate::{
    Ledger, LedgerError, OpenMode, OpenOptions, Recovery, Stream,
    block_codec::{decode_block, encode_block},
    cache::Cache,
    fs::{Fs, Lock},
    index::Index,
    ledger::{CACHE_BYTES, Inner, verify_record},
    record::{Kind, RecordHeader},
    recover::{ScanOptions, Segments, scan_stream},
    stream::{Network, Place, StreamFile},
};
use althing_keys::{Keyring, OpenError};
use althing_primitives::Block;
use parking_lot::{Mutex, RwLock};
use std::{io, path::Path, sync::Arc};

const LOCK_FILE: &str = "LOCK";

impl Ledger {
    /// Opens or creates the ledger in `dir`, locking it for this process.
    ///
    /// The genesis becomes the block at height 0.
    ///
    /// # Errors
    /// The folder is locked, belongs to another genesis or key, is damaged (in
    /// [`OpenMode::Strict`]) or does not read.
    pub fn open(
        fs: Arc<dyn Fs>,
        dir: &Path,
        keyring: Arc<Keyring>,
        genesis: &Block,
        options: OpenOptions,
    ) -> Result<(Self, Recovery), LedgerError> {
        let lock = prepare(fs.as_ref(), dir)?;
        let network = Network { chain_id: keyring.chain_id(), genesis: genesis.hash() };
        let mut index = Index::new();
        let mut recovery = Recovery::default();
        let truth = Place::new(&fs, dir, Stream::Truth, network);
        let derived = Place::new(&fs, dir, Stream::Derived, network);
        let truth_segments = scan_truth(&truth, &options, &keyring, &mut index, &mut recovery)?;
        let derived_segments = scan_derived(&derived, &options, &mut index, &mut recovery)?;
        let ledger = Self(Arc::new(Inner {
            keyring,
            index: RwLock::new(index),
            truth: StreamFile::new(truth, truth_segments, options.segment_bytes)?,
            derived: StreamFile::new(derived, derived_segments, options.segment_bytes)?,
            putting: Mutex::new(()),
            blocks: Cache::new(CACHE_BYTES),
            recovered: Cache::new(CACHE_BYTES),
            receipts: Cache::new(CACHE_BYTES),
            _lock: lock,
        }));
        ledger.check_ends(genesis)?;
        Ok((ledger, recovery))
    }

    /// Writes the genesis into a new ledger; in an old one, opens the first and the last block, so
    /// that a wrong key or an altered end is found now.
    fn check_ends(&self, genesis: &Block) -> Result<(), LedgerError> {
        if self.hash(0).is_none() {
            let encoded = encode_block(genesis, &self.0.keyring)?;
            self.put_block(&encoded, &Arc::new(genesis.clone()))?;
            return self.sync();
        }
        let first = self.encoded(0)?.unwrap_or_default();
        match decode_block(&first, &self.0.keyring) {
            Err(crate::CodecError::Seal(OpenError::Key | OpenError::Salt)) => return Err(LedgerError::WrongKey),
            Err(_) => return Err(self.0.damaged(Kind::Block, 0, "genesis does not open").into()),
            Ok(_) => {}
        }
        self.block(self.contiguous_height()).map(|_| ())
    }
}

fn prepare(fs: &dyn Fs, dir: &Path) -> Result<Box<dyn Lock>, LedgerError> {
    fs.create_dir(dir)?;
    let lock = fs.lock(&dir.join(LOCK_FILE)).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => LedgerError::Locked,
        _ => error.into(),
    })?;
    for stream in ["truth", "derived"] {
        fs.create_dir(&dir.join(stream))?;
    }
    fs.sync_dir(dir)?;
    // The ledger's own folder may be new as well.
    match dir.parent() {
        Some(parent) if parent != Path::new("") => fs.sync_dir(parent)?,
        _ => fs.sync_dir(Path::new("."))?,
    }
    Ok(lock)
}

fn scan_truth(
    place: &Place,
    options: &OpenOptions,
    keyring: &Keyring,
    index: &mut Index,
    recovery: &mut Recovery,
) -> Result<Segments, LedgerError> {
    let verify = |header: &RecordHeader, payload: &[u8]| verify_record(header, payload, keyring);
    let heal = options.mode == OpenMode::Heal;
    let scan = ScanOptions {
        mode: options.mode,
        checked_bytes: if heal { u64::MAX } else { options.checked_bytes },
        verify: if heal { Some(&verify) } else { None },
        repair: true,
    };
    let (segments, dropped) = scan_stream(place, &scan, index)?;
    recovery.dropped.extend(dropped);
    Ok(segments)
}

/// What is derived can be derived again, so damage is cut off without asking, and records of
/// blocks that truth does not hold (lost in a crash, healed away) are passed over.
fn scan_derived(
    place: &Place,
    options: &OpenOptions,
    index: &mut Index,
    recovery: &mut Recovery,
) -> Result<Segments, LedgerError> {
    let scan = ScanOptions { mode: OpenMode::Heal, checked_bytes: options.checked_bytes, verify: None, repair: true };
    let (segments, dropped) = scan_stream(place, &scan, index)?;
    recovery.dropped.extend(dropped);
    Ok(segments)
}
