//! The state's Merkle-Patricia trie in memory: accounts, and below each account its storage.
//!
//! Pure: no I/O, no clock, no randomness. Same changes, same root, on every validator.
//!
//! ```text
//!          root v1      root v2          a version shares every node it did not change
//!            |  \______   |                 with the version it was made from
//!            |         \  |
//!          branch      branch'           prepare(&self): walks the old nodes, builds and hashes
//!          /    \      /    \              new ones outside the arena, in parallel
//!       leaf   branch-+    leaf'         install(&mut self): moves them in
//!              /    \                    free(&mut self): takes out what nobody reaches
//! ```
//!
//! Nodes are immutable once installed, so any number of versions (blocks that are not final,
//! recent blocks that can still be proven) live side by side, dropping one restores exactly what
//! was before it, and proofs are read while the next root is computed. A branch holds its
//! children's hashes next to their indices: hashing touches no other node.
//!
//! A version that is only to be looked at is a [`Projection`]: it reads the nodes below it one by
//! one, so that a lock around the trie is free between any two of them, and is never installed.
//!
//! Keys are keccak256 of address and slot. Storage is one subtree a contract, its root held by the
//! account's leaf. Values are kept as numbers and encoded (RLP) only to be hashed.
//!
//! Trust boundary: none crossed. Nothing here may log a key or a value.

mod arena;
mod build;
#[cfg(test)]
mod build_tests;
mod encode;
mod install;
mod load;
mod node;
mod path;
mod projection;
mod proof;
mod range;
mod slab;
mod source;
mod trie;
mod update;

pub use projection::{Access, Projection};
pub use proof::{Proof, SlotProof};
pub use range::HashedAccount;
pub use trie::{Nodes, Prepared, Root, StateTrie, Version};
