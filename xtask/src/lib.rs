//! Development tasks of the workspace. A tool for its authors: nothing here ships.
//!
//! ```text
//! xtask tidy ── layers      arrows between crates point down (table in ARCHITECTURE.md)
//!            ├─ sizes       files and functions stay readable
//!            ├─ roots       lib.rs and mod.rs declare, they do not implement
//!            ├─ logs        no field of a log line names what belongs to one account
//!            ├─ licences    every dependency's licence is one deny.toml allows
//!            └─ text        no download address, no path of somebody's machine in a tracked file
//! xtask genesis  writes genesis/*.json
//! ```
#![allow(clippy::disallowed_methods, reason = "a development tool reads the source tree")]

mod genesis;
mod report;
pub mod tidy;

pub use genesis::genesis;
pub use report::report;
pub use tidy::tidy;
