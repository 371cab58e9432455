use crate::{
    answer::complain,
    args::{self, LogArgs},
    commands::{account, dev, export, governance, import, init, ledger, load, member, node, testnet, version},
};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::{ffi::OsString, process::ExitCode};

/// An Ethereum-compatible chain for confidential consortia.
///
/// `althing dev` starts a chain on this machine; `althing testnet --validators 4 --datadir DIR`
/// one that four validators agree on.
#[derive(Debug, Parser)]
#[command(name = "althing", version, args_override_self = true)]
struct Cli {
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a chain for development: one validator, funded accounts, HTTP and WebSocket
    Dev(dev::Args),
    /// Make keys and a genesis, and start a network of several validators on this machine
    Testnet(testnet::Args),
    /// Prepare a data folder from a genesis file
    Init(init::Args),
    /// Run a node on a prepared data folder
    Node(Box<node::Args>),
    /// Add blocks from RLP files
    Import(import::Args),
    /// Write blocks to an RLP file
    Export(export::Args),
    /// Make, list and import keystore accounts
    Account(account::Args),
    /// Propose, cast ballots and follow proposals as a member, through any node
    Member(Box<member::Args>),
    /// Read constitution, members, nodes and parameters through any node
    Governance(governance::Args),
    /// Check a ledger without its keys
    Ledger(ledger::Args),
    /// Put load on any Ethereum JSON-RPC endpoint and report what came through
    Load(Box<load::Args>),
    /// Print the version
    Version,
}

/// Runs one command line; the exit code says whether it succeeded.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(Refusal::Usage(error)) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
        Err(Refusal::Config(error)) => {
            complain(format_args!("althing: {error}"));
            return ExitCode::from(2);
        }
    };
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("althing: {}", one_line(&error)));
            ExitCode::FAILURE
        }
    }
}

/// Why a command line was not understood.
enum Refusal {
    Usage(clap::Error),
    Config(args::ConfigError),
}

fn parse(arguments: Vec<OsString>) -> Result<Cli, Refusal> {
    let arguments = args::with_config_file(arguments).map_err(Refusal::Config)?;
    let matches = command().try_get_matches_from(arguments).map_err(Refusal::Usage)?;
    Cli::from_arg_matches(&matches).map_err(Refusal::Usage)
}

/// The parser. A flag given twice counts as given last, so that the command line beats the file.
fn command() -> clap::Command {
    Cli::command().mut_subcommands(|command| command.args_override_self(true))
}

fn dispatch(cli: Cli) -> eyre::Result<()> {
    if let Command::Load(args) = cli.command {
        return load::run(*args);
    }
    cli.log.start()?;
    match cli.command {
        Command::Dev(args) => dev::run(args),
        Command::Testnet(args) => testnet::run(args),
        Command::Init(args) => init::run(&args),
        Command::Node(args) => node::run(*args),
        Command::Import(args) => import::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Account(args) => account::run(args),
        Command::Member(args) => member::run(*args),
        Command::Governance(args) => governance::run(args),
        Command::Ledger(args) => ledger::run(args),
        Command::Load(_) => unreachable!("handled above"),
        Command::Version => version::run(),
    }
}

/// The error with its causes, each said once.
fn one_line(error: &eyre::Report) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |line, cause| match line {
        line if line.is_empty() => cause,
        line if line.contains(&cause) => line,
        line => format!("{line}: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn global_flags_and_a_commands_own_do_not_meet() {
        let words = ["althing", "--log.json", "load", "--rpc", "http://127.0.0.1:1", "--json", "out.json"];
        let Command::Load(_) = parse(words.map(OsString::from).to_vec()).ok().expect("it parses").command else {
            panic!("`load` was asked for");
        };
    }
}
