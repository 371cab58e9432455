//! Calls that leave no trace: `eth_call`, `eth_estimateGas`, `eth_createAccessList`, `eth_simulateV1`, tracing.
//!
//! Rules are those of execution, fee mode included, with what geth relaxes for calls: nonce, sender
//! with code, block gas limit and EIP-7825's cap do not count.

mod access_list;
mod call;
mod deadline;
mod error;
mod estimate;
mod overrides;
mod revert;
mod sequence;
mod simulation;
mod trace;

pub use access_list::AccessListResult;
pub use error::{SimulationError, halt_text, transaction_error_text, transaction_text};
pub use revert::revert_text;
pub use sequence::{
    BlockCalls, BlockFields, CallOutcome, SequenceError, SequenceRequest, SimulatedBlock, SimulatedCall,
};
pub use simulation::{CALL_GAS_CAP, Call, Limits};
