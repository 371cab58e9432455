use super::unsigned::request;
use crate::node::{Node, NodeError};
use althing_primitives::{
    Address, Bytes, Transaction, TransactionExt,
    consensus::{TxEip1559, transaction::SignerRecoverable},
    eips::Decodable2718,
};
use eyre::{WrapErr, bail, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Clef's and Web3Signer's names of the same two methods.
const ACCOUNTS: [&str; 2] = ["account_list", "eth_accounts"];
const SIGN: [&str; 2] = ["account_signTransaction", "eth_signTransaction"];

/// A signer behind JSON-RPC.
#[derive(Debug)]
pub(crate) struct Remote {
    signer: Node,
    account: Address,
}

/// Clef answers with an object, Web3Signer with the bytes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Bytes(Bytes),
    Object { raw: Bytes },
}

impl Remote {
    /// Takes the signer's only account where none is named.
    pub(super) async fn open(url: &str, account: Option<Address>) -> eyre::Result<Self> {
        let signer = Node::connect(url).wrap_err("the URL of the signer")?;
        let account = match account {
            Some(account) => account,
            None => only_account(&signer).await?,
        };
        Ok(Self { signer, account })
    }

    pub(super) const fn account(&self) -> Address {
        self.account
    }

    /// # Errors
    /// The signer refuses, does not answer, or signed something else than it was asked to.
    pub(super) async fn sign(&self, transaction: &TxEip1559) -> eyre::Result<Bytes> {
        let answer = either(&self.signer, SIGN, &[request(transaction, self.account)]).await.wrap_err("the signer")?;
        let raw = match answer {
            Answer::Bytes(raw) | Answer::Object { raw } => raw,
        };
        self.check(transaction, &raw)?;
        Ok(raw)
    }

    /// A signer may choose the fees (Clef lets its user do so); nothing else.
    fn check(&self, asked: &TxEip1559, raw: &Bytes) -> eyre::Result<()> {
        let signed = Transaction::decode_2718_exact(raw).wrap_err("the signer's answer")?;
        let signer = signed.recover_signer().wrap_err("the signer's answer")?;
        ensure!(signer == self.account, "the signer signed as {signer}");
        let same = signed.kind() == asked.to
            && signed.input() == &asked.input
            && signed.value() == asked.value
            && signed.nonce() == asked.nonce
            && signed.chain_id() == Some(asked.chain_id);
        ensure!(same, "the signer signed another transaction than it was asked to");
        Ok(())
    }
}

async fn only_account(signer: &Node) -> eyre::Result<Address> {
    let accounts: Vec<Address> = either(signer, ACCOUNTS, &[]).await.wrap_err("accounts of the signer")?;
    match accounts.as_slice() {
        [account] => Ok(*account),
        accounts => bail!("the signer has {} accounts: name one with --from", accounts.len()),
    }
}

/// The first of two names that the signer knows.
async fn either<T: DeserializeOwned>(signer: &Node, names: [&str; 2], params: &[Value]) -> Result<T, NodeError> {
    match signer.request(names[0], json!(params).as_array().cloned().unwrap_or_default()).await {
        Err(error) if error.is_unknown_method() => signer.request(names[1], params.to_vec()).await,
        answer => answer,
    }
}
