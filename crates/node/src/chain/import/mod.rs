//! Blocks from files, on chains without consensus: branches are kept until no block to come can
//! stand on them, then the best one is committed.
//!
//! ```text
//!              ┌─ 4' ─ 5'              open: executed, layers over the committed state
//!   1 ── 2 ── 3 ── 4                   head: highest total difficulty, after the merge the last
//!   └ committed: in the ledger ┘
//! ```
//!
//! A chain of our own consensus has one branch: its blocks are committed one by one.

mod batch;
mod branches;
mod error;
mod importer;

pub use error::ImportError;
pub use importer::{Imported, Importer};
