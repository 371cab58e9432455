use althing_primitives::{B256, ExtraError};
use althing_storage::StateError;
use revm::context::result::{EVMError, InvalidTransaction};
use thiserror::Error;

/// Why a header cannot follow its parent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// A field differs from what the rules give.
    #[error("{field} is {found}, the rules give {expected}")]
    Mismatch {
        /// The header's field.
        field: &'static str,
        /// What the header says.
        found: String,
        /// What follows from parent and rules.
        expected: String,
    },
    /// A field is out of its range.
    #[error("{field}: {reason}")]
    Range {
        /// The header's field.
        field: &'static str,
        /// Which bound it breaks.
        reason: &'static str,
    },
    /// A field that the fork in force demands is absent.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field is present before the fork that brings it.
    #[error("{0} is present before its fork")]
    Unexpected(&'static str),
    /// The consensus fields in `extraData` cannot be read.
    #[error(transparent)]
    Extra(#[from] ExtraError),
}

/// Why a transaction cannot be in a block at its place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TransactionError {
    /// Type 3; our networks have no blobs.
    #[error("blob transactions (type 3) are not supported by this network")]
    BlobsRefused,
    /// EIP-2: s above half the order, from Homestead.
    #[error("invalid signature: s is too high")]
    HighS,
    /// EIP-155 signature before Spurious Dragon.
    #[error("replay protected transaction before EIP-155")]
    ReplayProtected,
    /// The gas limit does not fit the rest of the block.
    #[error("gas limit {gas_limit} exceeds the {available} gas left in the block")]
    BlockGas {
        /// What the transaction may use.
        gas_limit: u64,
        /// What is left.
        available: u64,
    },
    /// More blobs than the block may have.
    #[error("blob gas exceeds the block's limit")]
    BlockBlobGas,
    /// The gas limit does not fit what is left for transactions that are no member's call to a system contract.
    #[error("gas limit {gas_limit} exceeds the {available} gas left in the block outside the system lane")]
    SharedGas {
        /// What the transaction may use.
        gas_limit: u64,
        /// What is left.
        available: u64,
    },
    /// Its bytes do not fit what is left for such transactions.
    #[error("{size} bytes exceed the {available} left in the block outside the system lane")]
    SharedBytes {
        /// Of its RLP.
        size: u64,
        /// What is left.
        available: u64,
    },
    /// It pays nothing, and its gas limit does not fit what is left for members' calls to system contracts that do not.
    #[error("gas limit {gas_limit} exceeds the {available} gas left in the block for calls that are free of fees")]
    FreeGas {
        /// What the transaction may use.
        gas_limit: u64,
        /// What is left.
        available: u64,
    },
    /// The members' list of senders is in force, and the sender is not on it.
    #[error("sender is not on the network's transaction allow-list")]
    SenderNotAllowed,
    /// The members' list of deployers is in force, and the sender is not on it.
    #[error("sender is not on the network's contract deployer allow-list")]
    DeployerNotAllowed,
    /// The members' contract that decides about transactions refuses this one, or fails.
    #[error("transaction is refused by the network's permission contract")]
    RefusedByHook,
    /// The EVM's own rules: nonce, balance, fees, intrinsic gas, type.
    #[error("{0}")]
    Evm(InvalidTransaction),
}

impl TransactionError {
    /// What is wrong in one word, without the numbers that the text has: for logs, which say nothing of an account.
    pub fn name(&self) -> String {
        let shown = match self {
            Self::Evm(error) => format!("{error:?}"),
            other => format!("{other:?}"),
        };
        shown.split(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default().to_owned()
    }

    /// Whether an earlier transaction of the sender has this one's nonce: what follows it may still
    /// be valid.
    pub const fn is_nonce_used(&self) -> bool {
        matches!(self, Self::Evm(InvalidTransaction::NonceTooLow { .. }))
    }

    /// Whether the transaction would fit if the block had no parts for members' calls to system contracts and others.
    pub(crate) const fn is_room_full(&self) -> bool {
        matches!(self, Self::SharedGas { .. } | Self::SharedBytes { .. } | Self::FreeGas { .. })
    }
}

/// What is wrong with a block; its maker's fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidBlock {
    /// A transaction that is invalid at its place.
    #[error("transaction {index}: {error}")]
    Transaction {
        /// Position in the block.
        index: usize,
        /// Why.
        error: TransactionError,
    },
    /// The header names another amount of gas.
    #[error("gas used is {computed}, the header says {header}")]
    GasUsed {
        /// From the header.
        header: u64,
        /// From execution.
        computed: u64,
    },
    /// The header names another amount of blob gas.
    #[error("blob gas used is {computed}, the header says {header}")]
    BlobGasUsed {
        /// From the header.
        header: u64,
        /// From execution.
        computed: u64,
    },
    /// A root or hash in the header differs from what execution gives.
    #[error("{field} is {computed}, the header says {header}")]
    Root {
        /// Which one.
        field: &'static str,
        /// From the header.
        header: B256,
        /// From execution.
        computed: B256,
    },
    /// The logs bloom differs.
    #[error("the logs bloom differs from the header's")]
    Bloom,
    /// A system call failed, or its contract does not exist (EIP-7002, EIP-7251).
    #[error("{0}: the system call failed")]
    SystemCall(&'static str),
    /// A deposit log that cannot be read (EIP-6110).
    #[error("malformed deposit log")]
    Deposit,
    /// More bytes of RLP than a block may have.
    #[error("the block has {size} bytes, at most {max}")]
    Size {
        /// Its length.
        size: usize,
        /// The limit.
        max: usize,
    },
}

/// Why a block was not executed.
#[derive(Debug, Error)]
pub enum ExecutionError {
    /// The block is bad.
    #[error(transparent)]
    Invalid(#[from] InvalidBlock),
    /// This machine is bad: the state could not be read.
    #[error("state: {0}")]
    State(#[from] StateError),
    /// This machine is bad: the EVM gave up for a reason no block can cause.
    #[error("evm: {0}")]
    Internal(String),
}

/// Why no block was built; never a transaction's fault.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The attributes contradict the chain's rules.
    #[error("attributes: {0}")]
    Attributes(&'static str),
    /// As in execution.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
}

/// What [`EVMError`] means for a transaction in a block.
pub(crate) enum TransactFailure {
    Transaction(TransactionError),
    Broken(ExecutionError),
}

impl From<EVMError<StateError>> for TransactFailure {
    fn from(error: EVMError<StateError>) -> Self {
        match error {
            EVMError::Transaction(error) => Self::Transaction(TransactionError::Evm(error)),
            other => Self::Broken(other.into()),
        }
    }
}

impl From<EVMError<StateError>> for ExecutionError {
    fn from(error: EVMError<StateError>) -> Self {
        match error {
            EVMError::Database(error) => Self::State(error),
            EVMError::Transaction(error) => Self::Internal(error.to_string()),
            EVMError::Header(error) => Self::Internal(error.to_string()),
            EVMError::Custom(text) => Self::Internal(text),
            EVMError::CustomAny(error) => Self::Internal(error.to_string()),
        }
    }
}

impl From<TransactionError> for TransactFailure {
    fn from(error: TransactionError) -> Self {
        Self::Transaction(error)
    }
}

impl From<ExecutionError> for TransactFailure {
    fn from(error: ExecutionError) -> Self {
        Self::Broken(error)
    }
}
