use clap::Args;
use std::path::PathBuf;

/// Where a node keeps its data.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct FolderArgs {
    /// Data folder [default: ~/.althing]
    #[arg(long, value_name = "DIR")]
    pub(crate) datadir: Option<PathBuf>,
}

impl FolderArgs {
    /// The folder given, or the default one.
    pub(crate) fn root(&self) -> PathBuf {
        self.datadir.clone().unwrap_or_else(default_root)
    }
}

/// `~/.althing`, or `./.althing` for a user without home.
pub(crate) fn default_root() -> PathBuf {
    std::env::home_dir().unwrap_or_default().join(".althing")
}
