use super::{assembly::Task, committer::Committer, epochs::VIEW_RETENTION, fetch_timeout};
use crate::{schemes::Schemes, store::Archive};
use althing_consensus_core::{
    BlockCodec, SealedBlock,
    scheme::{Key, Scheme},
};
use althing_ledger::Ledger;
use commonware_broadcast::buffered;
use commonware_consensus::{
    marshal::{
        self, Start,
        core::{self, Actor, Processed},
        resolver::p2p as resolver,
        standard::Standard,
    },
    types::FixedEpocher,
};
use commonware_cryptography::{Digested, Digestible};
use commonware_p2p::{Blocker, Provider, Receiver, Sender};
use commonware_parallel::Sequential;
use commonware_runtime::{Clock, Metrics, Spawner, Storage, buffer::paged::CacheRef};
use commonware_utils::{NZU64, NZUsize, acknowledgement::Exact};
use rand_core::CryptoRng;
use std::{num::NonZeroUsize, time::Duration};
use tracing::warn;

const JOURNALS: &str = "marshal";
/// After [`JOURNALS`]: marshal's own record of what was committed.
const PROGRESS: &str = "-application-metadata";
const MAILBOX: NonZeroUsize = NZUsize!(1024);
/// Final blocks handed out ahead of their commit.
const PENDING_COMMITS: NonZeroUsize = NZUsize!(8);
/// Blocks fetched at a time by a node that is behind.
const REPAIRS: NonZeroUsize = NZUsize!(16);
/// Unverified blocks kept of each peer.
const BLOCKS_KEPT: usize = 8;
const KEY_BUFFER: NonZeroUsize = NZUsize!(16 * 1024);
const BLOCK_BUFFER: NonZeroUsize = NZUsize!(256 * 1024);

/// The mailbox of marshal.
pub(crate) type Marshal = core::Mailbox<Scheme, Standard<SealedBlock>>;

/// What marshal is started with.
pub(super) struct Config {
    pub(super) me: Key,
    pub(super) codec: BlockCodec,
    pub(super) epocher: FixedEpocher,
    pub(super) schemes: Schemes,
    pub(super) pages: CacheRef,
    pub(super) ledger: Ledger,
    /// Height of the application.
    pub(super) head: u64,
    pub(super) journal_prefix: String,
}

impl Config {
    fn partition(&self) -> String {
        format!("{}{JOURNALS}", self.journal_prefix)
    }
}

type MarshalActor<E> =
    Actor<E, Standard<SealedBlock>, Schemes, Archive<E>, Archive<E>, FixedEpocher, Sequential, Exact>;

/// Starts marshal with its broadcast buffer and its resolver.
pub(super) async fn start<E, S, R, P, B>(
    context: &E,
    config: Config,
    (backfill, blocks): ((S, R), (S, R)),
    (provider, blocker): (P, B),
    committer: Committer,
) -> Result<(Marshal, Vec<Task>), String>
where
    E: Spawner + Clock + Metrics + Storage + CryptoRng,
    S: Sender<PublicKey = Key>,
    R: Receiver<PublicKey = Key>,
    P: Provider<PublicKey = Key>,
    B: Blocker<PublicKey = Key>,
{
    let buffer = buffered::Config {
        public_key: config.me.clone(),
        mailbox_size: MAILBOX,
        deque_size: BLOCKS_KEPT,
        priority: false,
        codec_config: config.codec.clone(),
        peer_provider: provider.clone(),
        strategy: Sequential,
    };
    let (engine, buffer) = buffered::Engine::new(context.child("buffer"), buffer);
    let buffering = engine.start(blocks);

    let resolver = resolver::Config {
        public_key: config.me.clone(),
        peer_provider: provider,
        blocker,
        mailbox_size: MAILBOX,
        fetch_timeout: fetch_timeout(),
        fetch_retry_delay: Duration::from_millis(100),
        priority_requests: false,
        priority_responses: false,
    };
    let resolver = resolver::init(context.child("resolver"), resolver, backfill);

    let (mut actor, mut mailbox, processed) = init(context, &config).await?;
    if processed > config.head {
        // The ledger lost blocks it had (healed): all from the genesis on is handed out again,
        // which the application ignores up to its head.
        warn!(processed, head = config.head, "the ledger is behind what was committed; fetching again");
        drop(actor);
        context
            .remove(&format!("{}{PROGRESS}", config.partition()), None)
            .await
            .map_err(|error| format!("journals: {error}"))?;
        (actor, mailbox, _) = init(context, &config).await?;
    }
    let marshalling = actor.start(committer, buffer, resolver);
    let tasks = vec![Task { name: "block buffer", handle: buffering }, Task { name: "marshal", handle: marshalling }];
    Ok((mailbox, tasks))
}

/// Also returns the height marshal takes for committed.
async fn init<E>(context: &E, config: &Config) -> Result<(MarshalActor<E>, Marshal, u64), String>
where
    E: Spawner + Clock + Metrics + Storage + CryptoRng,
{
    let ledger = &config.ledger;
    let genesis = read_genesis(ledger)?;
    let digest = genesis.digest();
    let (actor, mailbox, floor) = Actor::init(
        context.child("marshal"),
        Archive::new(context.child("certificates"), ledger.clone()),
        Archive::new(context.child("blocks"), ledger.clone()),
        marshal::Config {
            provider: config.schemes.clone(),
            epocher: config.epocher.clone(),
            start: Start::Genesis(Digested::precomputed(genesis, digest)),
            partition_prefix: config.partition(),
            mailbox_size: MAILBOX,
            view_retention: VIEW_RETENTION,
            prunable_items_per_section: NZU64!(64),
            page_cache: config.pages.clone(),
            replay_buffer: BLOCK_BUFFER,
            key_write_buffer: KEY_BUFFER,
            value_write_buffer: BLOCK_BUFFER,
            block_codec_config: config.codec.clone(),
            max_repair: REPAIRS,
            max_pending_acks: PENDING_COMMITS,
            strategy: Sequential,
        },
    )
    .await;
    Ok((actor, mailbox, floor.processed().map_or(0, |processed| Processed::height(processed).get())))
}

fn read_genesis(ledger: &Ledger) -> Result<SealedBlock, String> {
    let block = ledger.block(0).map_err(|error| error.to_string())?.ok_or("the ledger has no genesis")?;
    let sealed = ledger.encoded(0).map_err(|error| error.to_string())?.ok_or("the ledger has no genesis")?;
    SealedBlock::stored(block, sealed).map_err(|error| error.to_string())
}
