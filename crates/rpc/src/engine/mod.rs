//! The engine API's `forkchoiceUpdated`, on a port of its own behind a JWT secret.
//!
//! Blocks never come this way: a network's come from consensus, an imported chain's from files. Test tools that drive any
//! execution client (hive) name the head they expect before they ask anything, and wait for `VALID`.

mod authorization;
mod methods;
mod server;

pub use alloy_rpc_types_engine::JwtSecret;
pub use server::{EngineHandle, EngineServer, Known};
