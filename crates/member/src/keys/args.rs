use super::{remote::Remote, signer::Signer};
use crate::answer::{is_attended, read_line, remark};
use alloy_signer_local::PrivateKeySigner;
use althing_primitives::{Address, B256, hex};
use eyre::{WrapErr, bail, eyre};
use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};
use zeroize::Zeroizing;

/// The key that signs; one of these.
#[derive(clap::Args)]
pub(crate) struct KeyArgs {
    /// Keystore file (version 3, as geth, cast and `althing account` write it)
    #[arg(long, value_name = "FILE", group = "key")]
    keystore: Option<PathBuf>,
    /// File whose first line is the keystore's password; without it, standard input is asked
    #[arg(long, value_name = "FILE", requires = "keystore")]
    password_file: Option<PathBuf>,
    /// File with the private key (64 hexadecimal digits)
    #[arg(long, value_name = "FILE", group = "key")]
    private_key_file: Option<PathBuf>,
    /// The private key itself, as cast takes it: for published keys, it shows in the process list
    #[arg(long, value_name = "KEY", group = "key")]
    private_key: Option<Secret>,
    /// JSON-RPC of a signer: Clef (`account_signTransaction`) or Web3Signer (`eth_signTransaction`)
    #[arg(long, value_name = "URL", group = "key")]
    signer: Option<String>,
    /// Print the transaction unsigned, for a hardware wallet or a machine without network; needs --from
    #[arg(long, group = "key", requires = "from")]
    unsigned: bool,
    /// Account to sign for, where the signer has several, or nobody signs
    #[arg(long, value_name = "ADDRESS", env = "ETH_FROM")]
    from: Option<Address>,
}

/// A word of the command line that is wiped when it is dropped.
#[derive(Clone)]
struct Secret(Zeroizing<String>);

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(Self(Zeroizing::new(word.to_owned())))
    }
}

impl KeyArgs {
    /// # Errors
    /// No key is named, or the file, its password or the signer is not as said.
    pub(crate) async fn open(&self) -> eyre::Result<Signer> {
        let signer = match (&self.keystore, &self.private_key_file, &self.private_key, &self.signer) {
            (Some(file), ..) => Signer::local(self.decrypt(file)?),
            (_, Some(file), ..) => {
                Signer::local(private_key(&read(file)?).wrap_err_with(|| file.display().to_string())?)
            }
            (_, _, Some(key), _) => Signer::local(private_key(&key.0)?),
            (.., Some(url)) => Signer::Remote(Remote::open(url, self.from).await?),
            _ if self.unsigned => Signer::Unsigned(self.from.ok_or_else(|| eyre!("--unsigned needs --from"))?),
            _ => {
                bail!("whose key? --keystore FILE, --private-key-file FILE, --signer URL or --unsigned --from ADDRESS")
            }
        };
        match self.from {
            Some(from) if from != signer.account() => bail!("the key is of {}, not of {from}", signer.account()),
            _ => Ok(signer),
        }
    }

    fn decrypt(&self, file: &Path) -> eyre::Result<PrivateKeySigner> {
        let password = match &self.password_file {
            Some(file) => Zeroizing::new(read(file)?.lines().next().unwrap_or_default().to_owned()),
            None => ask_password()?,
        };
        PrivateKeySigner::decrypt_keystore(file, password.as_bytes()).wrap_err_with(|| file.display().to_string())
    }
}

/// From standard input, echoing where it is a terminal: the user is told.
fn ask_password() -> eyre::Result<Zeroizing<String>> {
    if is_attended() {
        remark("password of the keystore (shown while you type; use --password-file FILE to avoid):");
    }
    Ok(Zeroizing::new(read_line()?))
}

fn read(file: &Path) -> eyre::Result<Zeroizing<String>> {
    Ok(Zeroizing::new(fs::read_to_string(file).wrap_err_with(|| file.display().to_string())?))
}

fn private_key(text: &str) -> eyre::Result<PrivateKeySigner> {
    let mut bytes = Zeroizing::new([0; 32]);
    if hex::decode_to_slice(text.trim(), bytes.as_mut_slice()).is_err() {
        bail!("expected a private key of 64 hexadecimal digits");
    }
    PrivateKeySigner::from_bytes(&B256::from(*bytes)).wrap_err("no private key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args, Command, FromArgMatches};

    const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    async fn account(words: &[&str]) -> eyre::Result<String> {
        let command = KeyArgs::augment_args(Command::new("x"));
        let matches = command.try_get_matches_from([&["x"], words].concat())?;
        Ok(KeyArgs::from_arg_matches(&matches)?.open().await?.account().to_string())
    }

    #[tokio::test]
    async fn a_keystore_opens_with_its_password_only() {
        let dir = tempfile::tempdir().unwrap();
        let signer = private_key(KEY).unwrap();
        let mut rng = rand_08::rngs::OsRng;
        PrivateKeySigner::encrypt_keystore(&dir, &mut rng, signer.to_bytes(), b"right", Some("key")).unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        fs::write(at("right"), "right\n").unwrap();
        fs::write(at("wrong"), "wrong\n").unwrap();
        let found = account(&["--keystore", &at("key"), "--password-file", &at("right")]).await;
        assert_eq!(found.unwrap(), signer.address().to_string());
        assert!(account(&["--keystore", &at("key"), "--password-file", &at("wrong")]).await.is_err());
    }

    #[tokio::test]
    async fn one_key_is_named_and_it_is_the_accounts() {
        let owner = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
        assert_eq!(account(&["--private-key", KEY]).await.unwrap(), owner);
        assert_eq!(account(&["--unsigned", "--from", owner]).await.unwrap(), owner);
        assert!(account(&[]).await.unwrap_err().to_string().starts_with("whose key?"));
        assert!(account(&["--unsigned"]).await.is_err());
        assert!(account(&["--private-key", KEY, "--signer", "http://127.0.0.1:1"]).await.is_err());
        let other = account(&["--private-key", KEY, "--from", "0x00000000000000000000000000000000000a17e5"]).await;
        assert!(other.unwrap_err().to_string().starts_with("the key is of 0xf39"));
        assert_eq!(
            account(&["--private-key", "0x12"]).await.unwrap_err().to_string(),
            "expected a private key of 64 hexadecimal digits"
        );
    }
}
