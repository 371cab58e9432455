//! The ledger: committed blocks and their certificates, sealed, append-only. It is the truth;
//! everything else on disk is a cache of it.
//!
//! ```text
//!            put_block, put_certificate            put_derived
//!                      │                                │
//!              ┌───────▼────────┐              ┌────────▼────────┐
//!   sync ─────►│ truth          │              │ derived         │  senders, receipts, changesets;
//!  (fdatasync) │ block          │              │ requests;       │  written at commit without
//!              │ certificate    │              │ re-derived by   │  a sync of its own
//!              │                │              │ replay if lost  │
//!              └───────┬────────┘              └────────┬────────┘
//!                      └─────────────► Fs ◄─────────────┘
//!                        segments of records:  header │ payload
//!                        payload = public section, authenticated ‖ sealed section
//!                        block: header ‖ body; requests (the governance delta): all public
//!                        certificates are public, the other derived records sealed
//! ```
//!
//! This crate owns one surface of the trust boundary: files (with `storage`). What it writes is
//! sealed except headers, hashes, certificates and requests; what it reads is checked before it is believed.
//! It must never report a block durable before [`Ledger::sync`] returned, and never repair truth
//! on its own: an incomplete last record is dropped and reported, anything else stops the node.

mod block_codec;
mod cache;
mod derived_codec;
mod error;
pub mod fs;
mod index;
mod ledger;
mod open;
mod options;
mod public;
mod read;
mod record;
mod recover;
mod requests_codec;
mod segment;
mod stream;

pub use block_codec::{BLOCK_BYTES_MAX, CodecError, decode_block, encode_block};
pub use error::{Damage, LedgerError};
pub use ledger::{Ledger, SyncTicket};
pub use options::{Dropped, OpenMode, OpenOptions, Recovery, Stream};
pub use public::{PublicBlock, PublicLedger};
pub use read::{CertificateProof, LINK_HEADERS_MAX};
