//! Third-party test data, outside the repository: `$ALTHING_TEST_DATA`, else `../shared/data` from
//! the repository's root.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests read third-party data, and say so when they cannot"
)]

use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Unpacks an archive of the `ethereum` folder; `None`, said aloud, where it is not there.
pub(crate) fn unpack(archive: &str) -> Option<TempDir> {
    let path = folder().join("ethereum").join(archive);
    if !path.exists() {
        eprintln!("SKIPPED: no test data at {} (set ALTHING_TEST_DATA)", path.display());
        return None;
    }
    let target = tempfile::tempdir().expect("a scratch folder");
    let status = Command::new("tar").arg("--zstd").arg("-xf").arg(&path).arg("-C").arg(target.path()).status();
    assert!(status.expect("tar runs").success(), "{} unpacks", path.display());
    Some(target)
}

/// Every file below a folder whose name ends so, in order.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn folder() -> PathBuf {
    match std::env::var("ALTHING_TEST_DATA") {
        Ok(folder) => folder.into(),
        Err(_) => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    }
}
