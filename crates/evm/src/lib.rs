//! Executes blocks, builds blocks, simulates calls: Ethereum's rules on revm, and ours on top.
//!
//! ```text
//!   verify:   header rules ─> Executor::execute(block, state)  ─> Executed { receipts, changes, .. }
//!   propose:  Executor::build(parent, attributes, state, pool) ─> Built { header, body, Executed }
//!   clients:  Executor::{call, estimate_gas, create_access_list, inspect}(state, env, request)
//!             Executor::simulate(state, base, blocks of calls) ─> blocks that do not exist
//!                 │
//!             Cache (values read, values written)  ──reads──>  state: any executed block's view
//! ```
//!
//! `build` and `execute` share one path, so what a proposer makes is what a verifier accepts. In
//! fee mode `zero` no fee exists anywhere: neither in execution nor in simulation. On a chain that governs
//! itself the terms of a block are read from the state of its parent, and the system contracts are part of
//! every EVM.
//!
//! Deterministic: no I/O, no clock, no randomness, no hash-map order in any result. Time limits and
//! the randomness of simulations come in as arguments. The state root is computed by the caller.
//! Inside the trust boundary; everything that arrives here is already decoded and may be hostile.

mod base_fee;
mod block;
mod cache;
mod crypto;
mod difficulty;
mod env;
mod error;
mod executor;
mod governed;
mod header;
mod native;
mod ommers;
mod rules;
mod simulate;
mod tracer;
mod tracers;
mod transaction;

pub use alloy_evm::{EvmEnv, eth::EthEvmContext};

pub use alloy_rpc_types_eth::state::EvmOverrides;
pub use alloy_rpc_types_trace::geth::{GethDebugTracingCallOptions, GethDebugTracingOptions, GethTrace};
pub use base_fee::next_base_fee;
pub use block::{BuildAttributes, BuildLimits, Built, Executed, Rejection, Reward, RewardKind, TransactionSource};
pub use cache::{Cache, ParentState, State};
pub use difficulty::next_difficulty;
pub use env::{NextBlock, precompile_addresses, spec_id};
pub use error::{BuildError, ExecutionError, HeaderError, InvalidBlock, TransactionError};
pub use executor::Executor;
pub use governed::{Fees, Terms};
pub use header::HeaderRules;
pub use ommers::{OMMER_GENERATIONS, OmmerError};
pub use revm::context::{
    TxEnv,
    result::{ExecutionResult, HaltReason, InvalidTransaction, ResultAndState},
};
pub use simulate::{
    AccessListResult, BlockCalls, BlockFields, CALL_GAS_CAP, Call, CallOutcome, Limits, SequenceError, SequenceRequest,
    SimulatedBlock, SimulatedCall, SimulationError, halt_text, revert_text, transaction_error_text, transaction_text,
};
pub use tracer::TraceError;
pub use tracers::TraceTypes;
