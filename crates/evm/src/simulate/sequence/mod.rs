//! Calls in blocks that do not exist, one on another (`eth_simulateV1`).
//!
//! ```text
//!   SequenceRequest ──plan──> heights and times, gaps filled ──draft──> header ──run──> SimulatedBlock
//!                                        (one cache for all blocks)
//! ```
//!
//! A block is made as `execute` would find it: system calls, transactions (unsigned), requests,
//! withdrawals, roots and hash. What geth relaxes is relaxed: without validation neither nonce nor
//! fees count, and the sender may have code. `prevrandao` is zero where the client names none, so nobody
//! reads a coming block's.

mod draft;
mod error;
mod logs;
mod plan;
mod request;
mod run;
mod transaction;

pub use error::SequenceError;
pub use request::{BlockCalls, BlockFields, SequenceRequest};
pub use run::{CallOutcome, SimulatedBlock, SimulatedCall};
