//! The command line of `althing`: arguments in, one call of `node` (or `load`, `ledger`), exit code out.
//!
//! ```text
//!   command line > TOML file (--config) > defaults
//!        |
//!      args::*  --parsed-->  commands::*  -->  althing_node
//! ```
//!
//! Standard output carries the answer, standard error the talk. Holds no logic of the chain and
//! prints no secret but the published keys of `althing dev`.

mod answer;
mod args;
mod cli;
mod commands;

pub use cli::run;
