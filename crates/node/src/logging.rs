use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// How the talk on stderr looks.
#[derive(Clone, Debug, Default)]
pub struct LogConfig {
    /// A level, or a filter such as `info,althing_consensus=debug`.
    pub filter: String,
    /// JSON objects, one a line, instead of text.
    pub format: LogFormat,
}

/// Form of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For collectors: one JSON object a line.
    Json,
}

/// Sends `tracing` to stderr. Once a process.
///
/// # Errors
/// The filter does not parse, or logging was started before.
pub fn start(config: &LogConfig) -> eyre::Result<()> {
    let filter =
        EnvFilter::try_new(&config.filter).map_err(|error| eyre::eyre!("--log.level {}: {error}", config.filter))?;
    let registry = tracing_subscriber::registry().with(filter);
    match config.format {
        LogFormat::Text => {
            let colors = std::io::stderr().is_terminal();
            registry.with(fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(colors)).try_init()?;
        }
        LogFormat::Json => {
            registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()?;
        }
    }
    Ok(())
}
