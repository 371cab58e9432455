//! One node's consensus, over any runtime and network: the real ones, or a simulator's.

mod assembly;
mod chain;
mod committer;
mod empties;
mod epochs;
mod failure;
mod gossip;
mod marshal;
mod peers;
mod proposer;
mod status;
mod timely;
mod tips;

pub(crate) use chain::Chain;
pub(crate) use empties::Empties;
pub(crate) use failure::Failure;
pub(crate) use status::StatusCell;

use crate::{Application, Config, Peer, Signals, Status};
use althing_consensus_core::{
    BlockCodec, Committee, SealedBlock, batch,
    scheme::{Finalization, Key, Scheme},
    tip,
};
use althing_keys::Keyring;
use althing_ledger::Ledger;
use assembly::Task;
use commonware_consensus::marshal::{max_payload_size, standard::Standard};
use commonware_macros::select;
use commonware_p2p::{Blocker, Provider, Receiver, Sender, utils::mux::prefixed};
use commonware_runtime::{Clock, Metrics, Spawner, Storage};
use commonware_utils::{NonZeroDuration, SystemTimeExt};
use rand_core::CryptoRng;
use std::{sync::Arc, time::Duration};

/// Waiting for a peer's answer to a request.
pub(crate) fn fetch_timeout() -> NonZeroDuration {
    NonZeroDuration::new_panic(Duration::from_secs(2))
}
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
    /// Called with the nodes to be connected to, whenever they change, and with a number that
    /// grows from call to call.
    pub track: T,
}

/// What a running node shares with whoever started it.
#[derive(Clone)]
pub struct Monitor {
    status: StatusCell,
    failure: Failure,
}

impl Monitor {
    /// Prepares the monitor of a node to start, on a chain with epochs of so many blocks.
    pub fn new(application: Arc<dyn Application>, epoch_length: u64) -> Self {
        Self { status: StatusCell::new(application, epoch_length), failure: Failure::new() }
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
    commonware_p2p::max_message_size(&[marshal, prefixed(certificates), batch::MESSAGE_BYTES_MAX, tip::MESSAGE_BYTES])
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
    T: FnMut(u64, &[Peer]) + Send + Sync + 'static,
{
    let stopped = context.stopped();
    let failure = monitor.failure.clone();
    let tasks = assembly::assemble(context, config, parts, network, monitor).await?;
    let ended = async {
        let ((name, ended), ..) = futures::future::select_all(tasks.into_iter().map(Task::ended)).await;
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

pub(crate) fn now_ms(clock: &impl Clock) -> u64 {
    clock.current().epoch_millis()
}
