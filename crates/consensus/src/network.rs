//! The real network: authenticated, encrypted connections to the nodes the chain names.

use crate::{
    Config, Peer, Standing,
    engine::{self, Channels, Network},
};
use althing_consensus_core::scheme::{self, Key};
use althing_keys::Keyring;
use althing_primitives::hex;
use commonware_cryptography::{ChaCha20Poly1305, ed25519::PrivateKey};
use commonware_p2p::{
    Address, AddressableManager, AddressableTrackedPeers, Ingress,
    authenticated::lookup::{self, Oracle, Receiver, Sender},
};
use commonware_runtime::{Quota, Supervisor as _, tokio::Context};
use commonware_stream::{
    SakeCups,
    cups::{self, Cups},
    sake::{self, Sake},
};
use commonware_utils::{Hostname, NZU32, NZUsize, ordered::Map};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    num::{NonZeroU32, NonZeroUsize},
    sync::Arc,
    time::Duration,
};
use tracing::warn;

/// Messages a second from each peer, by channel; more wait at the sender. Votes: a few a view and
/// validator, hundreds in a burst of catching up.
const VOTES: NonZeroU32 = NZU32!(1024);
/// Blocks are large: enough for ten times the block rate.
const BLOCKS: NonZeroU32 = NZU32!(64);
/// A node that is behind asks for this many blocks.
const BACKFILL: NonZeroU32 = NZU32!(256);
/// Batches of transactions, one each 10 ms.
const TRANSACTIONS: NonZeroU32 = NZU32!(256);
/// Tips: one a block.
const TIPS: NonZeroU32 = NZU32!(64);
/// A peer that sent something invalid stays cut off for this long.
const BLOCK_DURATION: Duration = Duration::from_secs(600);
const MAILBOX: NonZeroUsize = NZUsize!(1024);

/// Nodes that may come in before a restart, at least. Each place costs 2 MB: the channels keep
/// room for a second's worth of messages of every node.
const NEWCOMERS: usize = 16;

/// Nodes to make room for, where so many are known: twice as many, since all may be replaced
/// within an epoch.
pub(crate) fn capacity(known: usize) -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(known.saturating_add(known.max(NEWCOMERS)))
}

/// Validators are dialled; followers dial. Those that cannot be connected to are left out: a bad
/// key or address, or no room, followers first.
fn split(peers: &[Peer], capacity: NonZeroUsize) -> AddressableTrackedPeers<Key> {
    let (mut validators, mut followers) = (BTreeMap::new(), BTreeMap::new());
    for peer in peers {
        let list = match peer.standing {
            Standing::Validator => &mut validators,
            Standing::Follower => &mut followers,
        };
        match (scheme::key(&peer.public_key), address(&peer.address)) {
            (Some(key), Some(address)) => drop(list.insert(key, address)),
            _ => warn!(node = %hex::encode(peer.public_key), "a node's key or address cannot be used"),
        }
    }
    followers.retain(|key, _| !validators.contains_key(key));
    // One place is this node's own.
    let room = capacity.get() - 1;
    let nodes = validators.len() + followers.len();
    if nodes > room {
        warn!(nodes, room, "more nodes than there is room for; restart to connect to all");
    }
    let validators: Vec<_> = validators.into_iter().take(room).collect();
    let followers: Vec<_> = followers.into_iter().take(room - validators.len()).collect();
    AddressableTrackedPeers::new(Map::from_iter_dedup(validators), Map::from_iter_dedup(followers))
}

/// `host:port`, the host a name or an address. Connections come from wherever they come: the
/// handshake tells who it is.
fn address(text: &str) -> Option<Address> {
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(Address::Symmetric(socket));
    }
    let (host, port) = text.rsplit_once(':')?;
    let ingress = Ingress::Dns { host: Hostname::new(host).ok()?, port: port.parse().ok()? };
    Some(Address::Asymmetric { ingress, egress: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)) })
}

/// The engine's network over [`lookup`].
type RealNetwork<T> = Network<Sender<Key, Context>, Receiver<Key>, Oracle<Key>, Oracle<Key>, T>;

/// Opens the network and its channels.
pub(crate) fn start(
    context: &Context,
    config: &Config,
    keyring: &Arc<Keyring>,
    capacity: NonZeroUsize,
) -> RealNetwork<impl FnMut(u64, &[Peer]) + Send + Sync + 'static + use<>> {
    let (mut network, oracle) = lookup::Network::new(context.child("network"), configure(config, keyring, capacity));
    let mut register = |channel, rate| network.register(channel, Quota::per_second(rate));
    let channels = Channels {
        votes: register(0, VOTES),
        certificates: register(1, VOTES),
        requests: register(2, VOTES),
        backfill: register(3, BACKFILL),
        blocks: register(4, BLOCKS),
        transactions: register(5, TRANSACTIONS),
        tips: register(6, TIPS),
    };
    // Ends with the runtime; its end closes the channels, which stops the node.
    drop(network.start());
    let mut manager = oracle.clone();
    let track = move |id: u64, peers: &[Peer]| {
        manager.track(id, split(peers, capacity));
    };
    Network { channels, provider: oracle.clone(), blocker: oracle, track }
}

fn configure(
    config: &Config,
    keyring: &Arc<Keyring>,
    capacity: NonZeroUsize,
) -> lookup::Config<SakeCups<PrivateKey, ChaCha20Poly1305>> {
    let handshake = Sake {
        signer: scheme::private(&config.secret),
        synchrony_bound: Duration::from_secs(30),
        max_handshake_age: Duration::from_secs(30),
        version: sake::Version::V1,
    };
    let mut namespace = b"althing/consensus/peer/v1".to_vec();
    namespace.extend_from_slice(&config.chain_id.to_be_bytes());
    namespace.extend_from_slice(config.genesis_hash.as_slice());
    lookup::Config {
        // Several nodes may stand behind one address, and a network restarts all at once.
        allowed_handshake_rate_per_ip: Quota::per_second(NZU32!(64)),
        allowed_handshake_rate_per_subnet: Quota::per_second(NZU32!(256)),
        bypass_ip_check: true,
        peer_connection_cooldown: Duration::from_secs(1),
        dial_frequency: Duration::from_millis(250),
        dial_timeout: Duration::from_secs(5),
        // Whoever is to stay connected past its epoch is in the set.
        tracked_peer_sets: NZUsize!(1),
        block_duration: BLOCK_DURATION,
        ..lookup::Config::local(
            Cups::<_, ChaCha20Poly1305>::new(handshake, cups::Version::V1),
            &namespace,
            config.listen,
            capacity,
            engine::message_bytes_max(config, keyring),
            MAILBOX,
        )
    }
}
