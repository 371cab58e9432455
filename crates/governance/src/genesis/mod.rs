//! The storage that system contracts are born with, written by the code that later changes it.

mod host;
mod install;

pub use install::{GenesisMember, GovernanceGenesis, Refused, storage};
