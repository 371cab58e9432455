use crate::scheme;
use commonware_cryptography::Signer;
use thiserror::Error;
use zeroize::Zeroizing;

/// An Ed25519 consensus key as raw bytes.
pub type PublicKey = [u8; 32];

/// An Ed25519 consensus secret: the 32-byte seed. Erased on drop.
pub struct SecretKey(pub(crate) Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Takes the seed.
    pub fn new(seed: [u8; 32]) -> Self {
        Self(Zeroizing::new(seed))
    }

    /// The matching public key.
    pub fn public_key(&self) -> PublicKey {
        scheme::bytes(&scheme::private(self).public_key())
    }
}

/// The validators of one epoch: sorted, distinct, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committee(Vec<PublicKey>);

/// Why keys are no committee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CommitteeError {
    /// No validator.
    #[error("a committee has at least one validator")]
    Empty,
    /// The same key twice.
    #[error("a validator is in the committee twice")]
    Duplicate,
    /// More than [`Committee::LEN_MAX`].
    #[error("a committee has at most {max} validators, not {0}", max = Committee::LEN_MAX)]
    TooLarge(usize),
    /// Not a point of the curve.
    #[error("validator {0}, ascending, has an invalid Ed25519 key")]
    Key(usize),
}

impl Committee {
    /// Most validators: bounds certificates (64 bytes a signature) and votes a view.
    pub const LEN_MAX: usize = 128;

    /// Sorts the keys; their order there is the index in certificates.
    ///
    /// # Errors
    /// No key, an invalid one, one twice, or too many.
    pub fn new(mut validators: Vec<PublicKey>) -> Result<Self, CommitteeError> {
        validators.sort_unstable();
        if validators.is_empty() {
            return Err(CommitteeError::Empty);
        }
        if validators.len() > Self::LEN_MAX {
            return Err(CommitteeError::TooLarge(validators.len()));
        }
        if validators.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(CommitteeError::Duplicate);
        }
        if let Some(index) = validators.iter().position(|validator| scheme::key(validator).is_none()) {
            return Err(CommitteeError::Key(index));
        }
        Ok(Self(validators))
    }

    /// The keys, ascending.
    pub fn validators(&self) -> &[PublicKey] {
        &self.0
    }

    /// Votes that decide: more than two thirds.
    pub fn quorum(&self) -> usize {
        self.0.len() - (self.0.len() - 1) / 3
    }
}
