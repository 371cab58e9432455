//! Kinds of traces: geth's, Parity's, and what Otterscan wants to know.

mod geth;
mod operations;
mod parity;

pub use parity::TraceTypes;
