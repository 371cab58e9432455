use crate::{
    answer::{answer, complain},
    args::ChainArgs,
};
use eyre::bail;
use std::path::PathBuf;

/// Flags of `althing import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    /// Files of concatenated block RLP, imported in order
    #[arg(required = true, value_name = "FILE.rlp")]
    files: Vec<PathBuf>,
}

/// Imports file by file. The first invalid block ends its file, the others go on, on any branch;
/// the head is printed either way, and the exit code says whether anything was invalid.
pub(crate) fn run(args: &Args) -> eyre::Result<()> {
    let chain = althing_node::open_chain(&args.chain.root(), args.chain.genesis.as_deref())?;
    let (_, refused) = chain.import_files(&args.files)?;
    for file in &refused {
        complain(format_args!("althing: {}: {}", file.path.display(), file.error));
    }
    let head = chain.close()?;
    answer(format_args!("head {} {}", head.number, head.hash))?;
    if !refused.is_empty() {
        bail!("{} of {} files had an invalid block", refused.len(), args.files.len());
    }
    Ok(())
}
