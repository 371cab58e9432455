//! The server over a real socket, on a chain in memory.

mod rig;
mod rpc_compat;
