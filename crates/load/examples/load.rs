//! `althing load` by itself, for measuring other clients without building the node:
//! `cargo run --release -p althing-load --example load -- --rpc http://127.0.0.1:8545`.

use clap::Parser;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: althing_load::LoadArgs,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> eyre::Result<()> {
    althing_load::run(Cli::parse().args).await
}
