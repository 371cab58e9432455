use crate::{
    hostile::{Hostile, Spoil},
    machine::{CHAIN_ID, Disk, Kind, Machine, Opened, World},
};
use althing_consensus::{
    Config, Evidence, Pacing, SecretKey, Standing, Status,
    engine::{Channels, Monitor, Network, Parts},
};
use althing_keys::Keyring;
use althing_ledger::{Ledger, fs::Crash};
use althing_primitives::{B256, Block, BlockHash, Bytes, Receipt};
use althing_simulator_engine::{self as runtime, Inlet, Only, Port, Rule, SimulatedNetwork, Unchanged};
use commonware_codec::{Copying, DecodeExt};
use commonware_cryptography::ed25519::PublicKey;
use commonware_p2p::{
    Manager as _, TrackedPeers,
    simulated::{self, Link, Oracle, SplitTarget},
};
use commonware_runtime::{Clock as _, Handle, Quota, Supervisor as _, deterministic::Context};
use commonware_utils::{NZU32, NZUsize, SystemTimeExt as _, ordered::Set, probability};
use futures::FutureExt;
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

const QUOTA: Quota = Quota::per_second(NZU32!(1_000));
/// Largest encoded block here.
const BLOCK_BYTES_MAX: usize = 1 << 20;
const CHANNELS: u64 = 7;

/// What a cluster is made of.
#[derive(Clone)]
pub struct Setup {
    /// Validators of the genesis.
    pub validators: usize,
    /// Nodes that only follow.
    pub followers: usize,
    /// Nodes that the genesis does not name.
    pub strangers: usize,
    /// Blocks an epoch.
    pub epoch_length: u64,
    /// The pace.
    pub pacing: Pacing,
    /// Delay of every message.
    pub latency: Duration,
    /// Its standard deviation.
    pub jitter: Duration,
    /// The chain.
    pub kind: Kind,
}

impl Setup {
    /// Validators on the node's own chain, 10 ms apart.
    pub fn real(validators: usize) -> Self {
        Self { kind: Kind::Real, ..Self::toy(validators) }
    }

    /// Validators on a toy chain, 10 ms apart.
    pub fn toy(validators: usize) -> Self {
        Self {
            validators,
            followers: 0,
            strangers: 0,
            epoch_length: 240,
            pacing: Pacing::default(),
            latency: Duration::from_millis(10),
            jitter: Duration::from_millis(2),
            kind: Kind::Toy,
        }
    }
}

/// What a node is like when it starts.
#[derive(Clone, Default)]
pub enum Role {
    /// As it should be.
    #[default]
    Honest,
    /// Its proposals are spoilt.
    Proposer(Spoil),
    /// Its messages are.
    Wire(Arc<dyn Rule>),
}

/// Several nodes on one simulated network, in one thread.
pub struct Cluster {
    pub(crate) context: Context,
    oracle: Oracle<PublicKey, Context>,
    setup: Setup,
    world: World,
    nodes: Vec<Node>,
    starts: u64,
}

/// One node: what survives its crashes, and what does not.
struct Node {
    seed: [u8; 32],
    key: PublicKey,
    disk: Disk,
    running: Vec<Running>,
}

struct Running {
    machine: Arc<dyn Machine>,
    ledger: Ledger,
    monitor: Monitor,
    task: Handle<Result<(), String>>,
}

impl Cluster {
    /// Starts the network, and no node.
    pub async fn new(context: Context, setup: Setup) -> Self {
        let disks = (0..setup.validators + setup.followers + setup.strangers).map(|_| Disk::default()).collect();
        Self::resume(context, setup, disks).await
    }

    /// Starts the network on the disks of another run, and no node.
    pub async fn resume(context: Context, setup: Setup, disks: Vec<Disk>) -> Self {
        let nodes: Vec<Node> = disks.into_iter().enumerate().map(|(index, disk)| Node::new(index, disk)).collect();
        let network = simulated::Config {
            max_size: 2 * BLOCK_BYTES_MAX as u32,
            max_peers_per_set: NZUsize!(16),
            disconnect_on_block: true,
            tracked_peer_sets: NZUsize!(1),
        };
        let keys: Vec<_> = nodes.iter().map(|node| node.key.clone()).collect();
        let (validators, others) = keys.split_at(setup.validators);
        let followers = &others[..setup.followers];
        let (network, oracle) = simulated::Network::new_with_split_peers(
            context.child("network"),
            network,
            validators.to_vec(),
            followers.to_vec(),
        )
        .await;
        network.start();
        let public: Vec<_> = nodes.iter().map(|node| SecretKey::new(node.seed).public_key()).collect();
        let (seats, others) = public.split_at(setup.validators);
        let world = setup.kind.world(&setup, seats.to_vec(), others[..setup.followers].to_vec());
        let cluster = Self { context, oracle, setup, world, nodes, starts: 0 };
        cluster.heal().await;
        cluster
    }

    /// Starts every node.
    pub async fn start_all(&mut self) {
        for index in 0..self.nodes.len() {
            self.start(index, Role::Honest).await;
        }
    }

    /// Starts a node on what its disk holds.
    pub async fn start(&mut self, index: usize, role: Role) {
        let rule = match &role {
            Role::Wire(rule) => rule.clone(),
            _ => Arc::new(Unchanged),
        };
        let spoil = match role {
            Role::Proposer(spoil) => Some(spoil),
            _ => None,
        };
        let inlets = self.register(index).await;
        let channels = inlets.into_iter().map(|(inner, inlet, channel)| {
            let rule = rule.clone();
            (Port { inner, channel, rule }, inlet)
        });
        let (channels, disk) = (channels.collect(), self.nodes[index].disk.clone());
        self.run_node(index, format!("node-{index}-"), channels, &disk, spoil);
    }

    /// Starts two nodes behind one key: one sends to the `first` peers and hears them, the other
    /// sends to the `second` and hears the rest. Both propose and vote as they see fit.
    pub async fn start_twins(&mut self, index: usize, first: &[usize], second: &[usize]) {
        let keys = |group: &[usize]| group.iter().map(|peer| self.nodes[*peer].key.clone()).collect::<Vec<_>>();
        let (first, second) = (keys(first), keys(second));
        let (mut one, mut two) = (Vec::new(), Vec::new());
        for (inner, inlet, channel) in self.register(index).await {
            let group = first.clone();
            let context = self.context.child("twins").with_attribute("channel", channel);
            let (left, right) =
                inlet.split_with(context, move |(from, _): &(PublicKey, _)| match group.contains(from) {
                    true => SplitTarget::Primary,
                    false => SplitTarget::Secondary,
                });
            one.push((Port { inner: inner.clone(), channel, rule: Arc::new(Only(first.clone())) }, left));
            two.push((Port { inner, channel, rule: Arc::new(Only(second.clone())) }, right));
        }
        let disk = self.nodes[index].disk.clone();
        self.run_node(index, format!("node-{index}-"), one, &disk, None);
        self.run_node(index, format!("twin-{index}-"), two, &Disk::default(), None);
    }

    fn run_node(
        &mut self,
        index: usize,
        journal_prefix: String,
        channels: Vec<(Port, Inlet)>,
        disk: &Disk,
        spoil: Option<Spoil>,
    ) {
        let Opened { machine, ledger, signals } = self.setup.kind.open(&self.world, disk);
        let mut application = machine.application();
        if let Some(spoil) = spoil {
            application = Arc::new(Hostile::new(application, spoil));
        }
        let monitor = Monitor::new(application.clone(), self.setup.epoch_length);
        let keyring = self.world.keyring.clone();
        let parts = Parts { application, ledger: ledger.clone(), keyring, signals, journal_prefix };
        let (config, network, running) = (self.config(index), self.network(index, channels), monitor.clone());
        let context = self.context.child("node").with_attribute("start", self.starts);
        let task = runtime::start(context, config, parts, network, running);
        self.starts += 1;
        self.nodes[index].running.push(Running { machine, ledger, monitor, task });
    }

    /// Kills a node. Its disk keeps what `crash` says; its journals keep what was synced, since
    /// the runtime reads a blob that is opened again from what is durable.
    pub async fn kill(&mut self, index: usize, crash: Crash) {
        for running in std::mem::take(&mut self.nodes[index].running) {
            running.task.abort();
            let _ = running.task.await;
        }
        // What it had open is dropped by the runtime's next turn.
        self.context.sleep(Duration::from_millis(1)).await;
        self.nodes[index].disk.files.crash(crash);
    }

    /// Cuts the power of the whole network: what of the disks survives. Journals are the runtime's.
    pub fn into_disks(self) -> Vec<Disk> {
        let disks = self.nodes.into_iter().map(|node| node.disk);
        disks.inspect(|disk| disk.files.crash(Crash::LoseUnsynced)).collect()
    }

    /// Whether the node runs.
    pub fn is_running(&self, index: usize) -> bool {
        !self.nodes[index].running.is_empty()
    }

    /// How many nodes there are.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// The network's keys.
    pub const fn keyring(&self) -> &Arc<Keyring> {
        &self.world.keyring
    }

    /// A node's public key.
    pub fn public_key(&self, index: usize) -> althing_consensus::PublicKey {
        SecretKey::new(self.nodes[index].seed).public_key()
    }

    /// A block that a running node has committed.
    ///
    /// # Panics
    /// It has not.
    pub fn block(&self, index: usize, height: u64) -> Arc<Block> {
        self.running(index).ledger.block(height).expect("an intact ledger").expect("committed")
    }

    /// What became of the transactions of such a block. Empty on a toy, which has no receipts.
    pub fn receipts(&self, index: usize, height: u64) -> Arc<Vec<Receipt>> {
        self.running(index).ledger.receipts(height).expect("an intact ledger").unwrap_or_default()
    }

    /// The proofs of conflicting votes that a running node has seen.
    pub fn evidence(&self, index: usize) -> Vec<Evidence> {
        self.running(index).machine.evidence()
    }

    /// A running node's chain: hash and state root by height.
    pub fn chain(&self, index: usize) -> Vec<(BlockHash, B256)> {
        self.running(index).machine.chain()
    }

    /// What a running node says of itself.
    pub fn status(&self, index: usize) -> Status {
        self.running(index).monitor.status()
    }

    /// Who votes in the epoch that a running node is in, as its chain says.
    pub fn validators(&self, index: usize) -> Vec<usize> {
        let epoch = self.status(index).epoch;
        let committee = self.running(index).machine.application().committee(epoch).expect("it is in that epoch");
        (0..self.size()).filter(|node| committee.validators().contains(&self.public_key(*node))).collect()
    }

    /// Sends transactions to a node, as a client would. Lost if it does not run.
    pub fn submit(&self, index: usize, transactions: Vec<Bytes>) {
        if let Some(running) = self.nodes[index].running.first() {
            running.machine.submit(transactions);
        }
    }

    /// Connects everybody with the setup's delay.
    pub async fn heal(&self) {
        self.connect(|_, _| Some(self.setup.latency)).await;
    }

    /// Connects the pairs for which `latency` is some, with that delay.
    pub async fn connect(&self, latency: impl Fn(usize, usize) -> Option<Duration>) {
        for (a, from) in self.nodes.iter().enumerate() {
            for (b, to) in self.nodes.iter().enumerate().filter(|(b, _)| *b != a) {
                // Absent before the first link.
                let _ = self.oracle.remove_link(from.key.clone(), to.key.clone()).await;
                if let Some(latency) = latency(a, b) {
                    let link = Link { latency, jitter: self.setup.jitter, success_rate: probability!(1.0) };
                    // Refused only where a node blocked the other for good.
                    let _ = self.oracle.add_link(from.key.clone(), to.key.clone(), link).await;
                }
            }
        }
    }

    /// Waits until these nodes have committed the height, at most `limit` of simulated time.
    ///
    /// # Panics
    /// The time is over, a node has failed, or two disagree.
    pub async fn reach(&mut self, nodes: &[usize], height: u64, limit: Duration) {
        let deadline = self.context.current() + limit;
        loop {
            let heights: Vec<u64> = nodes.iter().map(|index| self.height(*index)).collect();
            if heights.iter().all(|reached| *reached >= height) {
                break;
            }
            if self.context.current() >= deadline {
                let nodes: Vec<Status> = nodes.iter().map(|index| self.status(*index)).collect();
                panic!("heights {heights:?} instead of {height} after {limit:?}: {nodes:?}");
            }
            self.run(Duration::from_millis(50)).await;
        }
        self.check(nodes);
    }

    /// What every vote of this network signs besides its subject.
    pub fn vote_namespace(&self) -> Vec<u8> {
        althing_consensus_core::scheme::namespace(CHAIN_ID, self.world.genesis.hash())
    }

    /// Lets simulated time pass.
    ///
    /// # Panics
    /// A node has failed.
    pub async fn run(&mut self, time: Duration) {
        self.context.sleep(time).await;
        self.world.now_ms.store(self.context.current().epoch_millis(), Ordering::Relaxed);
        for (index, node) in self.nodes.iter_mut().enumerate() {
            for running in &mut node.running {
                if let Some(end) = (&mut running.task).now_or_never() {
                    panic!("node {index} stopped: {end:?}");
                }
            }
        }
    }

    /// Committed height of a running node.
    pub fn height(&self, index: usize) -> u64 {
        self.running(index).monitor.status().committed
    }

    /// Checks that no two of these nodes committed different blocks or states at a height.
    ///
    /// # Panics
    /// They did.
    pub fn check(&self, nodes: &[usize]) {
        let mut agreed: BTreeMap<usize, (BlockHash, B256)> = BTreeMap::new();
        for index in nodes {
            for (height, block) in self.chain(*index).into_iter().enumerate() {
                let first = agreed.entry(height).or_insert(block);
                assert_eq!(*first, block, "node {index} disagrees at height {height}");
            }
        }
    }

    /// Checks that every block of these nodes' ledgers has the body its header says.
    ///
    /// # Panics
    /// One has another.
    pub fn check_bodies(&self, nodes: &[usize]) {
        for index in nodes {
            let ledger = &self.running(*index).ledger;
            for height in 0..=self.height(*index) {
                let block = ledger.block(height).expect("an intact ledger").expect("committed");
                block.check_body().unwrap_or_else(|error| panic!("node {index}, height {height}: {error}"));
            }
        }
    }

    fn running(&self, index: usize) -> &Running {
        self.nodes[index].running.first().expect("the node runs")
    }

    fn config(&self, index: usize) -> Config {
        Config {
            secret: SecretKey::new(self.nodes[index].seed),
            listen: ([127, 0, 0, 1], 0).into(),
            chain_id: CHAIN_ID,
            genesis_hash: self.world.genesis.hash(),
            journals: Default::default(),
            epoch_length: self.setup.epoch_length,
            block_bytes_max: BLOCK_BYTES_MAX,
        }
    }

    async fn register(&self, index: usize) -> Vec<(simulated::Sender<PublicKey, Context>, Inlet, u64)> {
        let control = self.oracle.control(self.nodes[index].key.clone());
        let mut channels = Vec::new();
        for channel in 0..CHANNELS {
            let (sender, receiver) = control.register(channel, QUOTA).await.expect("the network runs");
            channels.push((sender, receiver, channel));
        }
        channels
    }

    fn network(&self, index: usize, channels: Vec<(Port, Inlet)>) -> SimulatedNetwork {
        let [votes, certificates, requests, backfill, blocks, transactions, tips] =
            channels.try_into().unwrap_or_else(|_| unreachable!("seven channels"));
        let mut manager = self.oracle.manager();
        Network {
            channels: Channels { votes, certificates, requests, backfill, blocks, transactions, tips },
            provider: self.oracle.manager(),
            blocker: self.oracle.control(self.nodes[index].key.clone()),
            track: Box::new(move |id, peers| {
                let keys = |standing| {
                    let of = peers.iter().filter(|peer| peer.standing == standing);
                    Set::from_iter_dedup(of.map(|peer| key(&peer.public_key)))
                };
                let peers = TrackedPeers::new(keys(Standing::Validator), keys(Standing::Follower));
                // Every node tells the one network; it takes the first word.
                let _ = manager.track(id, peers);
            }),
        }
    }
}

impl Node {
    fn new(index: usize, disk: Disk) -> Self {
        let mut seed = [1; 32];
        seed[..8].copy_from_slice(&(index as u64).to_be_bytes());
        let key = key(&SecretKey::new(seed).public_key());
        Self { seed, key, disk, running: Vec::new() }
    }
}

fn key(bytes: &[u8; 32]) -> PublicKey {
    PublicKey::decode(Copying(bytes)).expect("a valid key")
}
