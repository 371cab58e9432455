//! The real network: authenticated, encrypted connections to nodes with known keys and addresses.

use crate::{
    Committee, Config, StartError,
    engine::{self, Channels, Network},
};
use althing_consensus_core::scheme::{self, Key};
use althing_keys::Keyring;
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

/// Keys and addresses of the other nodes.
pub(crate) struct Peers(BTreeMap<Key, Address>);

impl Peers {
    pub(crate) fn new(config: &Config) -> Result<Self, StartError> {
        let mut peers = BTreeMap::new();
        for (index, peer) in config.peers.iter().enumerate() {
            let key = scheme::key(&peer.public_key).ok_or(StartError::Key(index))?;
            peers.insert(key, address(&peer.address).ok_or(StartError::Address(index))?);
        }
        Ok(Self(peers))
    }

    /// Validators are dialled; followers dial.
    fn split(&self, committee: &Committee) -> AddressableTrackedPeers<Key> {
        let validators = committee.participants();
        let (primary, secondary): (Vec<_>, Vec<_>) =
            self.0.clone().into_iter().partition(|(key, _)| validators.position(key).is_some());
        AddressableTrackedPeers::new(Map::from_iter_dedup(primary), Map::from_iter_dedup(secondary))
    }
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
    peers: Peers,
) -> RealNetwork<impl FnMut(u64, &Committee) + Send + Sync + 'static + use<>> {
    let (mut network, oracle) = lookup::Network::new(context.child("network"), configure(config, keyring, &peers));
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
    let track = move |epoch: u64, committee: &Committee| {
        manager.track(epoch, peers.split(committee));
    };
    Network { channels, provider: oracle.clone(), blocker: oracle, track }
}

fn configure(
    config: &Config,
    keyring: &Arc<Keyring>,
    peers: &Peers,
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
    let nodes = NonZeroUsize::new(peers.0.len().saturating_add(1)).expect("at least one");
    lookup::Config {
        // Several nodes may stand behind one address, and a network restarts all at once.
        allowed_handshake_rate_per_ip: Quota::per_second(NZU32!(64)),
        allowed_handshake_rate_per_subnet: Quota::per_second(NZU32!(256)),
        bypass_ip_check: true,
        peer_connection_cooldown: Duration::from_secs(1),
        dial_frequency: Duration::from_millis(250),
        dial_timeout: Duration::from_secs(5),
        tracked_peer_sets: NZUsize!(2),
        block_duration: BLOCK_DURATION,
        ..lookup::Config::local(
            Cups::<_, ChaCha20Poly1305>::new(handshake, cups::Version::V1),
            &namespace,
            config.listen,
            nodes,
            engine::message_bytes_max(config, keyring),
            MAILBOX,
        )
    }
}
