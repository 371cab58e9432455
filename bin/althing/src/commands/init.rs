use crate::{answer::answer, args::FolderArgs};
use std::path::PathBuf;

/// Flags of `althing init`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: FolderArgs,
    /// Genesis file: geth's JSON, with an `althing` section where a consortium decides
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
}

/// Prepares a data folder and prints the genesis hash.
pub(crate) fn run(args: &Args) -> eyre::Result<()> {
    let hash = althing_node::init(&args.folder.root(), &args.genesis)?;
    Ok(answer(hash)?)
}
