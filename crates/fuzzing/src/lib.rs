//! What the fuzzer calls: one function for each kind of hostile bytes. A panic is a finding.
//!
//! ```text
//!   fuzz/targets/*.rs ──┐                     ┌─ block         peers' and files' blocks
//!   tests/replay.rs ────┼──> bytes: &[u8] ──> ├─ transaction   EIP-2718 envelopes
//!   (seeds, regressions)┘                     ├─ genesis       the operator's file
//!                                             └─ request       bodies of HTTP requests
//! ```
//!
//! Each takes any bytes and asserts more than that nothing panics: what decodes encodes to the
//! same bytes, a hash is a hash, an answer is JSON and never "server error". `fuzz/` drives them by
//! coverage; the tests here replay seeds and past findings, so that the targets cannot rot.
//!
//! For tests only: no node links this crate. It opens one socket, on the loopback interface.

mod block;
mod chain;
mod genesis;
mod request;
mod seeds;
mod targets;
mod transaction;

pub use block::block;
pub use genesis::genesis;
pub use request::request;
pub use seeds::{Seeds, dictionary};
pub use targets::{TARGETS, Target};
pub use transaction::transaction;
