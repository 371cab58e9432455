use super::revert_text;
use crate::{ExecutionError, TransactionError};
use althing_primitives::Bytes;
use althing_storage::StateError;
use revm::context::result::{EVMError, HaltReason, InvalidTransaction};
use thiserror::Error;

/// Why a simulation gave no result. Texts are geth's, where clients look at them.
#[derive(Debug, Error)]
pub enum SimulationError {
    /// The request contradicts itself.
    #[error("{0}")]
    Request(String),
    /// The transaction cannot run at all.
    #[error("{}", transaction_error_text(.0))]
    Transaction(TransactionError),
    /// The sender does not have the value.
    #[error("insufficient funds for transfer")]
    InsufficientForTransfer,
    /// The call reverted (estimation; JSON-RPC error code 3 with this data).
    #[error("{}", revert_text(.0))]
    Revert(Bytes),
    /// The EVM stopped for another reason (estimation).
    #[error("{}", halt_text(.0))]
    Halt(HaltReason),
    /// No gas limit that may be used is enough.
    #[error("gas required exceeds allowance ({0})")]
    Allowance(u64),
    /// Time was up.
    #[error("execution aborted (timeout)")]
    Timeout,
    /// This machine failed; nothing of it is a client's business.
    #[error(transparent)]
    Internal(ExecutionError),
}

impl From<EVMError<StateError>> for SimulationError {
    fn from(error: EVMError<StateError>) -> Self {
        match error {
            EVMError::Transaction(error) => Self::Transaction(TransactionError::Evm(error)),
            // A block override may ask for what no block has.
            EVMError::Header(error) => Self::Request(error.to_string()),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<StateError> for SimulationError {
    fn from(error: StateError) -> Self {
        Self::Internal(error.into())
    }
}

/// geth's text for a transaction that cannot be in a block.
pub fn transaction_error_text(error: &TransactionError) -> String {
    match error {
        TransactionError::Evm(error) => transaction_text(error),
        other => other.to_string(),
    }
}

/// geth's text for a transaction that cannot run.
pub fn transaction_text(error: &InvalidTransaction) -> String {
    use InvalidTransaction as E;
    match error {
        E::PriorityFeeGreaterThanMaxFee => "max priority fee per gas higher than max fee per gas".to_owned(),
        E::GasPriceLessThanBasefee => "max fee per gas less than block base fee".to_owned(),
        E::CallerGasLimitMoreThanBlock => "gas limit reached".to_owned(),
        E::CallGasCostMoreThanGasLimit { initial_gas, gas_limit } => {
            format!("intrinsic gas too low: have {gas_limit}, want {initial_gas}")
        }
        E::GasFloorMoreThanGasLimit { gas_floor, gas_limit } => {
            format!("insufficient gas for floor data gas cost: have {gas_limit}, want {gas_floor}")
        }
        E::RejectCallerWithCode => "sender not an eoa".to_owned(),
        E::LackOfFundForMaxFee { fee, balance } => {
            format!("insufficient funds for gas * price + value: have {balance} want {fee}")
        }
        E::OverflowPaymentInTransaction => "insufficient funds for gas * price + value".to_owned(),
        E::NonceOverflowInTransaction => "nonce has max value".to_owned(),
        E::NonceTooHigh { tx, state } => format!("nonce too high: tx: {tx} state: {state}"),
        E::NonceTooLow { tx, state } => format!("nonce too low: tx: {tx} state: {state}"),
        E::CreateInitCodeSizeLimit => "max initcode size exceeded".to_owned(),
        E::InvalidChainId | E::MissingChainId => "invalid chain id for signer".to_owned(),
        E::TxGasLimitGreaterThanCap { gas_limit, cap } => {
            format!("transaction gas limit too high (cap: {cap}, tx: {gas_limit})")
        }
        E::EmptyAuthorizationList => "EIP-7702 transaction with empty auth list".to_owned(),
        E::Eip2930NotSupported | E::Eip1559NotSupported | E::Eip4844NotSupported | E::Eip7702NotSupported => {
            "transaction type not supported".to_owned()
        }
        other => other.to_string(),
    }
}

/// geth's text for an execution that stopped without reverting.
pub fn halt_text(reason: &HaltReason) -> String {
    use HaltReason as R;
    match reason {
        R::OutOfGas(_) => "out of gas".to_owned(),
        R::OpcodeNotFound | R::NotActivated => "invalid opcode: opcode not defined".to_owned(),
        R::InvalidFEOpcode => "invalid opcode: INVALID".to_owned(),
        R::InvalidJump => "invalid jump destination".to_owned(),
        R::StackUnderflow => "stack underflow".to_owned(),
        R::StackOverflow => "stack limit reached 1024 (1023)".to_owned(),
        R::OutOfOffset => "return data out of bounds".to_owned(),
        R::CreateCollision => "contract address collision".to_owned(),
        R::NonceOverflow => "nonce uint64 overflow".to_owned(),
        R::CreateContractSizeLimit => "max code size exceeded".to_owned(),
        R::CreateContractStartingWithEF => "invalid code: must not begin with 0xef".to_owned(),
        R::CreateInitCodeSizeLimit => "max initcode size exceeded".to_owned(),
        R::StateChangeDuringStaticCall | R::CallNotAllowedInsideStatic => "write protection".to_owned(),
        R::OutOfFunds => "insufficient balance for transfer".to_owned(),
        R::CallTooDeep => "max call depth exceeded".to_owned(),
        other => other.to_string(),
    }
}
