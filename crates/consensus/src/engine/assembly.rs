use super::{
    Chain, Channels, Failure, Monitor, Network, Parts, StatusCell,
    committer::Committer,
    epochs, gossip,
    marshal::{self, Marshal},
    peers::Peers,
    proposer::Proposer,
    timely::Timely,
    tips::Tips,
};
use crate::{Application, Config, Peer, PublicKey, Signals, schemes::Schemes};
use althing_consensus_core::{
    BlockCodec, Budget,
    scheme::{self, Key},
};
use althing_ledger::Ledger;
use commonware_consensus::{marshal::standard::Deferred, types::FixedEpocher};
use commonware_p2p::{
    Blocker, Provider, Receiver, Sender,
    utils::mux::{MuxHandle, Muxer},
};
use commonware_runtime::{Clock, Error, Handle, Metrics, Spawner, Storage, buffer::paged::CacheRef};
use commonware_utils::NZUsize;
use futures::{FutureExt, future::BoxFuture};
use rand_core::CryptoRng;
use std::{
    num::{NonZeroU16, NonZeroU64, NonZeroUsize},
    sync::Arc,
};
use tokio::sync::watch;

/// Pages of journals kept in memory: 4 MiB.
const PAGES: NonZeroUsize = NZUsize!(1024);
/// A page with its checksum fills one block of the disk.
const PAGE_BYTES: NonZeroU16 = commonware_runtime::buffer::paged::page_size(4096);

/// A task that ends only when the node does.
pub(super) struct Task {
    pub(super) name: &'static str,
    pub(super) handle: Handle<()>,
}

impl Task {
    /// Resolves with its name when it ends.
    pub(super) fn ended(self) -> BoxFuture<'static, (&'static str, Result<(), Error>)> {
        async move { (self.name, self.handle.await) }.boxed()
    }
}

/// What most parts of a node share.
struct Common {
    application: Arc<dyn Application>,
    ledger: Ledger,
    me: PublicKey,
    codec: BlockCodec,
    epocher: FixedEpocher,
    schemes: Schemes,
    pages: CacheRef,
    status: StatusCell,
    failure: Failure,
}

/// Starts every part of a node.
pub(super) async fn assemble<E, S, R, P, B, T>(
    context: E,
    config: Config,
    parts: Parts,
    network: Network<S, R, P, B, T>,
    monitor: Monitor,
) -> Result<Vec<Task>, String>
where
    E: Spawner + Clock + Metrics + Storage + CryptoRng,
    S: Sender<PublicKey = Key>,
    R: Receiver<PublicKey = Key>,
    P: Provider<PublicKey = Key>,
    B: Blocker<PublicKey = Key> + Sync,
    T: FnMut(u64, &[Peer]) + Send + Sync + 'static,
{
    let Network { channels, provider, blocker, track } = network;
    let Channels { votes, certificates, requests, backfill, blocks, transactions, tips } = channels;
    let (common, signals, journal_prefix) = prepare(&config, parts, monitor)?;
    // Peers and schemes first: marshal asks for both as it starts.
    let mut peers = Peers::new(common.application.clone(), track);
    enter_first(&common, &mut peers)?;

    let chain =
        Chain::new(context.child("chain"), common.application.clone(), common.ledger.clone(), common.failure.clone());
    let (committer, committing) = Committer::start(context.child("committer"), chain.clone(), common.status.clone());
    let (marshal, mut tasks) = marshal::start(
        &context,
        common.marshal(&journal_prefix),
        (backfill, blocks),
        (provider, blocker.clone()),
        committer,
    )
    .await?;
    tasks.push(Task { name: "committer", handle: committing });
    tasks.extend(exchange(&context, &common, &marshal, signals.outgoing, (transactions, tips), &blocker));

    let timely = timely(&context, &common, chain, &marshal, signals.arrivals);
    let epochs = epochs::Epochs {
        context: context.child("epochs"),
        application: common.application,
        ledger: common.ledger,
        marshal,
        timely,
        schemes: common.schemes,
        epocher: common.epocher,
        journal_prefix,
        votes: multiplex(&context, votes),
        certificates: multiplex(&context, certificates),
        requests: multiplex(&context, requests),
        blocker,
        peers,
        pages: common.pages,
        status: common.status,
        failure: common.failure,
    };
    let handle = context.child("epochs").spawn(move |_| epochs.run());
    tasks.push(Task { name: "epochs", handle });
    Ok(tasks)
}

fn prepare(config: &Config, parts: Parts, monitor: Monitor) -> Result<(Common, Signals, String), String> {
    let Parts { application, ledger, keyring, signals, journal_prefix } = parts;
    let Monitor { status, failure } = monitor;
    let epoch_length = NonZeroU64::new(config.epoch_length).filter(|length| length.get() > 1);
    let common = Common {
        application,
        ledger,
        me: config.secret.public_key(),
        codec: BlockCodec { keyring, bytes_max: config.block_bytes_max },
        epocher: FixedEpocher::new(epoch_length.ok_or("an epoch has at least two blocks")?),
        schemes: Schemes::new(scheme::namespace(config.chain_id, config.genesis_hash), scheme::private(&config.secret)),
        pages: CacheRef::new(PAGE_BYTES, PAGES),
        status,
        failure,
    };
    Ok((common, signals, journal_prefix))
}

/// Makes the schemes of the current epoch and the one before, and connects to their nodes.
fn enter_first<T: FnMut(u64, &[Peer])>(common: &Common, peers: &mut Peers<T>) -> Result<(), String> {
    let head = common.application.head();
    let current = epochs::first(&common.epocher, head);
    for epoch in current.previous().into_iter().chain([current]) {
        let committee = common.application.committee(epoch.get()).ok_or("the current epoch has no committee")?;
        common.schemes.enter(epoch, &committee);
    }
    peers.connect(current, head);
    Ok(())
}

impl Common {
    fn marshal(&self, journal_prefix: &str) -> marshal::Config {
        marshal::Config {
            me: scheme::key(&self.me).expect("an own key"),
            codec: self.codec.clone(),
            epocher: self.epocher.clone(),
            schemes: self.schemes.clone(),
            pages: self.pages.clone(),
            ledger: self.ledger.clone(),
            head: self.application.head(),
            journal_prefix: journal_prefix.to_owned(),
        }
    }
}

/// Starts the exchange of transactions and tips.
fn exchange<E, S, R, B>(
    context: &E,
    common: &Common,
    marshal: &Marshal,
    outgoing: tokio::sync::mpsc::Receiver<Vec<althing_primitives::Bytes>>,
    (transactions, tips): ((S, R), (S, R)),
    blocker: &B,
) -> [Task; 3]
where
    E: Spawner + Clock,
    S: Sender<PublicKey = Key>,
    R: Receiver<PublicKey = Key>,
    B: Blocker<PublicKey = Key>,
{
    let (sender, receiver) = transactions;
    let sending = gossip::send(context.child("gossip"), outgoing, sender);
    let application = common.application.clone();
    let receiving = gossip::receive(context.child("gossip"), application, receiver, blocker.clone());
    let telling = Tips::start(
        context.child("tips"),
        marshal.clone(),
        common.epocher.clone(),
        common.status.clone(),
        tips,
        blocker.clone(),
    );
    [("gossip sender", sending), ("gossip receiver", receiving), ("tips", telling)]
        .map(|(name, handle)| Task { name, handle })
}

fn timely<E: Spawner + Clock + Metrics>(
    context: &E,
    common: &Common,
    chain: Chain<E>,
    marshal: &Marshal,
    arrivals: watch::Receiver<u64>,
) -> Timely<E> {
    let budget = Budget::default();
    let proposer =
        Proposer::new(context.child("proposer"), chain, common.codec.clone(), common.me, budget.clone(), arrivals);
    let deferred = Deferred::new(context.child("deferred"), proposer, marshal.clone(), common.epocher.clone());
    let (schemes, status) = (common.schemes.clone(), common.status.clone());
    Timely::new(context.child("timely"), deferred, marshal.clone(), budget, schemes, status)
}

fn multiplex<E, S, R>(context: &E, (sender, receiver): (S, R)) -> MuxHandle<S>
where
    E: Spawner,
    S: Sender<PublicKey = Key>,
    R: Receiver<PublicKey = Key>,
{
    let (muxer, handle) = Muxer::new(context.child("muxer"), sender, receiver);
    // Ends with the network; the epochs then end too.
    drop(muxer.start());
    handle
}
