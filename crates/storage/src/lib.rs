//! The state in memory: flat maps and Merkle-Patricia trie, layers of blocks that are not final
//! yet, views of exactly one height, state roots, proofs, recent history and indexes.
//!
//! ```text
//!   stage(parent, changes) -> Staged -> insert -> layer ---- commit ----> base + reverse diff
//!
//!   view = layers over an anchor    L3 -> L2 -> anchor (committed block h)
//!   a read: 1. layers, newest first
//!           2. the base (finalized tip, may already be ahead of h)
//!           3. the reverse diffs of blocks above h, oldest first (published before the base moves)
//! ```
//!
//! The ledger is the truth; everything here can be rebuilt from a checkpoint and the ledger. Reads
//! take a shard's lock for one lookup, so a commit holds nobody up for long and is held up by nobody.
//!
//! Trust boundary: this crate owns the part of the disk surface that holds checkpoints and
//! indexes; nothing leaves it unsealed. It must never log a key or a value, and no hash-map order
//! may reach a result.

mod archive;
mod base;
mod chain;
mod checkpoint;
mod codes;
mod commit;
mod durable;
mod error;
mod history;
mod index;
pub mod kv;
mod layer;
mod loader;
mod logs;
mod positions;
mod projection;
mod proof;
mod range;
mod recent;
mod rewind;
mod shards;
mod shared;
mod staged;
mod storage;
mod table;
#[cfg(test)]
mod tests;
mod view;

pub use checkpoint::{BlockSource, CheckpointMode, Discarded, Durable};
pub use error::StateError;
pub use logs::LogQuery;
pub use proof::{AccountProof, StorageProof};
pub use staged::Staged;
pub use storage::{StateSize, Storage, StorageConfig};
pub use view::View;
