//! Processes of the binary, a JSON-RPC client, a wallet.

mod ballots;
mod load;
mod newcomer;
mod process;
mod rpc;
mod testnet;
mod wallet;

pub(crate) use ballots::Ballots;
pub(crate) use load::{Load, SINK};
pub(crate) use newcomer::Newcomer;
pub(crate) use process::{Althing, Finished, run};
pub(crate) use rpc::{Rpc, hex_u64, timed, until};
pub(crate) use testnet::Testnet;
pub(crate) use wallet::Wallet;
