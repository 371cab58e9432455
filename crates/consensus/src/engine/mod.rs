//! One node's consensus, over any runtime and network: the real ones, or a simulator's.

mod budget;
mod chain;
mod committer;
mod empties;
mod epochs;
mod failure;
mod gossip;
mod marshal;
mod proposer;
mod status;
mod timely;
mod tips;

pub(crate) use budget::Budget;
pub(crate) use chain::Chain;
pub(crate) use empties::Empties;
pub(crate) use failure::Failure;
pub(crate) use status::StatusCell;

use crate::{
    Application, Committee, Config, Signals, Status,
    block::{BlockCodec, SealedBlock},
    scheme::{self, Finalization, Key, Scheme, Schemes},
};
use althing_keys::Keyring;
use althing_ledger::Ledger;
use commonware_consensus::{
    marshal::{
        max_payload_size,
        standard::{Deferred, Standard},
    },
    types::FixedEpocher,
};
use commonware_macros::select;
use commonware_p2p::{
    Blocker, Provider, Receiver, Sender,
    utils::mux::{MuxHandle, Muxer, prefixed},
};
use commonware_runtime::{Clock, Handle, Metrics, Spawner, Storage, buffer::paged::CacheRef};
use commonware_utils::{NZUsize, NonZeroDuration, SystemTimeExt};
use rand_core::CryptoRng;
use std::{num::NonZeroU64, sync::Arc, time::Duration};

/// Waiting for a peer's answer to a request.
pub(crate) fn fetch_timeout() -> NonZeroDuration {
    NonZeroDuration::new_panic(Duration::from_secs(2))
}
/// Pages of journals kept in memory: 4 MiB.
const PAGES: std::num::NonZeroUsize = NZUsize!(1024);
/// A page with its checksum fills one block of the disk.
const PAGE_BYTES: std::num::NonZeroU16 = commonware_runtime::buffer::paged::page_size(4096);

/// More than any message of the engine carries around a certificate.
const ENGINE_FRAME_BYTES: usize = 128;

/// What the node brings.
pub struct Parts {
    /// The chain.
    pub application: Arc<dyn Application>,
    /// Where final blocks and certificates go.
    pub ledger: Ledger,
    /// Opens and seals blocks.
    pub keyring: Arc<Keyring>,
    /// What the pool tells while consensus runs.
    pub signals: Signals,
    /// Before the names of this node's journals, where several nodes share a storage.
    pub journal_prefix: String,
}

/// The seven channels between nodes, in the order of their numbers on the wire.
pub struct Channels<S, R> {
    /// 0: votes, by epoch.
    pub votes: (S, R),
    /// 1: certificates, by epoch.
    pub certificates: (S, R),
    /// 2: requests for certificates, by epoch.
    pub requests: (S, R),
    /// 3: requests for blocks.
    pub backfill: (S, R),
    /// 4: new blocks.
    pub blocks: (S, R),
    /// 5: transactions.
    pub transactions: (S, R),
    /// 6: how far each node is.
    pub tips: (S, R),
}

/// The network a node is given.
pub struct Network<S, R, P, B, T> {
    /// Its channels.
    pub channels: Channels<S, R>,
    /// Who the peers are.
    pub provider: P,
    /// How to cut a peer off that sends what is invalid.
    pub blocker: B,
    /// Called when an epoch begins, with its number and committee, to connect to it.
    pub track: T,
}

/// What a running node shares with whoever started it.
#[derive(Clone)]
pub struct Monitor {
    status: StatusCell,
    failure: Failure,
}

impl Monitor {
    /// Prepares the monitor of a node to start.
    pub fn new(application: Arc<dyn Application>) -> Self {
        Self { status: StatusCell::new(application), failure: Failure::new() }
    }

    /// What the node is doing.
    pub fn status(&self) -> Status {
        self.status.snapshot()
    }
}

/// Largest message any channel carries, for the network's configuration.
pub fn message_bytes_max(config: &Config, keyring: &Arc<Keyring>) -> u32 {
    let codec = BlockCodec { keyring: keyring.clone(), bytes_max: config.block_bytes_max };
    let participants = u32::try_from(Committee::LEN_MAX).expect("a small number");
    let marshal = max_payload_size::<Standard<SealedBlock>, Scheme>(participants, &codec);
    // The engine's own messages: the largest is an answer with a certificate.
    let certificates = ENGINE_FRAME_BYTES + Finalization::max_encode_size(participants);
    commonware_p2p::max_message_size(&[marshal, prefixed(certificates), gossip::MESSAGE_BYTES_MAX, tips::MESSAGE_BYTES])
}

/// Runs a node until the runtime is stopped.
///
/// # Errors
/// The node cannot go on, for the reason given.
pub async fn run<E, S, R, P, B, T>(
    context: E,
    config: Config,
    parts: Parts,
    network: Network<S, R, P, B, T>,
    monitor: Monitor,
) -> Result<(), String>
where
    E: Spawner + Clock + Metrics + Storage + CryptoRng,
    S: Sender<PublicKey = Key>,
    R: Receiver<PublicKey = Key>,
    P: Provider<PublicKey = Key>,
    B: Blocker<PublicKey = Key> + Sync,
    T: FnMut(u64, &Committee) + Send + Sync + 'static,
{
    let stopped = context.stopped();
    let failure = monitor.failure.clone();
    let tasks = assemble(context, config, parts, network, monitor).await?;
    let ended = async {
        let ((name, ended), ..) = futures::future::select_all(tasks.into_iter().map(name_end)).await;
        match ended {
            Ok(()) => format!("{name} stopped"),
            Err(error) => format!("{name} stopped: {error}"),
        }
    };
    select! {
        _ = stopped => { Ok(()) },
        reason = failure.reported() => Err(reason),
        reason = ended => Err(reason),
    }
}

/// A task that ends only when the node does.
struct Task {
    name: &'static str,
    handle: Handle<()>,
}

fn name_end(task: Task) -> futures::future::BoxFuture<'static, (&'static str, Result<(), commonware_runtime::Error>)> {
    Box::pin(async move { (task.name, task.handle.await) })
}

async fn assemble<E, S, R, P, B, T>(
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
    T: FnMut(u64, &Committee) + Send + Sync + 'static,
{
    let Parts { application, ledger, keyring, signals, journal_prefix } = parts;
    let Network { channels, provider, blocker, mut track } = network;
    let Monitor { status, failure } = monitor;
    let epoch_length = NonZeroU64::new(config.epoch_length).filter(|length| length.get() > 1);
    let epocher = FixedEpocher::new(epoch_length.ok_or("an epoch has at least two blocks")?);
    let signer = scheme::private(&config.secret);
    let me = config.secret.public_key();
    let codec = BlockCodec { keyring, bytes_max: config.block_bytes_max };
    let pages = CacheRef::new(PAGE_BYTES, PAGES);
    let budget = Budget::new(config.pacing.block_time);

    // Peers and schemes first: marshal asks for both as it starts.
    let schemes = Schemes::new(scheme::namespace(config.chain_id, config.genesis_hash), signer);
    let epoch = epochs::first(&epocher, application.head());
    for epoch in epoch.previous().into_iter().chain([epoch]) {
        let committee = application.committee(epoch.get()).ok_or("the current epoch has no committee")?;
        schemes.enter(epoch, &committee);
        track(epoch.get(), &committee);
    }

    let chain = Chain::new(context.child("chain"), application.clone(), ledger.clone(), failure.clone());
    let (committer, committing) =
        committer::Committer::start(context.child("committer"), chain.clone(), status.clone());
    let (marshal, mut tasks) = marshal::start(
        &context,
        marshal::Config {
            me: scheme::key(&me).expect("an own key"),
            codec: codec.clone(),
            epocher: epocher.clone(),
            schemes: schemes.clone(),
            pages: pages.clone(),
            ledger: ledger.clone(),
            head: application.head(),
            journal_prefix: journal_prefix.clone(),
        },
        (channels.backfill, channels.blocks),
        (provider, blocker.clone()),
        committer,
    )
    .await?;
    tasks.push(Task { name: "committer", handle: committing });

    let proposer = proposer::Proposer::new(
        context.child("proposer"),
        chain,
        codec,
        config.pacing,
        me,
        budget.clone(),
        signals.arrivals,
    );
    let deferred = Deferred::new(context.child("deferred"), proposer, marshal.clone(), epocher.clone());
    let timely = timely::Timely::new(
        context.child("timely"),
        deferred,
        marshal.clone(),
        budget,
        schemes.clone(),
        status.clone(),
    );

    let handle = gossip::send(context.child("gossip"), signals.outgoing, channels.transactions.0);
    tasks.push(Task { name: "gossip sender", handle });
    let handle =
        gossip::receive(context.child("gossip"), application.clone(), channels.transactions.1, blocker.clone());
    tasks.push(Task { name: "gossip receiver", handle });
    let handle = tips::Tips::start(
        context.child("tips"),
        marshal.clone(),
        epocher.clone(),
        status.clone(),
        channels.tips,
        blocker.clone(),
    );
    tasks.push(Task { name: "tips", handle });

    let (votes, certificates, requests) = (
        multiplex(&context, channels.votes),
        multiplex(&context, channels.certificates),
        multiplex(&context, channels.requests),
    );
    let epochs = epochs::Epochs {
        context: context.child("epochs"),
        application,
        ledger,
        marshal,
        timely,
        schemes,
        epocher,
        timeouts: config.timeouts,
        journal_prefix,
        votes,
        certificates,
        requests,
        blocker,
        track,
        pages,
        status,
        failure,
    };
    let handle = context.child("epochs").spawn(move |_| epochs.run());
    tasks.push(Task { name: "epochs", handle });
    Ok(tasks)
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

pub(crate) fn now_ms(clock: &impl Clock) -> u64 {
    clock.current().epoch_millis()
}
