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

/// Imports file by file. The first invalid block ends its file, the others go on; the head is
/// printed either way, and the exit code says whether anything was invalid.
pub(crate) fn run(args: &Args) -> eyre::Result<()> {
    let chain = althing_node::open_chain(&args.chain.root(), args.chain.genesis.as_deref())?;
    let mut invalid = 0;
    for file in &args.files {
        if let Err(error) = chain.import_file(file) {
            complain(format_args!("althing: {}: {error}", file.display()));
            invalid += 1;
        }
    }
    let head = chain.close()?;
    answer(format_args!("head {} {}", head.number, head.hash))?;
    if invalid > 0 {
        bail!("{invalid} of {} files had an invalid block", args.files.len());
    }
    Ok(())
}
