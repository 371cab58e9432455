use crate::{ExecutionError, SimulationError, TransactionError};
use althing_storage::StateError;
use revm::context::result::EVMError;
use thiserror::Error;

/// Why a sequence of blocks was not simulated. The texts are geth's.
#[derive(Debug, Error)]
pub enum SequenceError {
    /// There is nothing to do, or a value no block can have.
    #[error("{0}")]
    Arguments(String),
    /// More of something than one request may ask.
    #[error("{0}")]
    Limit(String),
    /// A height that does not follow.
    #[error("block numbers must be in order: {number} <= {previous}")]
    Number {
        /// Asked for.
        number: u64,
        /// Of the block before.
        previous: u64,
    },
    /// A time that does not follow.
    #[error("block timestamps must be in order: {timestamp} <= {previous}")]
    Timestamp {
        /// Asked for, seconds.
        timestamp: u64,
        /// Of the block before.
        previous: u64,
    },
    /// A call wants more gas than its block has left.
    #[error("block gas limit reached: remaining: {remaining}, required: {required}")]
    BlockGas {
        /// In the block.
        remaining: u64,
        /// By the call.
        required: u64,
    },
    /// A call cannot run at all.
    #[error("err: {} (supplied gas {gas})", super::super::error::transaction_error_text(.error))]
    Transaction {
        /// Why.
        error: TransactionError,
        /// Its gas limit.
        gas: u64,
    },
    /// The state is not there, or not the trie.
    #[error(transparent)]
    State(#[from] StateError),
    /// As in any simulation.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

impl SequenceError {
    /// What stops one call, with the gas it was given.
    pub(super) fn of_call(error: EVMError<StateError>, gas: u64) -> Self {
        match error {
            EVMError::Transaction(error) => Self::Transaction { error: TransactionError::Evm(error), gas },
            other => Self::Simulation(other.into()),
        }
    }
}

/// A block that overrides made impossible (a system contract without code) is the client's doing.
impl From<ExecutionError> for SequenceError {
    fn from(error: ExecutionError) -> Self {
        Self::Simulation(match error {
            ExecutionError::Invalid(reason) => SimulationError::Request(reason.to_string()),
            broken => SimulationError::Internal(broken),
        })
    }
}
