//! `trace_*`: what transactions did, as Parity wrote it and explorers read it.

mod blocks;
mod calls;
mod filter;
mod register;
mod types;

pub(crate) use blocks::{Located, locate, traced};
pub(crate) use register::register;
