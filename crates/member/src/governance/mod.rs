//! `althing governance`: read the state of governance.

mod command;
mod export;
mod replay;
mod show;
mod simulate;

pub use command::{GovernanceCommand, run_governance};
pub use replay::{Proof, print_record};
