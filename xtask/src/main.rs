//! Development tasks: `cargo run -p xtask -- tidy`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool answers on its streams")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("tidy") => xtask::report(&xtask::tidy()),
        _ => {
            eprintln!("usage: xtask tidy");
            ExitCode::from(2)
        }
    }
}
