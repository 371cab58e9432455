//! Contracts every network of ours is born with: where they live and what code they carry.
//!
//! ```text
//!   chainspec presets ──> predeploys() ──> genesis alloc
//!   wallets, tools    ──> the same fixed addresses as on any Ethereum chain
//! ```
//!
//! Data only: no logic, no I/O, nothing secret. The byte codes are the ones deployed on Ethereum's
//! main network; tests prove it by the signature of their deployment transactions or their hash.

mod predeploys;

pub use predeploys::{CREATE2_DEPLOYER_ADDRESS, MULTICALL3_ADDRESS, Predeploy, predeploys};
