//! What somebody without any key can check in a copy of a ledger, and read of governance there.
//!
//! ```text
//!   public sections ──► headers: a chain from the genesis
//!   of every block      certificates: a quorum of the epoch's committee ◄──────────┐
//!                       requests: as requestsHash says ──► slots of the system     │
//!                                  contracts after each block, folded ──► committee of the next epoch
//! ```
//!
//! A block without a certificate counts as final once a later one has it: the later names it by hash.

mod error;
mod replay;
mod storage;
mod verify;
mod walk;

pub use error::AuditError;
pub use replay::{Replayed, replay_governance};
pub use storage::SystemStorage;
pub use verify::verify_ledger;
pub use walk::{Governed, Verified};
