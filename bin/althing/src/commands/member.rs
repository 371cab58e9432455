/// A member's desk: propose, cast ballots, follow; through any node.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: althing_member::MemberCommand,
}

/// Runs `althing member`.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(althing_member::run_member(args.command))
}
