use crate::{Setup, Toy, registry::Registry};
use althing_chainspec::ChainSpec;
use althing_consensus::{Application, Evidence, PublicKey, Signals};
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_ledger::{Ledger, OpenOptions, fs::MemFs};
use althing_primitives::{B256, Block, BlockHash, Bytes};
use althing_storage::kv::MemoryStore;
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};
use tokio::sync::mpsc;

/// A chain that a cluster's nodes run: the toy, or the real one.
pub trait Machine: Send + Sync + 'static {
    /// What consensus drives.
    fn application(&self) -> Arc<dyn Application>;

    /// Takes transactions from a client, and gossips them.
    fn submit(&self, transactions: Vec<Bytes>);

    /// The proofs of conflicting votes it was told of.
    fn evidence(&self) -> Vec<Evidence>;

    /// Hash and state root of every committed block, the genesis first.
    fn chain(&self) -> Vec<(BlockHash, B256)>;
}

/// A machine opened on a node's disk.
pub struct Opened {
    /// The machine.
    pub machine: Arc<dyn Machine>,
    /// Its ledger.
    pub ledger: Ledger,
    /// What its pool tells.
    pub signals: Signals,
}

/// The network every node of a cluster belongs to.
#[derive(Clone)]
pub struct World {
    /// The rules, where the chain has any.
    pub spec: Option<Arc<ChainSpec>>,
    /// Block 0.
    pub genesis: Arc<Block>,
    /// The keys every node has.
    pub keyring: Arc<Keyring>,
    /// The network at the genesis, as a toy's state says.
    pub registry: Arc<Registry>,
    /// Blocks an epoch.
    pub epoch_length: u64,
    /// Milliseconds since 1970, as the cluster sees it.
    pub now_ms: Arc<AtomicU64>,
}

/// What of a node survives its crashes, besides its journals.
#[derive(Clone, Default)]
pub struct Disk {
    /// The ledger's files.
    pub files: MemFs,
    /// The state's checkpoints.
    pub store: MemoryStore,
}

/// Kinds of chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`Toy`].
    Toy,
    /// The node's own.
    Real,
}

/// The network of every cluster.
pub const CHAIN_ID: u64 = 930_930;
/// When simulated time begins, in seconds since 1970.
pub const START_S: u64 = 1_800_000_000;
/// Transactions waiting to be gossiped, in batches.
const OUTGOING_MAX: usize = 1024;

impl Kind {
    /// The network of these nodes.
    pub fn world(self, setup: &Setup, seats: Vec<PublicKey>, followers: Vec<PublicKey>) -> World {
        let registry = Registry { seats, followers, pacing: setup.pacing, changed_at: 0 };
        let (spec, genesis) = match self {
            Self::Toy => (None, Toy::genesis(START_S)),
            Self::Real => {
                let spec = crate::real::spec(setup, &registry);
                (Some(Arc::new(spec.clone())), spec.genesis().clone())
            }
        };
        World::new(spec, genesis, registry, setup.epoch_length)
    }

    /// Opens a machine on what a disk holds, replaying the ledger.
    pub fn open(self, world: &World, disk: &Disk) -> Opened {
        match self {
            Self::Toy => open_toy(world, disk),
            Self::Real => crate::real::open(world, disk),
        }
    }

    /// The transaction of a number: each is valid once, whatever became of the others nearby.
    pub fn transaction(self, number: u64) -> Bytes {
        match self {
            Self::Toy => Toy::transaction(number),
            Self::Real => crate::real::transaction(number),
        }
    }
}

impl World {
    /// Joins a genesis and its network under the simulator's keys.
    fn new(spec: Option<Arc<ChainSpec>>, genesis: Block, registry: Registry, epoch_length: u64) -> Self {
        let secret = LedgerSecret::from_bytes([9; 32]);
        let keyring = Keyring::new(&secret, CHAIN_ID, genesis.hash(), Assurance::InsecureVirtual);
        Self {
            spec,
            genesis: Arc::new(genesis),
            keyring: Arc::new(keyring),
            registry: Arc::new(registry),
            epoch_length,
            now_ms: Arc::new(AtomicU64::new(START_S * 1000)),
        }
    }
}

/// Opens a toy.
fn open_toy(world: &World, disk: &Disk) -> Opened {
    let ledger = open_ledger(world, &disk.files);
    let (sender, outgoing) = mpsc::channel(OUTGOING_MAX);
    let toy = Arc::new(Toy::open(&ledger, world.epoch_length, world.registry.clone(), sender));
    let signals = Signals { arrivals: toy.arrivals(), outgoing };
    Opened { machine: Arc::new(ToyMachine(toy)), ledger, signals }
}

/// Opens the ledger on a disk.
///
/// # Panics
/// It does not open.
pub fn open_ledger(world: &World, files: &MemFs) -> Ledger {
    let files = Arc::new(files.clone());
    let keyring = world.keyring.clone();
    let opened = Ledger::open(files, Path::new("/ledger"), keyring, &world.genesis, OpenOptions::default());
    opened.expect("the ledger opens").0
}

struct ToyMachine(Arc<Toy>);

impl Machine for ToyMachine {
    fn application(&self) -> Arc<dyn Application> {
        self.0.clone()
    }

    fn submit(&self, transactions: Vec<Bytes>) {
        self.0.submit(transactions);
    }

    fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence()
    }

    fn chain(&self) -> Vec<(BlockHash, B256)> {
        self.0.chain()
    }
}
