/// Flags of `althing load`.
pub(crate) type Args = althing_load::LoadArgs;

/// Runs the load generator.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(althing_load::run(args))
}
