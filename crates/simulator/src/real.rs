//! The node's own chain over a disk in memory.

use crate::{
    Setup,
    account::{published, sign},
    machine::{CHAIN_ID, Disk, Machine, Opened, World},
    registry::Registry,
};
use alloy_consensus::TxLegacy;
use alloy_signer_local::PrivateKeySigner;
use althing_chainspec::{ChainSpec, Genesis, Validator};
use althing_consensus::{Application, Evidence, PublicKey, Signals};
use althing_ledger::OpenOptions;
use althing_node::{Chain, Clock, Seams};
use althing_primitives::{Address, B256, BlockHash, Bytes, TxKind, U256};
use althing_storage::CheckpointMode;
use althing_txpool::Origin;
use std::{
    path::PathBuf,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Accounts that send in turn, each with its own nonces.
const SENDERS: u64 = 10;

static SIGNERS: LazyLock<Vec<PrivateKeySigner>> = LazyLock::new(|| (0..SENDERS as u32).map(published).collect());

/// The testnet of these nodes, with the setup's epochs and pace.
pub(crate) fn spec(setup: &Setup, registry: &Registry) -> ChainSpec {
    let nodes = |keys: &[PublicKey]| keys.iter().map(node).collect();
    let mut genesis = Genesis::testnet(nodes(&registry.seats));
    let section = genesis.althing.as_mut().expect("the preset has a consortium");
    section.followers = nodes(&registry.followers);
    section.epoch_length = setup.epoch_length;
    let millis = |time: Duration| u64::try_from(time.as_millis()).expect("a short time");
    section.block_time_ms = millis(setup.pacing.block_time);
    section.follow_up_blocks = setup.pacing.follow_up_blocks;
    section.follow_up_ms = millis(setup.pacing.follow_up_time);
    section.heartbeat_ms = millis(setup.pacing.heartbeat);
    genesis.into_spec().expect("the preset is valid")
}

fn node(key: &PublicKey) -> Validator {
    Validator { public_key: (*key).into(), address: "127.0.0.1:1".to_owned(), member: None }
}

/// A transfer to a fresh account, without a fee.
pub(crate) fn transaction(number: u64) -> Bytes {
    let to = Address::left_padding_from(&(number + (1 << 32)).to_be_bytes());
    let tx = TxLegacy {
        chain_id: Some(CHAIN_ID),
        nonce: number / SENDERS,
        gas_limit: 21_000,
        to: TxKind::Call(to),
        value: U256::from(number + 1),
        ..TxLegacy::default()
    };
    sign(&SIGNERS[(number % SENDERS) as usize], tx)
}

pub(crate) fn open(world: &World, disk: &Disk) -> Opened {
    let spec = world.spec.clone().expect("the real chain has rules");
    let seams = Seams {
        fs: Arc::new(disk.files.clone()),
        ledger: PathBuf::from("/ledger"),
        options: OpenOptions::default(),
        store: Arc::new(disk.store.clone()),
        checkpoints: CheckpointMode::Inline,
        clock: Arc::new(Simulated(world.now_ms.clone())),
    };
    let chain = Arc::new(seams.open(spec, world.keyring.clone()).expect("the chain opens"));
    chain.replay().expect("the ledger replays");
    let parts = chain.parts();
    let outgoing = parts.pool.outgoing().expect("taken once");
    let signals = Signals { arrivals: parts.pool.arrivals(), outgoing };
    let ledger = parts.ledger.clone();
    Opened { machine: Arc::new(Real(chain)), ledger, signals }
}

struct Real(Arc<Chain>);

impl Machine for Real {
    fn application(&self) -> Arc<dyn Application> {
        self.0.clone()
    }

    fn submit(&self, transactions: Vec<Bytes>) {
        // A transaction known or included already is refused, as a client would be told.
        drop(self.0.parts().pool.submit(transactions, Origin::Local));
    }

    fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence()
    }

    fn chain(&self) -> Vec<(BlockHash, B256)> {
        let ledger = &self.0.parts().ledger;
        let block = |number| ledger.block(number).expect("an intact ledger").expect("committed");
        (0..=self.0.head()).map(block).map(|block| (block.hash(), block.header.state_root)).collect()
    }
}

/// The cluster's time.
struct Simulated(Arc<AtomicU64>);

impl Clock for Simulated {
    fn unix_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.unix_ms())
    }
}
