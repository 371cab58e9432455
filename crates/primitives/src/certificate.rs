use crate::{BlockHash, BlockNumber, Bytes};

/// The quorum's signatures that finalize a block, in the consensus engine's own encoding.
///
/// Opaque here; the consensus crate makes and verifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Height of the block.
    pub number: BlockNumber,
    /// Hash of the block.
    pub hash: BlockHash,
    /// Consensus epoch it was signed in.
    pub epoch: u64,
    /// View it was signed in.
    pub view: u64,
    /// The encoded finalization.
    pub bytes: Bytes,
}
