use super::{Failure, StatusCell, marshal::Marshal, peers::Peers, timely::Timely};
use crate::{Application, Peer, Timeouts, schemes::Schemes};
use althing_consensus_core::scheme::{self, Digest, Finalization, Key, Scheme};
use althing_ledger::Ledger;
use commonware_consensus::{
    Epochable,
    marshal::Identifier,
    simplex::{
        self,
        config::{Floor, ForwardPolicy, SkipBudget, SkipPolicy},
        elector::RoundRobin,
    },
    types::{Epoch, Epocher, FixedEpocher, Height, ViewDelta},
};
use commonware_cryptography::{Sha256, certificate::Scheme as _};
use commonware_macros::select;
use commonware_p2p::{
    Blocker, Sender,
    utils::mux::{MuxHandle, SubReceiver, SubSender},
};
use commonware_parallel::Sequential;
use commonware_runtime::{Clock, Handle, Metrics, Spawner, Storage, buffer::paged::CacheRef};
use commonware_utils::{NZU64, NZUsize};
use futures::future::pending;
use rand_core::CryptoRng;
use std::{num::NonZeroUsize, sync::Arc, time::Duration};
use tokio::sync::watch;
use tracing::info;

/// Journals of this many past epochs stay on disk.
const JOURNALS_KEPT: u64 = 2;
/// Views behind the finalized one that stay in memory and journal.
pub(crate) const VIEW_RETENTION: ViewDelta = ViewDelta::new(16);
/// A dead leader stays skipped for this many views without a final block: hours of idling.
const SKIPPED_VIEWS_MAX: std::num::NonZeroU64 = NZU64!(10_000);
/// Journal writes are small (a vote is 150 bytes) and synced one by one.
const JOURNAL_BUFFER: NonZeroUsize = NZUsize!(16 * 1024);
const REPLAY_BUFFER: NonZeroUsize = NZUsize!(256 * 1024);
const MAILBOX: NonZeroUsize = NZUsize!(1024);

/// One channel of the engine on the wire: votes, certificates, or requests for them.
type Channel<S> = (SubSender<S>, SubReceiver<Key>);

/// The channels of one epoch's engine.
struct Channels<S: Sender<PublicKey = Key>> {
    votes: Channel<S>,
    certificates: Channel<S>,
    requests: Channel<S>,
}

/// Runs one engine an epoch, one after the other, as blocks are committed here.
pub(crate) struct Epochs<E, S: Sender, B, T>
where
    E: Spawner + Clock + Metrics,
{
    pub(crate) context: E,
    pub(crate) application: Arc<dyn Application>,
    pub(crate) ledger: Ledger,
    pub(crate) marshal: Marshal,
    pub(crate) timely: Timely<E>,
    pub(crate) schemes: Schemes,
    pub(crate) epocher: FixedEpocher,
    pub(crate) journal_prefix: String,
    pub(crate) votes: MuxHandle<S>,
    pub(crate) certificates: MuxHandle<S>,
    pub(crate) requests: MuxHandle<S>,
    pub(crate) blocker: B,
    pub(crate) peers: Peers<T>,
    pub(crate) pages: CacheRef,
    pub(crate) status: StatusCell,
    pub(crate) failure: Failure,
}

impl<E, S, B, T> Epochs<E, S, B, T>
where
    E: Spawner + Clock + Metrics + Storage + CryptoRng,
    S: Sender<PublicKey = Key>,
    B: Blocker<PublicKey = Key> + Sync,
    T: FnMut(u64, &[Peer]) + Send + Sync + 'static,
{
    /// Runs until the channels close or an epoch has no committee.
    pub(crate) async fn run(mut self) {
        let mut committed = self.status.committed();
        let mut epoch = first(&self.epocher, *committed.borrow());
        let Some(mut channels) = self.register(epoch).await else { return };
        loop {
            let Some(next) = self.register(epoch.next()).await else { return };
            let Some(mut engine) = self.enter(epoch, channels).await else { return };
            if !self.accompany(epoch, &mut engine, &mut committed).await {
                return;
            }
            engine.abort();
            let _ = engine.await;
            self.forget(epoch).await;
            (epoch, channels) = (epoch.next(), next);
        }
    }

    /// Keeps the connections up to date until the epoch's last block is committed. False if the
    /// node cannot go on, or stops.
    async fn accompany(&mut self, epoch: Epoch, engine: &mut Handle<()>, committed: &mut watch::Receiver<u64>) -> bool {
        let last = self.epocher.last(epoch).expect("heights fit in u64").get();
        loop {
            let height = *committed.borrow_and_update();
            if height >= last {
                return true;
            }
            self.peers.connect(epoch, height);
            select! {
                changed = committed.changed() => {
                    if changed.is_err() {
                        return false;
                    }
                },
                _ = &mut *engine => {
                    self.failure.report(format!("the engine of epoch {epoch} stopped"));
                    return false;
                },
            }
        }
    }

    /// Messages of an epoch that others entered first wait in its channels.
    async fn register(&mut self, epoch: Epoch) -> Option<Channels<S>> {
        Some(Channels {
            votes: self.votes.register(epoch.get()).await.ok()?,
            certificates: self.certificates.register(epoch.get()).await.ok()?,
            requests: self.requests.register(epoch.get()).await.ok()?,
        })
    }

    /// Starts the epoch's engine, or nothing that ends where this node does not vote in it. `None`
    /// if the node cannot go on.
    async fn enter(&mut self, epoch: Epoch, channels: Channels<S>) -> Option<Handle<()>> {
        let decided = self.application.committee(epoch.get()).zip(self.application.timeouts(epoch.get()));
        let Some((committee, timeouts)) = decided else {
            self.failure.report(format!("epoch {epoch} has no committee"));
            return None;
        };
        let scheme = self.schemes.enter(epoch, &committee);
        let validator = scheme.me().is_some();
        self.status.enter(epoch.get(), validator, committee.quorum());
        info!(epoch = epoch.get(), validators = committee.validators().len(), validator, "entered epoch");
        if !validator {
            return Some(Handle::from_future(pending()));
        }
        let floor = self.floor(epoch).await?;
        Some(self.start(epoch, &scheme, timeouts, floor, channels))
    }

    /// The newest final block of the epoch with a certificate, else the last one before it.
    async fn floor(&self, epoch: Epoch) -> Option<Floor<Scheme, Digest>> {
        if let Some(finalization) = self.newest().await.filter(|newest| newest.epoch() == epoch) {
            return Some(Floor::Finalized(finalization));
        }
        let first = self.epocher.first(epoch).expect("heights fit in u64");
        let parent = first.previous().unwrap_or(Height::zero());
        let Some(hash) = self.ledger.hash(parent.get()) else {
            self.failure.report(format!("the ledger has no block {parent}, on which epoch {epoch} builds"));
            return None;
        };
        Some(Floor::Genesis(scheme::digest(hash)))
    }

    async fn newest(&self) -> Option<Finalization> {
        let (height, _) = self.marshal.get_info(Identifier::Latest).await?;
        self.marshal.get_finalization(height).await
    }

    fn start(
        &self,
        epoch: Epoch,
        scheme: &Scheme,
        timeouts: Timeouts,
        floor: Floor<Scheme, Digest>,
        channels: Channels<S>,
    ) -> Handle<()> {
        let config = simplex::config::Config {
            scheme: scheme.clone(),
            elector: RoundRobin::<Sha256>::default(),
            blocker: self.blocker.clone(),
            automaton: self.timely.clone(),
            relay: self.timely.clone(),
            reporter: self.timely.clone(),
            track_historical_votes: false,
            strategy: Sequential,
            partition: self.partition(epoch.get()),
            mailbox_size: MAILBOX,
            epoch,
            floor,
            replay_buffer: REPLAY_BUFFER,
            write_buffer: JOURNAL_BUFFER,
            page_cache: self.pages.clone(),
            leader_timeout: timeouts.leader,
            certification_timeout: timeouts.certification,
            timeout_retry: timeouts.retry,
            view_retention: VIEW_RETENTION,
            skip: SkipPolicy::Enabled { timeout: timeouts.skip, budget: SkipBudget::Fixed(SKIPPED_VIEWS_MAX) },
            fetch_timeout: super::fetch_timeout(),
            fetch_retry_delay: Duration::from_millis(100),
            forward: ForwardPolicy::Disabled,
        };
        let context = self.context.child("simplex").with_attribute("epoch", epoch);
        simplex::Engine::new(context, config).start(channels.votes, channels.certificates, channels.requests)
    }

    fn partition(&self, epoch: u64) -> String {
        format!("{}simplex-{epoch}", self.journal_prefix)
    }

    /// Removes journals nobody needs any more.
    async fn forget(&self, epoch: Epoch) {
        if let Some(old) = epoch.get().checked_sub(JOURNALS_KEPT) {
            // Absent where this node did not vote.
            let _ = self.context.remove(&self.partition(old), None).await;
        }
    }
}

/// The epoch of the block after `committed`.
pub(crate) fn first(epocher: &FixedEpocher, committed: u64) -> Epoch {
    epocher.containing(Height::new(committed.saturating_add(1))).expect("heights fit in u64").epoch()
}
