use super::{StatusCell, marshal::Marshal, now_ms, proposer::Proposer};
use crate::{Event, PublicKey, schemes::Schemes};
use althing_consensus_core::{
    Budget, Evidence, SealedBlock,
    scheme::{Digest, Key, RoundContext, Scheme, bytes},
};
use commonware_actor::Feedback;
use commonware_consensus::{
    Automaton, CertifiableAutomaton, Epochable, Handoff, Relay, Reporter, Viewable,
    marshal::{core::DigestFallback, standard::Deferred},
    simplex::{
        Plan,
        types::{Activity, Attributable},
    },
    types::{Epoch, FixedEpocher, Round},
};
use commonware_cryptography::certificate::{Provider, Scheme as _};
use commonware_macros::select;
use commonware_runtime::{Clock, Metrics, Spawner};
use commonware_utils::{Participant, channel::oneshot, ordered::Quorum};
use futures::future::pending;
use std::{sync::Arc, time::Duration};
use tracing::debug;

/// Marshal's wrapper, and around it the rule that compares a live proposal with this node's clock.
///
/// The rule decides the first vote only. A certified quorum has seen the block in time, and a
/// node that is late (restart, catch-up) must be able to certify it.
pub(crate) struct Timely<E: Spawner + Clock + Metrics> {
    inner: Deferred<E, Scheme, Proposer<E>, SealedBlock, FixedEpocher>,
    clock: Arc<E>,
    marshal: Marshal,
    budget: Budget,
    schemes: Schemes,
    status: StatusCell,
}

impl<E: Spawner + Clock + Metrics> Clone for Timely<E> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            clock: self.clock.clone(),
            marshal: self.marshal.clone(),
            budget: self.budget.clone(),
            schemes: self.schemes.clone(),
            status: self.status.clone(),
        }
    }
}

/// A proposal further ahead than this of the own clock waits.
const AHEAD_MAX_MS: u64 = 500;
/// A proposal further behind than this is refused.
const BEHIND_MAX_MS: u64 = 30_000;

impl<E: Spawner + Clock + Metrics> Timely<E> {
    pub(crate) fn new(
        context: E,
        inner: Deferred<E, Scheme, Proposer<E>, SealedBlock, FixedEpocher>,
        marshal: Marshal,
        budget: Budget,
        schemes: Schemes,
        status: StatusCell,
    ) -> Self {
        Self { inner, clock: Arc::new(context), marshal, budget, schemes, status }
    }

    /// Whether the block is in time; waits while it is ahead.
    async fn in_time(&self, digest: Digest) -> bool {
        let Ok(block) = self.marshal.subscribe_by_digest(digest, DigestFallback::Wait).await else {
            return pending().await;
        };
        let time_ms = block.inner().block().time_ms();
        let ahead_ms = time_ms.saturating_sub(now_ms(&*self.clock).saturating_add(AHEAD_MAX_MS));
        if ahead_ms > 0 {
            self.clock.sleep(Duration::from_millis(ahead_ms)).await;
        }
        now_ms(&*self.clock) <= time_ms.saturating_add(BEHIND_MAX_MS)
    }

    fn observe(&self, activity: &Activity<Scheme, Digest>) {
        match activity {
            Activity::Nullification(certificate) => {
                let (epoch, view) = (certificate.epoch().get(), certificate.view().get());
                self.budget.nullified(certificate.round());
                self.status.view(epoch, view);
                self.status.report(Event::Nullified { epoch, view });
            }
            Activity::Certification(certificate) => {
                self.budget.certified(certificate.round());
                self.status.view(certificate.epoch().get(), certificate.view().get());
            }
            Activity::ConflictingNotarize(conflict) => self.equivocation(conflict, Evidence::from_notarizes),
            Activity::ConflictingFinalize(conflict) => self.equivocation(conflict, Evidence::from_finalizes),
            Activity::NullifyFinalize(conflict) => self.equivocation(conflict, Evidence::from_nullify_finalize),
            _ => {}
        }
    }

    /// Reports what proves a fault. The engine reports before it checks the signatures: what a
    /// validator did not sign is worth no more than the cut of its connection.
    fn equivocation<C: Epochable + Attributable>(
        &self,
        conflict: &C,
        evidence: impl FnOnce(PublicKey, &[u8], &C) -> Option<Evidence>,
    ) {
        let Some(validator) = self.participant(conflict.epoch(), conflict.signer()) else { return };
        match evidence(validator, self.schemes.namespace(), conflict) {
            Some(evidence) => self.status.report(Event::Equivocation(evidence)),
            None => debug!(epoch = conflict.epoch().get(), "conflicting votes without valid signatures"),
        }
    }

    fn participant(&self, epoch: Epoch, signer: Participant) -> Option<PublicKey> {
        let scheme = self.schemes.scoped(epoch)?.into_scheme()?;
        scheme.participants().key(signer).map(bytes)
    }
}

impl<E: Spawner + Clock + Metrics> Automaton for Timely<E> {
    type Context = RoundContext;
    type Digest = Digest;

    async fn propose(&mut self, context: RoundContext) -> oneshot::Receiver<Digest> {
        self.inner.propose(context).await
    }

    #[allow(clippy::async_yields_async, reason = "the engine's interface")]
    async fn verify(&mut self, context: RoundContext, digest: Digest) -> oneshot::Receiver<bool> {
        // The last block of an epoch is proposed again as it is, whatever its age.
        if digest == context.parent.1 {
            return self.inner.verify(context, digest).await;
        }
        let mut this = self.clone();
        let (mut sender, receiver) = oneshot::channel();
        self.clock.child("timely").spawn(move |_| async move {
            let in_time = select! {
                _ = sender.closed() => { return },
                in_time = this.in_time(digest) => in_time,
            };
            if !in_time {
                let _ = sender.send(false);
                return;
            }
            let verdict = this.inner.verify(context, digest).await;
            select! {
                _ = sender.closed() => {},
                verdict = verdict => {
                    if let Ok(verdict) = verdict {
                        let _ = sender.send(verdict);
                    }
                },
            }
        });
        receiver
    }
}

impl<E: Spawner + Clock + Metrics> CertifiableAutomaton for Timely<E> {
    async fn prepare(&mut self, context: RoundContext) -> oneshot::Receiver<Handoff<Digest>> {
        self.inner.prepare(context).await
    }

    async fn certify(&mut self, round: Round, digest: Digest) -> oneshot::Receiver<bool> {
        self.inner.certify(round, digest).await
    }
}

impl<E: Spawner + Clock + Metrics> Relay for Timely<E> {
    type Digest = Digest;
    type PublicKey = Key;
    type Plan = Plan<Key>;

    fn broadcast(&mut self, digest: Digest, plan: Plan<Key>) -> Feedback {
        self.inner.broadcast(digest, plan)
    }
}

impl<E: Spawner + Clock + Metrics> Reporter for Timely<E> {
    type Activity = Activity<Scheme, Digest>;

    fn report(&mut self, activity: Self::Activity) -> Feedback {
        self.observe(&activity);
        self.inner.report(activity)
    }
}
