//! What the members have agreed on, as far as blocks must keep to it.
//!
//! ```text
//!   state of the parent ──> Terms: gas limit, bytes, fees, code size, lane, lists, hook ──> header, size, fees, EVM
//!   state at a transaction ──> allow-lists, members, the hook's answer ──> is it allowed, which lane is it in
//!   state after the last one ──> GovernanceDelta ──> requestsHash
//! ```
//!
//! Builder and verifier go the same way, so a block that ignores a term is refused by everybody else.

mod delta;
mod hook;
mod lane;
mod permission;
mod readers;
mod terms;
mod waived;

pub(crate) use delta::{SystemSlots, push_delta, system_slots};
pub(crate) use lane::{Lane, Lanes};
pub(crate) use permission::check_permission;
pub(crate) use readers::{InBlock, InTransaction};
pub use terms::{Fees, Terms};
