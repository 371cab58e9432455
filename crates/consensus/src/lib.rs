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
//! never lets a vote leave before its journal entry is durable.

mod application;
mod block;
mod certificate;
mod committee;
mod config;
pub mod engine;
mod handle;
mod network;
mod pacing;
mod scheme;
mod store;

pub use application::{Application, ApplicationError, Event, Signals, Slot, Verdict};
pub use certificate::verify_certificate;
pub use committee::{Committee, CommitteeError, PublicKey, SecretKey};
pub use config::{Config, Pacing, Peer, Timeouts};
pub use handle::{Handle, StartError, Status, start};
