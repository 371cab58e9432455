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
    check_no_gap(&ledger)?;
    walk(&ledger, &spec, |_| true)
}

/// A missing block with later ones behind it is no end.
///
/// # Errors
/// There is one, or no block at all.
pub(super) fn check_no_gap(ledger: &PublicLedger) -> Result<(), AuditError> {
    let Some(last) = ledger.contiguous_height() else {
        return Err(AuditError::Gap { missing: 0, later: ledger.last_height().unwrap_or(0) });
    };
    match ledger.last_height().filter(|later| *later > last) {
        Some(later) => Err(AuditError::Gap { missing: last + 1, later }),
        None => Ok(()),
    }
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
