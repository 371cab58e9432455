use serde_json::Value;
use std::{
    fmt,
    io::{self, BufRead, IsTerminal, Write},
};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
pub(crate) struct Form {
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl Form {
    /// Writes the answer: JSON where that is asked for, else the words.
    pub(crate) fn answer(self, json: &Value, words: impl fmt::Display) -> eyre::Result<()> {
        if self.json { say(&format!("{json:#}")) } else { say(&words.to_string()) }
    }
}

/// Writes lines to standard output.
///
/// # Errors
/// Standard output is closed.
pub(crate) fn say(text: &str) -> eyre::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", text.trim_end())?;
    Ok(out.flush()?)
}

/// Writes a line to standard error: the talk beside the answer.
pub(crate) fn remark(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Asks a question that only `yes` answers.
///
/// # Errors
/// Standard input cannot be read.
pub(crate) fn confirmed(question: &str) -> eyre::Result<bool> {
    remark(&format!("{question} Type yes:"));
    Ok(read_line()?.eq_ignore_ascii_case("yes"))
}

/// Whether a person sits at standard input.
pub(crate) fn is_attended() -> bool {
    io::stdin().is_terminal()
}

/// A line of standard input, without its end.
pub(crate) fn read_line() -> eyre::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    line.truncate(line.trim_end().len());
    Ok(line)
}
