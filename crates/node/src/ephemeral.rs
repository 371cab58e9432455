use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A folder below the system's temporary one. It goes when this is dropped; where its process was
/// killed, when the next one is made.
#[derive(Debug)]
pub(crate) struct EphemeralFolder {
    dir: TempDir,
    _lock: File,
}

const PREFIX: &str = "althing-ephemeral-";
/// Held while the folder is in use.
const LOCK: &str = "lock";

impl EphemeralFolder {
    /// Removes what killed processes left behind, and makes a new folder.
    ///
    /// # Errors
    /// The operating system refused the new folder.
    pub(crate) fn new() -> io::Result<Self> {
        Self::below(&std::env::temp_dir())
    }

    fn below(root: &Path) -> io::Result<Self> {
        sweep(root);
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(root)?;
        // Locked before it has its name: a sweep takes whatever it can lock.
        let draft = dir.path().join("lock.new");
        let lock = File::create_new(&draft)?;
        lock.lock()?;
        fs::rename(draft, dir.path().join(LOCK))?;
        Ok(Self { dir, _lock: lock })
    }

    /// Where the consensus engine's journals are.
    pub(crate) fn journals(&self) -> PathBuf {
        self.dir.path().join("journals")
    }
}

/// What cannot be removed is another user's, or still in use.
fn sweep(root: &Path) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_abandoned(&entry.path());
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "where `node` keeps its files is its own surface")]
fn remove_abandoned(dir: &Path) {
    if let Ok(lock) = File::open(dir.join(LOCK))
        && lock.try_lock().is_ok()
    {
        // Tried again by the next start.
        let _ = fs::remove_dir_all(dir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test's own files")]
    fn the_next_start_removes_what_a_killed_process_left_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let running = EphemeralFolder::below(root.path()).unwrap();
        let killed = root.path().join(format!("{PREFIX}killed"));
        let foreign = root.path().join("althing-other");
        for dir in [&killed, &foreign] {
            fs::create_dir_all(dir.join("journals")).unwrap();
            File::create(dir.join(LOCK)).unwrap();
        }
        let next = EphemeralFolder::below(root.path()).unwrap();
        assert!(!killed.exists());
        assert!(foreign.exists() && running.dir.path().exists() && next.dir.path().exists());
        drop((running, next));
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
