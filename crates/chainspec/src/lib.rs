//! From a genesis file to a chain specification that is valid by construction.
//!
//! ```text
//!   genesis.json ──parse──> Genesis (raw: geth's fields + `althing`) ──check──> ChainSpec
//!                              ▲                                             ├ genesis block, its hash
//!   presets: dev, testnet ─────┘                                             ├ accounts of the genesis state
//!                                                                            ├ fork schedule, blob parameters
//!                                                                            └ consortium: validators, pace, fees
//! ```
//!
//! A field that is unknown, or that contradicts another, is an error that names it; nothing is
//! guessed. What weakens security is said in the genesis or nowhere.
//!
//! Pure: no files, no clock, no environment. The caller reads the file.

mod account;
mod blob;
mod consortium;
mod error;
mod forks;
mod genesis;
mod genesis_files;
mod governance;
mod header;
mod presets;
mod spec;

pub use account::{Alloc, GenesisAccount, state_root};
pub use alloy_hardforks::{EthereumHardfork as Hardfork, EthereumHardforks, ForkCondition};
pub use consortium::{Consortium, FeeMode, Timeouts, Validator};
pub use error::GenesisError;
pub use forks::ForkSchedule;
pub use genesis::{
    BlobSchedule, BlobScheduleEntry, Genesis, GenesisConfig, RawAllowLists, RawConsortium, RawFloor, RawFunctionRule,
    RawGovernance, RawJoinPolicy, RawKind, RawMember, RawParameters, RawReadPolicy, RawRole, RawRule,
};
pub use genesis_files::genesis_files;
pub use presets::{DEV_CHAIN_ID, DEV_MNEMONIC, DEV_VALIDATOR_SECRET, dev_accounts};
pub use spec::ChainSpec;
