//! Plays the fixtures of Ethereum's own test suites, anybody's, through our executor, trie, header
//! rules, import and decoders.
//!
//! ```text
//!   folder of JSON files ──> cases ──> play, in threads ──> report: a line a failure, the closing line
//!                              │                               └ compared with the expected failures
//!      blockchain: node::Chain::importer     state: evm::Executor::execute_alone, root by storage
//!      transactions: decoder, evm::Executor::check_transaction
//!      tries, rlp, basic, abi, keystore, wallet: what decodes and derives
//! ```
//!
//! A development tool, no part of a node. It reads files, and nothing else of the outside.

mod abi;
mod accounts;
mod basic;
mod blockchain;
mod case;
mod cli;
mod exceptions;
mod expected;
mod json;
mod keystore;
mod network;
mod report;
mod rlp;
mod run;
mod state;
mod suite;
mod transactions;
mod tries;
mod unsigned;
mod wallet;

pub use cli::cli;
pub use expected::Expected;
pub use report::Report;
pub use run::{Selection, run};
pub use suite::Suite;
