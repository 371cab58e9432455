#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a command line tool answers on its streams")]

use crate::{Expected, Selection, Suite, run};
use clap::Parser;
use eyre::{WrapErr, eyre};
use std::{fs, path::PathBuf, process::ExitCode};

/// Plays fixtures, prints a line for each failure and `N passed, N failed` in the end.
#[derive(Parser)]
#[command(name = "conformance", version)]
struct Args {
    /// Kind of the fixtures
    suite: Suite,
    /// Folder with them, at any depth, or one file
    dir: PathBuf,
    /// Threads [default: one a core]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    jobs: usize,
    /// Only cases whose name, `FILE::CASE`, contains this
    #[arg(long)]
    filter: Option<String>,
    /// Only so many cases of each file, the same ones every time
    #[arg(long)]
    per_file: Option<usize>,
    /// Cases that are to fail, `PATTERN: reason` a line [default: the project's reviewed list]
    #[arg(long, value_name = "FILE")]
    expected: Option<PathBuf>,
    /// Also writes every verdict as JSON
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

/// The command `conformance`: failure where a case failed or none was found.
///
/// # Errors
/// A file cannot be read or written.
pub fn cli() -> eyre::Result<ExitCode> {
    let args = Args::parse();
    let expected = match &args.expected {
        Some(path) => {
            let text = fs::read_to_string(path).wrap_err_with(|| path.display().to_string())?;
            Expected::parse(&text).map_err(|error| eyre!("{}: {error}", path.display()))?
        }
        None => args.suite.expected(),
    };
    let selection = Selection { jobs: args.jobs, filter: args.filter, per_file: args.per_file, expected };
    let report = run(args.suite, &args.dir, &selection)?;
    report.failures().for_each(|line| println!("{line}"));
    if let Some(path) = &args.json {
        let json = report.to_json(&format!("{:?}", args.suite).to_lowercase());
        fs::write(path, json.to_string()).wrap_err_with(|| path.display().to_string())?;
    }
    println!("{}", report.closing_line());
    let right = report.failed() == 0 && report.passed() > 0;
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
