//! What consensus says and signs, and when a block is due: the part that needs no engine.
//!
//! ```text
//!   Committee, SecretKey ── who votes          scheme ───────── the engine's types, made concrete
//!   SealedBlock ─────────── a block on the wire, opened and checked as it is read
//!   certificate ─────────── a quorum's signatures, checked without the engine
//!   evidence ────────────── two conflicting votes of one validator, as plain bytes
//!   batch, tip ──────────── messages between nodes     Pacing, Budget ── arithmetic on time
//! ```
//!
//! Pure: no I/O, no clock, no task. What comes from a peer is bytes until it was read here. It is a
//! crate of its own so that its tests are compiled without the engine, which takes minutes.

pub mod batch;
mod block;
mod budget;
pub mod certificate;
mod committee;
pub mod evidence;
mod pacing;
pub mod scheme;
pub mod tip;

pub use block::{BlockCodec, SealError, SealedBlock};
pub use budget::Budget;
pub use committee::{Committee, CommitteeError, PublicKey, SecretKey};
pub use evidence::{Evidence, SignedVote};
pub use pacing::{EMPTIES_MAX, Pace, Pacing, Parent, count_empties, is_change_pending};
