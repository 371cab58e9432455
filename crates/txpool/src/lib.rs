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
//! **Order**: with fees, by effective tip; equal tips and everything in fee mode zero are shared by sponsor, the
//! member a sender belongs to, so that each has as much gas as any other that wants it, over blocks too; then by
//! arrival. Active members' calls of system contracts come first, up to the system lane. In fee mode zero the same
//! nonce is replaced by a tip offered 10 % higher, or by any after ten seconds.
//!
//! **Pressure**: in a full pool the sponsor that takes most gives way.
//!
//! **Terms**: on a chain that governs itself, limits, fees and allow-lists are those of the state at the head. What
//! they forbid is refused with the reason, or leaves when they change. The hook is not the pool's to ask, which has no
//! EVM: who submits for a client asks it ([`Pool::submit_allowed`]), and blocks are checked again.
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
mod debts;
mod error;
mod evict;
mod fair;
mod follow;
mod free;
mod gas;
mod gossip;
mod head;
mod lane_room;
mod metrics;
mod place;
mod pool;
mod prepare;
mod rules;
mod senders;
mod shares;
mod standing;
mod standings;
mod tips;
mod transaction;

#[cfg(test)]
mod tests;

pub use best::{BestTransactions, Rejection};
pub use config::{Limits, PoolConfig};
pub use content::{Content, Status};
pub use error::PoolError;
pub use head::{Code, HeadError, HeadState, Sender};
pub use pool::{Allows, Pool};
pub use rules::{BlobRules, Rules};
pub use standing::Standing;
pub use transaction::{Origin, PooledTransaction};
