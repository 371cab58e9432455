//! Development tasks: `cargo run -p xtask -- tidy`, `genesis`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool answers on its streams")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("tidy") => xtask::report(&xtask::tidy()),
        Some("genesis") => match xtask::genesis() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("usage: xtask tidy|genesis");
            ExitCode::from(2)
        }
    }
}
