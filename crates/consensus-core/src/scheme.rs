//! The engine's types, made concrete once.

use crate::{Committee, PublicKey, SecretKey};
use althing_primitives::B256;
use commonware_codec::{Copying, DecodeExt};
use commonware_consensus::simplex::{self, scheme::ed25519};
use commonware_cryptography::{ed25519::PrivateKey, sha256};
use commonware_utils::ordered::Set;

/// A block hash as the engine sees it.
pub type Digest = sha256::Digest;
/// A peer and validator.
pub type Key = commonware_cryptography::ed25519::PublicKey;
/// Ed25519 certificates: attributable, 64 bytes a signer.
pub type Scheme = ed25519::Scheme;
/// Round, leader and parent of a proposal.
pub type RoundContext = simplex::types::Context<Digest, Key>;
/// A finalization certificate with its proposal.
pub type Finalization = simplex::types::Finalization<Scheme, Digest>;

/// What every vote signs besides its subject: this product, this format, this network.
pub fn namespace(chain_id: u64, genesis_hash: B256) -> Vec<u8> {
    let mut namespace = b"althing/consensus/vote/v1".to_vec();
    namespace.extend_from_slice(&chain_id.to_be_bytes());
    namespace.extend_from_slice(genesis_hash.as_slice());
    namespace
}

/// A block hash for the engine.
pub fn digest(hash: B256) -> Digest {
    Digest::from(hash.0)
}

/// The block hash behind a digest.
pub fn hash(digest: &Digest) -> B256 {
    B256::from_slice(digest)
}

/// A key for the engine. `None` if the bytes are no point of the curve.
pub fn key(bytes: &PublicKey) -> Option<Key> {
    Key::decode(Copying(bytes.as_slice())).ok()
}

/// The raw bytes of a key.
pub fn bytes(key: &Key) -> PublicKey {
    key.as_ref().try_into().expect("an Ed25519 key has 32 bytes")
}

/// A secret for the engine.
pub fn private(secret: &SecretKey) -> PrivateKey {
    PrivateKey::decode(Copying(secret.0.as_slice())).expect("any 32 bytes are an Ed25519 seed")
}

impl Committee {
    /// The keys for the engine, ascending; one that is no point of the curve is left out.
    pub fn participants(&self) -> Set<Key> {
        Set::from_iter_dedup(self.validators().iter().filter_map(key))
    }
}
