use althing_chainspec::Genesis;
use althing_storage::{Storage, StorageConfig};

/// Bytes that are to be a genesis file: what is read is written and read again the same, and what is valid makes a
/// chain whose state has the root its header says.
pub fn genesis(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(genesis) = Genesis::from_json(text) else { return };
    let again = Genesis::from_json(&genesis.to_json());
    assert_eq!(again.ok().as_ref(), Some(&genesis), "what is written is read the same");
    let Ok(spec) = genesis.into_spec() else { return };
    let storage = Storage::genesis(StorageConfig::default(), &spec).expect("a valid genesis has a state");
    assert_eq!(storage.head().hash, spec.genesis().hash());
}
