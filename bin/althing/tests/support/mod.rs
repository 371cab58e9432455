//! Real processes of the binary, real sockets: what the tests of this folder drive.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::disallowed_methods, reason = "tests open files, sockets and clocks of their own")]

mod process;
mod rpc;
mod wallet;

pub use process::{Althing, Finished, Testnet, free_ports, run};
pub use rpc::{Rpc, hex_u64, until};
pub use wallet::Wallet;
