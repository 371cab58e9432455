use super::{File, Fs, Lock};
use parking_lot::Mutex;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Bytes a disk writes at once: what [`Crash::Sectors`] keeps or loses.
const SECTOR_BYTES: u64 = 512;

/// A file system in memory that can lose power and rot.
///
/// Clones share the same disk. After [`MemFs::crash`] files opened before fail, as a dead
/// process's would, and the disk holds what the crash left.
#[derive(Clone, Default)]
pub struct MemFs(Arc<Mutex<Disk>>);

/// What a crash leaves of the writes made since the last sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// None of them.
    LoseUnsynced,
    /// All of them (the process died, the machine did not).
    KeepAll,
    /// The first so many bytes of each file's, in the order they were written.
    KeepBytes(u64),
    /// The right length, and of the sectors a choice that depends on the seed; lost ones are zero.
    Sectors(u64),
}

#[derive(Default)]
struct Disk {
    files: BTreeMap<PathBuf, Stored>,
    dirs: BTreeSet<PathBuf>,
    locks: BTreeSet<PathBuf>,
    /// Counts crashes; handles of an earlier life fail.
    life: u64,
    fail_syncs: bool,
    syncs: u64,
}

#[derive(Default, Clone)]
struct Stored {
    now: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<(u64, Vec<u8>)>,
    /// The folder was synced since the file was made.
    entry_durable: bool,
}

impl MemFs {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loses power: every open file and lock is gone, and what was not synced as `crash` says.
    pub fn crash(&self, crash: Crash) {
        let mut disk = self.0.lock();
        disk.life += 1;
        disk.locks.clear();
        disk.fail_syncs = false;
        disk.files.retain(|_, file| file.entry_durable || crash == Crash::KeepAll);
        for file in disk.files.values_mut() {
            file.crash(crash);
        }
    }

    /// Flips one bit of a file. Does nothing past its end.
    pub fn flip_bit(&self, path: &Path, offset: u64, bit: u8) {
        if let Some(file) = self.0.lock().files.get_mut(path) {
            for bytes in [&mut file.now, &mut file.durable] {
                if let Some(byte) = bytes.get_mut(offset as usize) {
                    *byte ^= 1 << (bit % 8);
                }
            }
        }
    }

    /// From now to the next crash every sync fails.
    pub fn fail_syncs(&self) {
        self.0.lock().fail_syncs = true;
    }

    /// How many file syncs succeeded so far.
    pub fn syncs(&self) -> u64 {
        self.0.lock().syncs
    }

    /// Every file with what it holds now, for tests that look for what must not be there.
    pub fn dump(&self) -> Vec<(PathBuf, Vec<u8>)> {
        self.0.lock().files.iter().map(|(path, file)| (path.clone(), file.now.clone())).collect()
    }

    /// An independent disk with the same content, no locks and nothing unsynced lost.
    pub fn copy(&self) -> Self {
        let disk = self.0.lock();
        Self(Arc::new(Mutex::new(Disk { files: disk.files.clone(), dirs: disk.dirs.clone(), ..Disk::default() })))
    }
}

impl Stored {
    fn crash(&mut self, crash: Crash) {
        let mut kept = self.durable.clone();
        match crash {
            Crash::LoseUnsynced => {}
            Crash::KeepAll => kept.clone_from(&self.now),
            Crash::KeepBytes(budget) => self.replay(&mut kept, budget),
            Crash::Sectors(seed) => self.scatter(&mut kept, seed),
        }
        self.now.clone_from(&kept);
        self.durable = kept;
        self.unsynced.clear();
    }

    fn replay(&self, kept: &mut Vec<u8>, mut budget: u64) {
        for (offset, data) in &self.unsynced {
            let take = (data.len() as u64).min(budget);
            write(kept, &data[..take as usize], *offset);
            budget -= take;
        }
    }

    fn scatter(&self, kept: &mut Vec<u8>, seed: u64) {
        let from = kept.len() as u64;
        kept.resize(self.now.len(), 0);
        for (index, sector) in self.now.chunks(SECTOR_BYTES as usize).enumerate() {
            let start = index as u64 * SECTOR_BYTES;
            if start + SECTOR_BYTES > from && mix(seed, index as u64) & 1 == 1 {
                write(kept, sector, start);
            }
        }
    }
}

/// A fixed mixing function (splitmix64), so a seed names one crash.
fn mix(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn write(bytes: &mut Vec<u8>, data: &[u8], offset: u64) {
    let (start, end) = (offset as usize, offset as usize + data.len());
    if bytes.len() < end && !data.is_empty() {
        bytes.resize(end, 0);
    }
    if !data.is_empty() {
        bytes[start..end].copy_from_slice(data);
    }
}

impl Fs for MemFs {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.0.lock().dirs.insert(dir.to_owned());
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<PathBuf>> {
        Ok(self.0.lock().files.keys().filter(|path| path.parent() == Some(dir)).cloned().collect())
    }

    fn open(&self, path: &Path, create: bool) -> io::Result<Arc<dyn File>> {
        let mut disk = self.0.lock();
        if !disk.files.contains_key(path) {
            if !create {
                return Err(io::ErrorKind::NotFound.into());
            }
            disk.files.insert(path.to_owned(), Stored::default());
        }
        Ok(Arc::new(MemFile { disk: self.0.clone(), path: path.to_owned(), life: disk.life }))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.lock().files.remove(path).map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        for (path, file) in &mut self.0.lock().files {
            if path.parent() == Some(dir) {
                file.entry_durable = true;
            }
        }
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        let mut disk = self.0.lock();
        if !disk.locks.insert(path.to_owned()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(MemLock { disk: self.0.clone(), path: path.to_owned(), life: disk.life }))
    }
}

struct MemFile {
    disk: Arc<Mutex<Disk>>,
    path: PathBuf,
    life: u64,
}

impl MemFile {
    fn with<T>(&self, action: impl FnOnce(&mut Stored) -> io::Result<T>) -> io::Result<T> {
        let mut disk = self.disk.lock();
        if disk.life != self.life {
            return Err(io::Error::other("the machine crashed"));
        }
        action(disk.files.get_mut(&self.path).ok_or(io::ErrorKind::NotFound)?)
    }
}

impl File for MemFile {
    fn len(&self) -> io::Result<u64> {
        self.with(|file| Ok(file.now.len() as u64))
    }

    fn read_exact_at(&self, out: &mut [u8], offset: u64) -> io::Result<()> {
        self.with(|file| {
            let start = usize::try_from(offset).map_err(io::Error::other)?;
            let end = start.checked_add(out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
            out.copy_from_slice(file.now.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }

    fn write_all_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.with(|file| {
            write(&mut file.now, data, offset);
            file.unsynced.push((offset, data.to_vec()));
            Ok(())
        })
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.with(|file| {
            file.now.truncate(length as usize);
            file.durable.truncate(length as usize);
            file.unsynced.retain(|(offset, _)| *offset < length);
            for (offset, data) in &mut file.unsynced {
                data.truncate((length - *offset) as usize);
            }
            Ok(())
        })
    }

    fn sync(&self) -> io::Result<()> {
        if self.disk.lock().fail_syncs {
            return Err(io::Error::other("sync failed"));
        }
        self.with(|file| {
            for (offset, data) in file.unsynced.drain(..) {
                write(&mut file.durable, &data, offset);
            }
            Ok(())
        })?;
        self.disk.lock().syncs += 1;
        Ok(())
    }
}

struct MemLock {
    disk: Arc<Mutex<Disk>>,
    path: PathBuf,
    life: u64,
}

impl Drop for MemLock {
    fn drop(&mut self) {
        let mut disk = self.disk.lock();
        if disk.life == self.life {
            disk.locks.remove(&self.path);
        }
    }
}

impl Lock for MemLock {}
