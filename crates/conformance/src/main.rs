//! `conformance SUITE DIR`: plays anybody's fixtures in the formats of Ethereum's suites.

fn main() -> eyre::Result<std::process::ExitCode> {
    althing_conformance::cli()
}
