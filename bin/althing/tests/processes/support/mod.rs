//! Processes of the binary, a JSON-RPC client, a wallet.

mod process;
mod rpc;
mod wallet;

pub(crate) use process::{Althing, Finished, Testnet, run};
pub(crate) use rpc::{Rpc, hex_u64, until};
pub(crate) use wallet::Wallet;
