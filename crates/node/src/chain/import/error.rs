use crate::chain::{commit::CommitError, execute::ExecuteError};
use althing_primitives::BlockError;
use thiserror::Error;

/// Why a block was not imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The block is invalid; those before it are kept.
    #[error("block {number}: {reason}")]
    Invalid {
        /// Its height.
        number: u64,
        /// Why, in the validator's words.
        reason: String,
    },
    /// The bytes are no block.
    #[error("block after {after}: {reason}")]
    Undecodable {
        /// Height of the head before it.
        after: u64,
        /// Why.
        reason: String,
    },
    /// This node is broken.
    #[error("{0}")]
    Node(String),
}

impl ImportError {
    /// Whether the fault lies with the file (true) or with this node.
    pub const fn is_block(&self) -> bool {
        !matches!(self, Self::Node(_))
    }

    pub(super) fn invalid(number: u64, reason: impl std::fmt::Display) -> Self {
        Self::Invalid { number, reason: reason.to_string() }
    }

    pub(super) fn node(error: impl std::fmt::Display) -> Self {
        Self::Node(error.to_string())
    }

    pub(super) fn body(number: u64, error: &BlockError) -> Self {
        Self::invalid(number, error)
    }

    pub(super) fn executing(number: u64, error: &ExecuteError) -> Self {
        match error {
            ExecuteError::Node(_) => Self::node(error),
            reason => Self::invalid(number, reason),
        }
    }

    pub(super) fn committing(number: u64, error: &CommitError) -> Self {
        match error {
            CommitError::Gap { .. } => Self::invalid(number, error),
            error => Self::node(error),
        }
    }
}
