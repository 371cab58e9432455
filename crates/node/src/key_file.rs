use althing_primitives::hex;
use std::{
    fs::OpenOptions,
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use thiserror::Error;
use zeroize::Zeroizing;

/// A 32-byte secret read from, or just written to, a file only its owner may read.
///
/// Stands in for the TEE's keys: a network key file is used by insecure networks only, where the
/// host can read everything anyway.
pub type FileSecret = Zeroizing<[u8; 32]>;

/// Why a key file cannot be used.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// The operating system refused.
    #[error("key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The content is no key.
    #[error("key file {0}: expected 64 hexadecimal digits")]
    Content(PathBuf),
    /// Others may read it.
    #[error("key file {0}: its mode is {1:o}, others can read it; run chmod 600 on it")]
    Mode(PathBuf, u32),
}

/// Reads the key at `path`, making a random one first where there is none.
///
/// # Errors
/// The file holds something else, or is readable by others.
pub(crate) fn read_or_create(path: &Path) -> Result<FileSecret, KeyFileError> {
    match read(path) {
        Err(KeyFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let mut secret = FileSecret::default();
            rand::fill(secret.as_mut_slice());
            create(path, &secret)?;
            Ok(secret)
        }
        other => other,
    }
}

/// Reads the key at `path`.
///
/// # Errors
/// There is none, it holds something else, or is readable by others.
pub(crate) fn read(path: &Path) -> Result<FileSecret, KeyFileError> {
    let fault = |source| KeyFileError::Io { path: path.to_owned(), source };
    let file = OpenOptions::new().read(true).open(path).map_err(fault)?;
    let mode = file.metadata().map_err(fault)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Mode(path.to_owned(), mode));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(128).read_to_string(&mut text).map_err(fault)?;
    let mut secret = FileSecret::default();
    hex::decode_to_slice(text.trim(), secret.as_mut_slice()).map_err(|_| KeyFileError::Content(path.to_owned()))?;
    Ok(secret)
}

/// Writes the key to a new file of mode 0600.
///
/// # Errors
/// The file exists already, or the operating system refuses.
pub(crate) fn create(path: &Path, secret: &FileSecret) -> Result<(), KeyFileError> {
    let fault = |source| KeyFileError::Io { path: path.to_owned(), source };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fault)?;
    let text = Zeroizing::new(hex::encode(secret.as_slice()));
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all()).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("network.key");
        let made = read_or_create(&path).unwrap();
        assert_eq!(*read_or_create(&path).unwrap(), *made);
        assert_ne!(*made, [0; 32]);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(read(&path), Err(KeyFileError::Mode(_, 0o644))));
    }

    #[test]
    fn a_file_that_holds_no_key_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("node.key");
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
        file.write_all(b"not a key").unwrap();
        let text = read(&path).unwrap_err().to_string();
        assert!(text.contains("node.key") && text.contains("64 hexadecimal digits"), "{text}");
    }
}
