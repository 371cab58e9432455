//! The durable part: checkpoints, restarts, history and indexes, with a host that loses, swaps and
//! alters what it stores.
#![allow(missing_docs, reason = "tests")]

mod chain;
mod history;
mod index;
mod restart;
mod store;
