use crate::{GenesisFile, SetupError, engine};
use althing_chainspec::ChainSpec;
use althing_consensus::{Committee, verify_certificate};
use althing_ledger::{LedgerError, PublicBlock, PublicLedger, fs::RealFs};
use althing_primitives::{BlockId, Certificate};
use std::{fmt, path::Path, sync::Arc};
use thiserror::Error;

/// What a ledger's public sections show to somebody without keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last block of the chain of headers.
    pub head: BlockId,
    /// Certificates that were checked.
    pub certificates: u64,
    /// Height of the last certified block; with it, all below are final.
    pub certified: u64,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { head, certificates, certified } = self;
        writeln!(f, "headers 0 to {} form a chain from the genesis", head.number)?;
        writeln!(f, "{certificates} certificates, each by a quorum of the validators; certified up to {certified}")?;
        write!(f, "head {} {}", head.number, head.hash)
    }
}

/// What is wrong with a ledger.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The genesis cannot be read.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The genesis names no committee whose signatures could be checked.
    #[error("{0}")]
    Committee(String),
    /// A file is damaged or cannot be read, or the headers are no chain.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger is another network's.
    #[error("the ledger begins with another genesis")]
    Genesis,
    /// A certificate that no quorum signed for this block.
    #[error("the certificate of block {0} is not a quorum's on this block")]
    Certificate(u64),
}

/// Checks the public sections of a data folder's ledger: headers from the genesis on, and every
/// certificate against the validators of the genesis. Uses no key and changes nothing.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_ledger(dir: &Path, genesis: Option<&Path>) -> Result<Verified, VerifyError> {
    let kept = dir.join("genesis.json");
    let spec = GenesisFile::read(genesis.unwrap_or(&kept))?.spec;
    let ledger = PublicLedger::open(Arc::new(RealFs), &dir.join("ledger"))?;
    if ledger.genesis() != spec.genesis().hash() || ledger.chain_id() != spec.chain_id() {
        return Err(VerifyError::Genesis);
    }
    let committee = spec.consortium().map(engine::committee).transpose();
    let committee = committee.map_err(|error| VerifyError::Committee(error.to_string()))?;
    let mut verified = Verified { head: spec.genesis().id(), certificates: 0, certified: 0 };
    for block in ledger.blocks() {
        let block = block?;
        verified.head = BlockId { number: block.header.number, hash: block.hash };
        if let (Some(certificate), Some(committee)) = (&block.certificate, &committee) {
            check(certificate, &block, committee, &spec)?;
            verified.certificates += 1;
            verified.certified = block.header.number;
        }
    }
    Ok(verified)
}

fn check(
    certificate: &Certificate,
    block: &PublicBlock,
    committee: &Committee,
    spec: &ChainSpec,
) -> Result<(), VerifyError> {
    let names_block = certificate.hash == block.hash && certificate.number == block.header.number;
    let signed = || verify_certificate(certificate, committee, spec.chain_id(), spec.genesis().hash());
    if names_block && signed() { Ok(()) } else { Err(VerifyError::Certificate(block.header.number)) }
}
