//! Proposals: from `propose` to the end of their execution.
//!
//! ```text
//!   DISPATCH ─> dispatch ─> create, cancel, queue, views: a result
//!                      └──> ballots::cast, state, execute, queue ──(a constitution contract)──> RESOLVE ··> RESOLVED
//!                                        └─> decide ──> execution: BATCH ··> SETTLED ──> a result
//! ```
//!
//! A proposal is noted as decided by the ballot that decides it, else by what is done with it after its deadline.
//! Nothing here loops over members, ballots or proposals, but for a proposer's own at most 16.

mod authority;
mod calls;
mod context;
mod create;
mod decide;
mod describe;
mod dispatch;
mod drafts;
mod execution;
mod failure;
mod layout;
mod lifecycle;
mod message;
mod open;
mod proposal;
mod requirement;
mod resolve;
mod simulate;
mod state;
mod tally;
mod views;

pub(crate) use authority::{authority, drop_open, ensure_idle};
pub(crate) use context::{Context, Kind};
pub(crate) use decide::{Outcome, by_table, conclude, could_decide};
pub(crate) use describe::text_hash;
pub(crate) use execution::gas_needed;
pub(crate) use layout::LAYOUT;
pub(crate) use layout::{BALLOTS, NONCES};
pub(crate) use message::call;
pub(crate) use open::takes_ballots;
pub(crate) use proposal::{Proposal, Status};
pub(crate) use requirement::Requirement;
pub(crate) use resolve::{RESOLVE_GAS_NEEDED, ask};
pub(crate) use state::{reported, unexpected};
pub(crate) use tally::{Support, Tally};
