use clap::{Args, ValueEnum};
use std::{path::PathBuf, str::FromStr};

/// Phrase of the accounts that development chains fund (Althing, Anvil, Hardhat).
const DEV_MNEMONIC: &str = "test test test test test test test test test test test junk";

/// What to offer, to whom, for how long.
#[derive(Args, Clone, Debug)]
pub struct LoadArgs {
    /// Endpoints, `http://host:port[/path]`; connections are dealt out over them
    #[arg(long, required = true, value_delimiter = ',', value_name = "URL")]
    pub rpc: Vec<String>,
    /// What the transactions do
    #[arg(long, value_enum, default_value_t = Kind::Transfer)]
    pub kind: Kind,
    /// Accounts that send
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub accounts: u32,
    /// Transactions a second, or `max`: as fast as they are taken
    #[arg(long, default_value = "max", value_name = "R")]
    pub rate: Rate,
    /// How long to offer them: `60s`, `2m`, or seconds
    #[arg(long, default_value = "30s", value_name = "S", value_parser = seconds)]
    pub duration: u64,
    /// Transactions in one request
    #[arg(long, default_value_t = 100, value_name = "B", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub batch: u32,
    /// Connections
    #[arg(long, default_value_t = 8, value_name = "C", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub connections: u32,
    /// With `--rate max`: transactions sent and not included yet, at most
    #[arg(long, default_value_t = 8000, value_name = "N")]
    pub in_flight: u32,
    /// With `--rate max`: transactions signed beforehand for each second
    #[arg(long, default_value_t = 8000, value_name = "R")]
    pub presign: u32,
    /// Validators of the network, for E; the number of URLs if not given
    #[arg(long, value_name = "N")]
    pub validators: Option<u32>,
    /// Further local ports whose processes' CPU time is counted
    #[arg(long, value_delimiter = ',', value_name = "PORT")]
    pub port: Vec<u16>,
    /// Seed of the accounts; the same seed uses the same accounts again
    #[arg(long, default_value = "althing", value_name = "TEXT")]
    pub seed: String,
    /// Phrase whose first ten accounts fund the senders (a published one: it shows in the process list)
    #[arg(long, default_value = DEV_MNEMONIC, value_name = "WORDS")]
    pub mnemonic: String,
    /// File with the private key (hex) of the account that funds the senders, in place of the phrase
    #[arg(long, value_name = "FILE")]
    pub funder_key_file: Option<PathBuf>,
    /// How often the follower asks for the next block, in milliseconds
    #[arg(long, default_value_t = 20, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub poll_ms: u64,
    /// How long to wait at the end for what is not included yet, in seconds
    #[arg(long, default_value_t = 30, value_name = "S")]
    pub drain: u64,
    /// File the figures are also written to, as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// What the transactions do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Move one wei
    Transfer,
    /// Call `transfer` of an ERC-20 token
    Erc20,
    /// Swap in a constant-product pair
    Swap,
    /// Half transfers, three tenths ERC-20, two tenths swaps
    Mixed,
}

/// How fast to offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// As fast as they are taken, with a bound on what is under way.
    Max,
    /// Transactions a second, whatever the server does.
    PerSecond(u32),
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "max" => Ok(Self::Max),
            Ok(rate @ 1..=1_000_000) => Ok(Self::PerSecond(rate)),
            _ => Err("a number from 1 to 1,000,000, or `max`".into()),
        }
    }
}

fn seconds(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.strip_suffix('m') {
        Some(minutes) => (minutes, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    let number: u64 = number.parse().map_err(|_| "seconds, like `60s`, or minutes, like `2m`")?;
    match number.saturating_mul(unit) {
        seconds @ 1..=86_400 => Ok(seconds),
        _ => Err("from one second to a day".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_durations_are_read_or_refused() {
        assert_eq!("max".parse(), Ok(Rate::Max));
        assert_eq!("1600".parse(), Ok(Rate::PerSecond(1600)));
        assert!("0".parse::<Rate>().is_err() && "fast".parse::<Rate>().is_err());
        assert_eq!((seconds("60s"), seconds("2m"), seconds("5")), (Ok(60), Ok(120), Ok(5)));
        assert!(seconds("0").is_err() && seconds("1h").is_err() && seconds("99999999999999999999m").is_err());
    }
}
