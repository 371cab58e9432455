//! `althing governance`: read the state of governance.

mod command;
mod export;
mod show;
mod simulate;

pub use command::{GovernanceCommand, run_governance};
