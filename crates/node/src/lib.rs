//! The composition root: opens a data folder, joins every part into one running node, and ends it
//! in order.
//!
//! ```text
//!   config, keys (files)          status: /health /ready /metrics
//!            \                     /
//!   bin ---> launch ---> Chain (consensus::Application)
//!                         |   build, execute, commit, replay, import
//!            +------------+------------+-----------+---------+
//!         consensus    storage      ledger      txpool      rpc
//! ```
//!
//! Trust boundary: this crate owns configuration, the clock, key files (insecure networks only),
//! logs and metrics. It must never log an address, a hash or a value, never let a setting weaken
//! what the genesis demands, and never serve a block that is not durable.

mod audit;
pub mod chain;
mod clock;
mod config_file;
mod data_folder;
mod dev;
mod engine;
mod ephemeral;
mod files;
mod genesis;
mod key_file;
mod launch;
mod ledger_source;
mod logging;
mod open;
mod progress;
mod seams;
mod serve;
mod shutdown;
mod status;
mod system_state;
mod testnet;

pub use althing_chainspec::{DEV_MNEMONIC, FeeMode};
pub use althing_rpc::{Cors, Edition, Listen};
pub use audit::{AuditError, Governed, Replayed, SystemStorage, Verified, replay_governance, verify_ledger};
pub use chain::{Chain, Parts};
pub use clock::{Clock, SystemClock};
pub use config_file::{ConfigFileError, arguments as config_file_arguments};
pub use data_folder::{DataFolder, DataFolderError};
pub use dev::{DevConfig, dev_accounts, run_dev};
pub use files::RefusedFile;
pub use genesis::{GenesisFile, SetupError, init};
pub use key_file::{FileSecret, KeyFileError};
pub use launch::{EngineSettings, Folder, NodeConfig, Role, RpcSettings, Running, run};
pub use logging::{LogConfig, LogFormat, start as start_logging};
pub use open::{OpenChain, open_chain};
pub use progress::Progress;
pub use seams::Seams;
pub use shutdown::Lifetime;
pub use testnet::{TestnetConfig, run_testnet};
