use super::{ConfigArg, FolderArgs};
use clap::Args;
use std::path::PathBuf;

/// Which chain, and where it is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ChainArgs {
    #[command(flatten)]
    _config: ConfigArg,
    #[command(flatten)]
    folder: FolderArgs,
    /// Genesis file; the data folder must be empty or hold the same [default: that of `althing init`]
    #[arg(long, value_name = "FILE")]
    pub(crate) genesis: Option<PathBuf>,
}

impl ChainArgs {
    /// The folder given, or the default one.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.root()
    }
}
