use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner};
use althing_primitives::Address;
use std::fmt;
use thiserror::Error;

/// Published keys that the node signs with for anybody: insecure networks only.
///
/// Not a wallet. The keys are in every tutorial; nothing of value may belong to them.
#[derive(Clone)]
pub struct DevSigner {
    signers: Vec<PrivateKeySigner>,
}

/// The phrase is no BIP-39 mnemonic.
#[derive(Debug, Error)]
#[error("not a BIP-39 mnemonic")]
pub struct MnemonicError;

impl DevSigner {
    /// The first `count` accounts of a phrase, at `m/44'/60'/0'/0/n`.
    ///
    /// # Errors
    /// The phrase is no mnemonic.
    pub fn from_mnemonic(phrase: &str, count: u32) -> Result<Self, MnemonicError> {
        let parent = MnemonicBuilder::from_phrase(phrase).build_parent_key().map_err(|_| MnemonicError)?;
        let signer = |index| parent.child(index).map(|key| key.signer()).map_err(|_| MnemonicError);
        let signers = (0..count).map(signer).collect::<Result<_, _>>()?;
        Ok(Self { signers })
    }

    /// Whose keys these are, in order.
    pub fn addresses(&self) -> impl Iterator<Item = Address> + '_ {
        self.signers.iter().map(PrivateKeySigner::address)
    }

    pub(crate) fn get(&self, address: &Address) -> Option<&PrivateKeySigner> {
        self.signers.iter().find(|signer| signer.address() == *address)
    }
}

impl fmt::Debug for DevSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevSigner").field("accounts", &self.signers.len()).finish()
    }
}
