use crate::{BlockHash, BlockNumber};

/// A block named by number and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct BlockId {
    /// Height above the genesis.
    pub number: BlockNumber,
    /// Hash of the header.
    pub hash: BlockHash,
}
