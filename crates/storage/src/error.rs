use althing_primitives::BlockNumber;
use thiserror::Error;

/// Why the state could not answer or take a block.
#[derive(Debug, Error)]
pub enum StateError {
    /// No executed block has this hash, or it was dropped in favour of a sibling.
    #[error("block is not executed here")]
    UnknownBlock,
    /// A block above the head, or one whose state is no longer kept.
    #[error("state of block {0} is not available")]
    Unavailable(BlockNumber),
    /// Proofs and roots reach only so far below the head.
    #[error("proofs of block {0} are not available, the oldest is {1}")]
    ProofWindow(BlockNumber, BlockNumber),
    /// Blocks commit one by one, each on the head.
    #[error("block {number} does not follow the head {head}")]
    NotNext {
        /// Height that was to be committed.
        number: BlockNumber,
        /// Height of the head.
        head: BlockNumber,
    },
    /// State that was loaded does not have the root its header names: damaged or wrong genesis.
    #[error("loaded state has another root than block {0}")]
    Root(BlockNumber),
    /// An account names code that is not stored: the state is damaged.
    #[error("code is missing")]
    MissingCode,
    /// A slot without its account: the state that is loaded is damaged.
    #[error("a slot's account is missing")]
    Orphan,
    /// The durable part could not answer; its own log says why.
    #[error("durable storage failed: {0}")]
    Durable(String),
}

impl revm::database_interface::DBErrorMarker for StateError {}
