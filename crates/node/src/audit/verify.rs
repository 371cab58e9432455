use super::{AuditError, Verified, walk::walk};
use crate::GenesisFile;
use althing_chainspec::ChainSpec;
use althing_ledger::{PublicLedger, fs::RealFs};
use std::{path::Path, sync::Arc};

/// Checks the public sections of a data folder's ledger: headers from the genesis on, and every
/// certificate against the validators of its epoch, as governance named them. Uses no key and
/// changes nothing.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_ledger(dir: &Path, genesis: Option<&Path>) -> Result<Verified, AuditError> {
    let (ledger, spec) = open(dir, genesis)?;
    walk(&ledger, &spec, |_| true)
}

/// The public sections in a data folder, or in the folder of its ledger alone, and the chain they
/// begin with.
pub(super) fn open(dir: &Path, genesis: Option<&Path>) -> Result<(PublicLedger, Arc<ChainSpec>), AuditError> {
    let (root, files) = match dir.join("truth").is_dir() {
        true => (dir.parent().unwrap_or(dir), dir.to_owned()),
        false => (dir, dir.join("ledger")),
    };
    if !files.join("truth").is_dir() {
        return Err(AuditError::NoLedger(dir.to_owned()));
    }
    let kept = root.join("genesis.json");
    let spec = GenesisFile::read(genesis.unwrap_or(&kept))?.spec;
    let ledger = PublicLedger::open(Arc::new(RealFs), &files)?;
    if ledger.genesis() != spec.genesis().hash() || ledger.chain_id() != spec.chain_id() {
        return Err(AuditError::Genesis);
    }
    Ok((ledger, spec))
}
