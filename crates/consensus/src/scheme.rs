//! The engine's types, made concrete once.

use crate::{Committee, PublicKey, SecretKey, block::SealedBlock};
use althing_primitives::B256;
use commonware_codec::{Copying, DecodeExt};
use commonware_consensus::{
    marshal::{core, standard::Standard},
    simplex::{self, scheme::ed25519},
    types::Epoch,
};
use commonware_cryptography::{
    certificate::{Provider, Scheme as _, Scoped},
    ed25519::PrivateKey,
    sha256,
};
use commonware_utils::ordered::Set;
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

/// A block hash as the engine sees it.
pub(crate) type Digest = sha256::Digest;
/// A peer and validator.
pub(crate) type Key = commonware_cryptography::ed25519::PublicKey;
/// Ed25519 certificates: attributable, 64 bytes a signer.
pub(crate) type Scheme = ed25519::Scheme;
/// Round, leader and parent of a proposal.
pub(crate) type RoundContext = simplex::types::Context<Digest, Key>;
/// A finalization certificate with its proposal.
pub(crate) type Finalization = simplex::types::Finalization<Scheme, Digest>;
/// The mailbox of marshal.
pub(crate) type Marshal = core::Mailbox<Scheme, Standard<SealedBlock>>;

/// What every vote signs besides its subject: this product, this format, this network.
pub(crate) fn namespace(chain_id: u64, genesis_hash: B256) -> Vec<u8> {
    let mut namespace = b"althing/consensus/vote/v1".to_vec();
    namespace.extend_from_slice(&chain_id.to_be_bytes());
    namespace.extend_from_slice(genesis_hash.as_slice());
    namespace
}

pub(crate) fn digest(hash: B256) -> Digest {
    Digest::from(hash.0)
}

pub(crate) fn hash(digest: &Digest) -> B256 {
    B256::from_slice(digest)
}

/// `None` if the bytes are no point of the curve.
pub(crate) fn key(bytes: &PublicKey) -> Option<Key> {
    Key::decode(Copying(bytes.as_slice())).ok()
}

pub(crate) fn bytes(key: &Key) -> PublicKey {
    key.as_ref().try_into().expect("an Ed25519 key has 32 bytes")
}

pub(crate) fn private(secret: &SecretKey) -> PrivateKey {
    PrivateKey::decode(Copying(secret.0.as_slice())).expect("any 32 bytes are an Ed25519 seed")
}

impl Committee {
    pub(crate) fn participants(&self) -> Set<Key> {
        Set::from_iter_dedup(self.validators().iter().filter_map(key))
    }
}

/// The signing scheme of each epoch this node may have to verify.
#[derive(Clone)]
pub(crate) struct Schemes {
    namespace: Arc<[u8]>,
    signer: PrivateKey,
    epochs: Arc<RwLock<BTreeMap<Epoch, Arc<Scheme>>>>,
}

impl Schemes {
    /// Epochs kept behind the current one: marshal may still check their certificates.
    const RETENTION: u64 = 8;

    pub(crate) fn new(namespace: Vec<u8>, signer: PrivateKey) -> Self {
        Self { namespace: namespace.into(), signer, epochs: Arc::default() }
    }

    /// Makes the scheme of an epoch: signing if this node is in the committee.
    pub(crate) fn enter(&self, epoch: Epoch, committee: &Committee) -> Arc<Scheme> {
        let participants = committee.participants();
        let scheme = Scheme::signer(&self.namespace, participants.clone(), self.signer.clone())
            .unwrap_or_else(|| Scheme::verifier(&self.namespace, participants));
        let scheme = Arc::new(scheme);
        let mut epochs = self.epochs.write().unwrap_or_else(PoisonError::into_inner);
        epochs.insert(epoch, scheme.clone());
        *epochs = epochs.split_off(&Epoch::new(epoch.get().saturating_sub(Self::RETENTION)));
        scheme
    }
}

impl Provider for Schemes {
    type Scope = Epoch;
    type Scheme = Scheme;

    fn scoped(&self, epoch: Epoch) -> Option<Scoped<Scheme>> {
        let scheme = self.epochs.read().unwrap_or_else(PoisonError::into_inner).get(&epoch)?.clone();
        Some(if scheme.me().is_some() { Scoped::scheme(scheme) } else { Scoped::verifier(scheme) })
    }
}
