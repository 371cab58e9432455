use althing_node::{LogConfig, LogFormat};
use clap::{ArgAction, Args};

/// What goes to standard error.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LogArgs {
    /// Log level, or a filter such as `info,althing_consensus=debug` [default: info]
    #[arg(id = "log.level", long = "log.level", value_name = "LEVEL", global = true)]
    level: Option<String>,
    /// Log as JSON, one object a line
    #[arg(id = "log.json", long = "log.json", global = true)]
    json: bool,
    /// More (-v debug, -vv trace)
    #[arg(short = 'v', action = ArgAction::Count, global = true)]
    verbose: u8,
    /// Errors only
    #[arg(short = 'q', long = "quiet", global = true)]
    quiet: bool,
}

impl LogArgs {
    /// Starts logging.
    pub(crate) fn start(&self) -> eyre::Result<()> {
        let format = if self.json { LogFormat::Json } else { LogFormat::Text };
        althing_node::start_logging(&LogConfig { filter: self.filter(), format })
    }

    /// The libraries below are quieter than our own crates by default.
    fn filter(&self) -> String {
        match (&self.level, self.quiet, self.verbose) {
            (Some(level), ..) => level.clone(),
            (None, true, _) => "error".into(),
            (None, false, 0) => "info,commonware_consensus=warn,commonware_p2p=warn,commonware_runtime=warn,\
                                 commonware_storage=warn,commonware_broadcast=warn,commonware_resolver=warn"
                .into(),
            (None, false, 1) => "debug,hyper=info,jsonrpsee=info".into(),
            (None, false, _) => "trace".into(),
        }
    }
}
