use crate::{answer::answer, args::FolderArgs};
use alloy_signer_local::PrivateKeySigner;
use althing_primitives::{B256, hex};
use clap::Subcommand;
use eyre::{WrapErr, bail, ensure};
use std::{
    fs,
    io::{BufRead, IsTerminal},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Accounts are keystore v3 files, as geth writes and reads them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new key and print its address
    New(Keystore),
    /// Print address and file of each account
    List(Keystore),
    /// Take the private key in FILE (64 hexadecimal digits) into the keystore
    Import {
        /// File with the private key
        file: PathBuf,
        #[command(flatten)]
        keystore: Keystore,
    },
}

#[derive(Debug, clap::Args)]
struct Keystore {
    #[command(flatten)]
    folder: FolderArgs,
    /// Folder of the keystore files [default: keystore in the data folder]
    #[arg(long, value_name = "DIR")]
    keystore: Option<PathBuf>,
    /// File whose first line is the password; without it, standard input is asked
    #[arg(long, value_name = "FILE")]
    password: Option<PathBuf>,
}

/// Runs `althing account`.
pub(crate) fn run(args: Args) -> eyre::Result<()> {
    match args.command {
        Command::New(keystore) => store(&keystore, &PrivateKeySigner::random()),
        Command::List(keystore) => list(&keystore),
        Command::Import { file, keystore } => store(&keystore, &private_key(&file)?),
    }
}

impl Keystore {
    fn dir(&self) -> PathBuf {
        self.keystore.clone().unwrap_or_else(|| self.folder.root().join("keystore"))
    }

    fn read_password(&self) -> eyre::Result<Zeroizing<String>> {
        let Some(file) = &self.password else { return ask_password() };
        let text = Zeroizing::new(fs::read_to_string(file).wrap_err_with(|| file.display().to_string())?);
        Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
    }
}

/// From standard input, echoing where it is a terminal: the user is told.
fn ask_password() -> eyre::Result<Zeroizing<String>> {
    let input = std::io::stdin();
    if input.is_terminal() {
        crate::answer::complain("password of the new account (shown while you type; use --password FILE to avoid):");
    }
    let mut line = Zeroizing::new(String::new());
    input.lock().read_line(&mut line)?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

fn private_key(file: &Path) -> eyre::Result<PrivateKeySigner> {
    let text = Zeroizing::new(fs::read_to_string(file).wrap_err_with(|| file.display().to_string())?);
    let digits = text.trim().trim_start_matches("0x");
    let mut bytes = Zeroizing::new([0; 32]);
    if hex::decode_to_slice(digits, bytes.as_mut_slice()).is_err() {
        bail!("{}: expected a private key of 64 hexadecimal digits", file.display());
    }
    PrivateKeySigner::from_bytes(&B256::from(*bytes)).wrap_err_with(|| file.display().to_string())
}

fn store(keystore: &Keystore, signer: &PrivateKeySigner) -> eyre::Result<()> {
    let (dir, address) = (keystore.dir(), signer.address());
    ensure!(find(&dir, &digits(address))?.is_none(), "account {address} is in {} already", dir.display());
    fs::create_dir_all(&dir).wrap_err_with(|| dir.display().to_string())?;
    let password = keystore.read_password()?;
    let name = format!("UTC--{}--{}", utc_now(), digits(address));
    let key = Zeroizing::new(signer.to_bytes().0);
    PrivateKeySigner::encrypt_keystore(
        &dir,
        &mut rand_08::rngs::OsRng,
        key.as_slice(),
        password.as_bytes(),
        Some(&name),
    )?;
    Ok(answer(address)?)
}

fn list(keystore: &Keystore) -> eyre::Result<()> {
    for (address, path) in accounts(&keystore.dir())? {
        answer(format_args!("0x{address} {}", path.display()))?;
    }
    Ok(())
}

fn find(dir: &Path, address: &str) -> eyre::Result<Option<PathBuf>> {
    Ok(accounts(dir)?.into_iter().find_map(|(found, path)| (found == address).then_some(path)))
}

/// Address (from the file's name, as geth writes it) and path of each file, oldest first.
fn accounts(dir: &Path) -> eyre::Result<Vec<(String, PathBuf)>> {
    let Ok(entries) = fs::read_dir(dir) else { return Ok(Vec::new()) };
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<eyre::Result<Vec<_>>>()?;
    paths.sort();
    let address = |path: &PathBuf| Some(path.file_name()?.to_str()?.rsplit_once("--")?.1.to_owned());
    Ok(paths.into_iter().filter_map(|path| Some((address(&path)?, path))).collect())
}

fn digits(address: althing_primitives::Address) -> String {
    hex::encode(address)
}

/// Now as geth writes it into file names: `2026-01-31T23-59-59.000000000Z`.
#[allow(clippy::disallowed_methods, reason = "the name of a file says when it was made")]
fn utc_now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second, nanos) = (second / 3600, second / 60 % 60, second % 60, since.subsec_nanos());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}.{nanos:09}Z")
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar: eras of 400
/// years have 146,097 days, and years begin in March so that the leap day comes last.
const fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month, day) = (if month < 10 { month + 3 } else { month - 9 }, day - (153 * month + 2) / 5 + 1);
    (era * 400 + year + (month <= 2) as u64, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(59), (1970, 3, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_779), (2026, 11, 22));
    }
}
