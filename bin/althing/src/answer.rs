use std::{
    fmt,
    io::{self, Write},
};

/// Writes lines to standard output: what the command was asked for, and nothing else.
///
/// # Errors
/// Standard output is closed.
pub(crate) fn answer(text: impl fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes a line to standard error, for the moment before, or without, a log.
pub(crate) fn complain(text: impl fmt::Display) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
