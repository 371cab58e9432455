use crate::{answer::answer, args::FolderArgs};
use std::path::PathBuf;

/// Flags of `althing export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: FolderArgs,
    /// File to write: concatenated block RLP, in the clear
    #[arg(value_name = "FILE.rlp")]
    file: PathBuf,
    /// First height
    #[arg(default_value_t = 1)]
    from: u64,
    /// Last height [default: the head]
    to: Option<u64>,
}

/// Writes the blocks and prints how many.
pub(crate) fn run(args: &Args) -> eyre::Result<()> {
    let chain = althing_node::open_chain(&args.folder.root(), None)?;
    let count = chain.export_file(&args.file, args.from, args.to)?;
    chain.close()?;
    Ok(answer(format_args!("{count} blocks"))?)
}
