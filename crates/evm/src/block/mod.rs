//! A block: what happens before, between and after its transactions, shared by verifying and
//! building.

mod build;
mod deposit;
mod execute;
mod outcome;
mod rewards;
mod run;
mod system;
mod trace;

pub use build::{BuildAttributes, BuildLimits, Built, Rejection, TransactionSource};
pub use outcome::Executed;
