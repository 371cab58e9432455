//! The transaction pool: validates, orders, replaces, evicts and expires transactions that wait
//! for a block.
//!
//! ```text
//!  rpc ──Local──┐                        ┌─> best()        ─> proposer (evm::build, through node)
//!               ├─> submit ─> prepare ─> │   sender_of()   ─> verifier (no second recover)
//!  peers ─Peer──┘   (batch)   decode,    │   outgoing()    ─> consensus (gossip)
//!                             recover,   │   arrivals(), pending_hashes() ─> proposer, rpc
//!                             in parallel│
//!                                    Core (one lock, held for microseconds)
//!  node ─ on_commit(block, changes) ─────┘
//!  node ─ on_tick(now_ms)
//! ```
//!
//! **Must never** read a clock (time comes through [`Pool::on_tick`]), touch a file or socket, panic
//! on a transaction whoever sent it, or hold more than [`PoolConfig`]'s bounds.
//!
//! **Gossip rule**: the node that takes a transaction from a client sends it to every validator,
//! once at arrival and again while it waits too long; nobody forwards what came from a peer.
//!
//! **Order**: with fees, by effective tip, then arrival. With fee mode zero, by arrival alone; the
//! same nonce is replaced by a tip offered 10 % higher, or by any after ten seconds.
//!
//! **Blobs**: an imported chain's pool takes type 3 as geth does and proves every sidecar, but keeps only the
//! transaction: nobody asks this node for blobs. A consortium's pool refuses the type.
//!
//! **Trust boundary**: inside. What comes in is bytes of strangers; what goes out is checked against
//! the state at the head, and only that.

mod account;
mod admit;
mod best;
mod blobs;
mod config;
mod content;
mod core;
mod error;
mod evict;
mod gas;
mod gossip;
mod head;
mod metrics;
mod pool;
mod prepare;
mod rules;
mod senders;
mod transaction;

#[cfg(test)]
mod tests;

pub use best::{BestTransactions, Rejection};
pub use config::{Limits, PoolConfig};
pub use content::{Content, Status};
pub use error::PoolError;
pub use head::{Code, HeadError, HeadState, Sender};
pub use pool::Pool;
pub use rules::{BlobRules, Rules};
pub use transaction::{Origin, PooledTransaction};
