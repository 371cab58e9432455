//! Governance from a member's desk: `althing member` and `althing governance`, clients of any node.
//!
//! ```text
//!   words of a command line ──abi──> calls ──> propose, ballot ──keys──> signed ──node──> JSON-RPC
//!   a person, a script      <─abi──  calls, reverts, events, state  <────node────────────  of any node
//! ```
//!
//! Knows what the ABIs of `althing_contracts` say and nothing more: whatever it does, `cast` and any
//! wallet can do as well.
//!
//! **Must never** print a key, send a transaction nobody asked for, or believe a signer that signed
//! something else.
//!
//! **Trust boundary**: outside; a client like any other. It owns its sockets, its clock and the files
//! it is told to read and write.
#![allow(clippy::disallowed_methods, reason = "a client outside the trust boundary: it reads key files and the clock")]

mod abi;
mod answer;
mod governance;
mod keys;
mod member;
mod node;
mod proposal;
mod snapshot;
mod times;

pub use governance::{GovernanceCommand, Proof, print_record, run_governance};
pub use member::{MemberCommand, run_member};
pub use node::{Record, RecordedEvent};
