use althing_chainspec::genesis_files;
use std::{fs, path::Path};

/// Writes the files of `genesis/`, which a test of `chainspec` compares with what this would write.
///
/// # Errors
/// The folder is not writable.
pub fn genesis() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../genesis");
    fs::create_dir_all(&folder)?;
    for (name, genesis) in genesis_files() {
        fs::write(folder.join(name), genesis.to_json() + "\n")?;
    }
    Ok(())
}
