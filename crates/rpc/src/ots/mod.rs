//! `ots_*` and `erigon_*`: what the Otterscan explorer asks, API level 8.

mod blocks;
mod origins;
mod register;
mod search;
mod transactions;

pub(crate) use register::register;
