//! The state on disk: what differs from the genesis, sealed, some blocks behind the head.
//!
//! ```text
//!   commit ──queue──► fold (10 blocks, 2 s, 100 k keys) ──► seal ──► one durable transaction
//!                                                                    rows, indexes, height
//!   start:  genesis ◄─ replaced by rows ──► state, root recomputed and compared with the header
//! ```
//! One key a checkpoint, from a fresh salt; a value carries its checkpoint's number and counter.
//! Row keys are a PRF of the address, slot or hash. A host that swaps the files for older ones
//! gives an older checkpoint, which replay brings up to date; any mixture has another root and
//! is discarded.

mod fold;
mod load;
mod source;
mod vault;
mod writer;

pub use load::Discarded;
pub(crate) use load::{LoadError, load};
pub use source::{BlockSource, CheckpointMode, Durable};
pub(crate) use vault::Vault;
pub(crate) use writer::{Checkpointer, Writer, start_writer};
