//! Every key of a network: derived from the ledger secret, used to seal, never shown.
//!
//! ```text
//!   ledger secret S_e ──HKDF-Extract(label, chain id, genesis hash)──► PRK_e
//!                                                                       │ HKDF-Expand(label of the purpose and use)
//!                          ┌──────────────┬───────────────┬─────────────┴┐
//!                     block-seal     derived-seal     state-prf        randomness-prf ...
//!                          │ HKDF-Expand(salt, context, 64) = key ‖ commitment
//!                          ▼
//!          sealed record = salt ‖ commitment ‖ AES-256-GCM(key, nonce 0, AAD) ‖ tag
//! ```
//!
//! A record has one key, made from its salt, so there is no nonce counter that a host could roll
//! back, and it is key-committing: it opens under one ledger secret only.
//!
//! Inside the trust boundary, no surface of its own: it never touches a file, a socket or a log.
//! Secrets here have no `Debug`, `Display`, `Clone` or `Serialize` and are zeroized on drop.

mod checkpoint;
mod error;
mod keyring;
mod purpose;
mod record;
mod secret;

pub use checkpoint::{CheckpointOpener, CheckpointSealer, SEALED_VALUE_OVERHEAD_BYTES};
pub use error::{CounterExhausted, OpenError};
pub use keyring::Keyring;
pub use purpose::{Assurance, Purpose};
pub use record::{Place, SEALED_OVERHEAD_BYTES};
pub use secret::{LedgerSecret, random};
