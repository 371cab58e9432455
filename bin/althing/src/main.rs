//! The `althing` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    althing_cli::run(std::env::args_os().collect())
}
