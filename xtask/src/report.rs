use crate::tidy::Findings;
use std::process::ExitCode;

/// Prints the findings, one a line, and says by the exit code whether there were none.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool answers on its streams")]
pub fn report(findings: &eyre::Result<Findings>) -> ExitCode {
    match findings {
        Ok(findings) if findings.is_empty() => {
            println!("tidy: nothing to mend");
            ExitCode::SUCCESS
        }
        Ok(findings) => {
            findings.iter().for_each(|finding| println!("tidy: {finding}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("tidy: {error:#}");
            ExitCode::FAILURE
        }
    }
}
