//! The client surface: Ethereum's JSON-RPC over HTTP and WebSocket on one port.
//!
//! ```text
//!  client ── TCP ─> transport: limits on connections, time, bytes; Host header; CORS
//!                      │
//!                   jsonrpsee: HTTP, WebSocket, JSON-RPC framing
//!                      │
//!                   dispatch: unknown methods, batches of raw transactions in one piece
//!                   (raw_batch does that before jsonrpsee where a batch holds nothing else)
//!                      │
//!           eth │ net │ web3 │ txpool │ debug │ trace │ ots │ althing │ rpc │ personal │ testing
//!                      │            one file a namespace, one file a subject in `eth`
//!        memory at once │ disk and CPU on workers
//!                      ▼
//!                   chain (what is announced)   pool   executor
//! ```
//!
//! This crate owns one surface of the trust boundary: what clients send is hostile until parsed,
//! what leaves is decided here. Every list, queue, wait and answer has a bound in [`Limits`]. It
//! never shows a block that is not durable, never signs outside insecure networks, and no text of
//! an internal error leaves it ("server error" does). No address, hash or value of a client goes
//! into a log.

mod allowance;
mod althing;
mod api;
mod arguments;
mod block_ref;
mod chain;
mod config;
mod context;
mod debug;
mod debug_ranges;
mod dev_signer;
mod dispatch;
mod duration_text;
mod engine;
mod error;
mod eth;
mod fees;
mod filters;
mod hex_text;
mod json;
mod log_query;
mod methods;
mod namespaces;
mod net;
mod openrpc;
mod ots;
mod personal;
mod prices;
mod quotas;
mod raw_batch;
mod server;
mod sync_waiters;
mod testing;
mod trace;
mod transport;
mod txpool;
mod web3;
mod workers;

pub use config::{Cors, Limits, Listen, RpcConfig};
pub use context::{Equivocation, NodeStatus, RpcContext, SyncProgress};
pub use dev_signer::{DevSigner, MnemonicError};
pub use engine::{EngineHandle, EngineServer, JwtSecret, Known};
pub use json::Edition;
pub use openrpc::page as openrpc_page;
pub use server::{RpcHandle, RpcServer, StartError};
