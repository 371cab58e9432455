//! A block: what happens before, between and after its transactions, shared by verifying and
//! building.

mod alone;
mod build;
mod deposit;
mod execute;
mod outcome;
mod partial;
pub(crate) mod rewards;
mod run;
pub(crate) mod system;
mod trace;

pub use build::{BuildAttributes, BuildLimits, Built, Rejection, TransactionSource};
pub use outcome::Executed;
pub(crate) use outcome::receipts_root;
pub use rewards::{Reward, RewardKind};
pub(crate) use run::BlockEvm;
pub(crate) use trace::Before;
