//! Byzantine agreement on blocks: commonware's simplex and marshal behind one synchronous trait.
//!
//! ```text
//!                 build, execute, commit (blocking threads)
//!   node::Chain  <-----------------------------------------  pacing
//!   (Application) --- work arrived, transactions to gossip -->   |
//!                                                            simplex  one engine an epoch
//!   ledger <-- blocks, certificates (one write, one sync) --- marshal
//!                                                                |
//!   journals (digests, views, signatures, sealed blocks) <----  p2p, authenticated and encrypted
//! ```
//!
//! Owns the sockets between nodes and the clock that paces blocks; it is the trust boundary
//! towards peers. Everything generic over the engine stays in here, behind [`start`] and
//! [`Handle`]; [`engine`] is the same assembly over any runtime, for the simulator. It never
//! executes a transaction, never decides what a valid block is beyond its place in the chain, and
//! never lets a vote leave before its journal entry is durable. What can be said without the
//! engine (wire formats, certificates, pace) is `althing-consensus-core`'s, and so are the tests:
//! this crate has no test harness, which would compile the engine a second time.

mod application;
mod config;
pub mod engine;
mod handle;
mod network;
mod schemes;
mod store;

pub use althing_consensus_core::{
    Committee, CommitteeError, EMPTIES_MAX, Evidence, Pace, Pacing, PublicKey, SecretKey, SignedVote,
    certificate::verify_certificate, is_change_pending,
};
pub use application::{Application, ApplicationError, Event, Peer, Signals, Slot, Standing, Verdict};
pub use config::{Config, Timeouts};
pub use handle::{Handle, StartError, Status, start};
