use super::{remote::Remote, unsigned};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use althing_primitives::{
    Address, Bytes, Transaction,
    consensus::{SignableTransaction, TxEip1559},
    eips::Encodable2718,
};
use serde_json::Value;
use std::fmt;

/// Who signs.
pub(crate) enum Signer {
    Local(Box<PrivateKeySigner>),
    Remote(Remote),
    /// Nobody here: the transaction of this account is printed.
    Unsigned(Address),
}

/// What a signer gave.
pub(crate) enum Signed {
    /// For `eth_sendRawTransaction`.
    Raw(Bytes),
    Unsigned(Value),
}

impl Signer {
    pub(crate) fn local(key: PrivateKeySigner) -> Self {
        Self::Local(Box::new(key))
    }

    pub(crate) const fn account(&self) -> Address {
        match self {
            Self::Local(key) => key.address(),
            Self::Remote(remote) => remote.account(),
            Self::Unsigned(account) => *account,
        }
    }

    /// # Errors
    /// The signer refuses, does not answer, or signed something else.
    pub(crate) async fn sign(&self, transaction: TxEip1559) -> eyre::Result<Signed> {
        match self {
            Self::Local(key) => {
                let signature = key.sign_hash_sync(&transaction.signature_hash())?;
                Ok(Signed::Raw(Transaction::from(transaction.into_signed(signature)).encoded_2718().into()))
            }
            Self::Remote(remote) => Ok(Signed::Raw(remote.sign(&transaction).await?)),
            Self::Unsigned(account) => Ok(Signed::Unsigned(unsigned::json(&transaction, *account))),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.account())
    }
}
