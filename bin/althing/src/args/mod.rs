//! Groups of flags that several commands share.

mod chain;
mod config;
mod edition;
mod fees;
mod folder;
mod log;
mod server;

pub(crate) use chain::ChainArgs;
pub(crate) use config::{ConfigArg, ConfigError, with_config_file};
pub(crate) use fees::Fees;
pub(crate) use folder::{FolderArgs, default_root};
pub(crate) use log::LogArgs;
pub(crate) use server::{ServerArgs, Transports};
