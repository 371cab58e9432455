//! One file a subcommand: its flags and what it does with them.

pub(crate) mod account;
pub(crate) mod dev;
pub(crate) mod export;
pub(crate) mod governance;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod load;
pub(crate) mod member;
pub(crate) mod node;
pub(crate) mod replay;
pub(crate) mod testnet;
pub(crate) mod version;
