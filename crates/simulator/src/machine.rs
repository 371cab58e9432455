use crate::Toy;
use althing_consensus::{Application, Committee, Signals};
use althing_keys::Keyring;
use althing_ledger::{Ledger, OpenOptions, fs::MemFs};
use althing_primitives::{B256, Block, BlockHash, Bytes};
use std::{path::Path, sync::Arc};
use tokio::sync::mpsc;

/// A chain that a cluster's nodes run: the toy, or the real one.
pub trait Machine: Send + Sync + 'static {
    /// What consensus drives.
    fn application(&self) -> Arc<dyn Application>;

    /// Takes transactions from a client, and gossips them.
    fn submit(&self, transactions: Vec<Bytes>);

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
    /// Block 0.
    pub genesis: Arc<Block>,
    /// The keys every node has.
    pub keyring: Arc<Keyring>,
    /// The validators of every epoch.
    pub committee: Committee,
}

/// Opens a machine on what a disk holds, replaying the ledger.
pub type Open = fn(&World, &MemFs) -> Opened;

/// Transactions waiting to be gossiped, in batches.
const OUTGOING_MAX: usize = 1024;

/// Opens a toy.
pub fn open_toy(world: &World, disk: &MemFs) -> Opened {
    let ledger = open_ledger(world, disk);
    let (sender, outgoing) = mpsc::channel(OUTGOING_MAX);
    let committee = world.committee.clone();
    let toy = Arc::new(Toy::open(&ledger, move |_| Some(committee.clone()), sender));
    let signals = Signals { arrivals: toy.arrivals(), outgoing };
    Opened { machine: Arc::new(ToyMachine(toy)), ledger, signals }
}

/// Opens the ledger on a disk.
///
/// # Panics
/// It does not open.
pub fn open_ledger(world: &World, disk: &MemFs) -> Ledger {
    let disk = Arc::new(disk.clone());
    let keyring = world.keyring.clone();
    let opened = Ledger::open(disk, Path::new("/ledger"), keyring, &world.genesis, OpenOptions::default());
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

    fn chain(&self) -> Vec<(BlockHash, B256)> {
        self.0.chain()
    }
}
