use althing_consensus_core::{Committee, scheme::Scheme};
use commonware_consensus::types::Epoch;
use commonware_cryptography::{
    certificate::{Provider, Scheme as _, Scoped},
    ed25519::PrivateKey,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

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

    /// What every vote signs besides its subject.
    pub(crate) fn namespace(&self) -> &[u8] {
        &self.namespace
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
