//! The server over a real socket, on a chain in memory.

mod accounts;
mod batches;
mod blocks;
mod calls;
mod code;
mod fees;
mod filters;
mod hostile;
mod logs;
mod meta;
mod openrpc;
mod otterscan;
mod parity;
mod pool;
mod ranges;
mod rig;
mod rpc_compat;
mod schemas;
mod simulate;
mod state;
mod submit;
mod subscriptions;
mod testing;
mod traces;
mod transactions;
mod web;
