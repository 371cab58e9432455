//! The load generator behind `althing load`: offers transactions to any JSON-RPC endpoint at a given
//! rate and measures what became of them.
//!
//! ```text
//!  before the clock starts          while it runs                       after it
//!  ───────────────────────          ─────────────                       ────────
//!  accounts from a seed             senders: one connection each,       drain, sample receipts,
//!  funds, contracts (setup)         a finished body at its due time     CPU of the processes,
//!  sign everything (plan)           follower: new blocks of one node    R again, table, JSON
//!  R: recovers a second
//! ```
//!
//! **Open loop**: a transaction's latency counts from when it was due, not from when a slow server let
//! us send it; with `--rate max` from when it was sent.
//!
//! **Must never** spend CPU that a table would ascribe to the node: bodies are built and signed before
//! the clock starts, answers without errors are not parsed.
//!
//! **Trust boundary**: outside; this is a client like any other. It owns its own sockets, the wall
//! clock, `/proc` and the report file.
#![allow(clippy::disallowed_methods, reason = "a client outside the trust boundary: it measures wall-clock time")]

mod accounts;
mod args;
mod block;
mod connection;
mod contracts;
mod cpu;
mod follow;
mod plan;
mod recover;
mod report;
mod rpc;
mod run;
mod send;
mod setup;
mod track;

pub use args::{Kind, LoadArgs, Rate};
pub use report::{Latency, ProcessCpu, Report};
pub use run::{measure, run};
