//! What checkpoints cost: the same commits with a disk below and without.
#![allow(missing_docs, reason = "criterion's macros declare undocumented items")]

use althing_chainspec::{ChainSpec, Genesis, GenesisAccount};
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_primitives::{
    Account, AccountChange, Address, B256, Block, BlockNumber, Body, Changes, Changeset, HashMap, Header,
    RecoveredBlock, Transaction, TxKind, U256,
    alloy::Signature,
    consensus::{SignableTransaction, TxEip1559},
};
use althing_storage::{BlockSource, CheckpointMode, Durable, Storage, StorageConfig, kv::MdbxStore};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::sync::{Arc, Mutex};

const BLOCKS: u64 = 10;
const TRANSFERS: u64 = 400;
const ACCOUNTS: u64 = 10_000;

/// A ledger that has every changeset at once.
struct Instant;

impl BlockSource for Instant {
    fn header(&self, _: BlockNumber) -> Result<Option<(B256, Header)>, String> {
        Ok(None)
    }

    fn hash(&self, _: BlockNumber) -> Option<B256> {
        None
    }

    fn number(&self, _: &B256) -> Option<BlockNumber> {
        None
    }

    fn changeset(&self, _: BlockNumber) -> Result<Option<Changeset>, String> {
        Ok(None)
    }

    fn derived_height(&self) -> BlockNumber {
        BlockNumber::MAX
    }

    fn sync_derived(&self) -> Result<(), String> {
        Ok(())
    }
}

/// A block of transfers between random accounts, executed.
fn transfers(random: &mut StdRng) -> (Vec<Transaction>, Changes) {
    let mut changes = Changes::default();
    for _ in 0..2 * TRANSFERS {
        let mut address = [0x11; 20];
        address[..8].copy_from_slice(&random.random_range(0..ACCOUNTS).to_be_bytes());
        let account =
            Account { nonce: random.random(), balance: U256::from(random.random::<u64>()), ..Account::default() };
        let change = AccountChange { account: Some(account), ..AccountChange::default() };
        changes.accounts.insert(Address::from(address), change);
    }
    let transaction = |_| {
        let tx = TxEip1559 { nonce: random.random(), to: TxKind::Call(Address::ZERO), ..TxEip1559::default() };
        Transaction::Eip1559(tx.into_signed(Signature::test_signature()))
    };
    ((0..TRANSFERS).map(transaction).collect(), changes)
}

fn commit(storage: &Storage, (transactions, changes): (Vec<Transaction>, Changes)) {
    let parent = storage.head();
    let number = parent.number + 1;
    let staged = storage.stage(parent.hash, number, changes).expect("the parent is the head");
    let header = Header { number, parent_hash: parent.hash, state_root: staged.state_root(), ..Header::default() };
    let senders = vec![Address::ZERO; transactions.len()];
    let block = Arc::new(RecoveredBlock::new(Block::new(header, Body { transactions, ..Body::default() }), senders));
    storage.insert(staged, block.hash()).expect("the parent is the head");
    storage.commit(block.hash(), &block, &Arc::default()).expect("the next block");
}

fn checkpoint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("commit of transfers");
    group.throughput(Throughput::Elements(BLOCKS * TRANSFERS)).sample_size(20);
    let spec = ChainSpec::dev();
    let dir = tempfile::tempdir().expect("a folder");
    let secret = LedgerSecret::from_bytes([3; 32]);
    let keyring = Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual);
    let durable = Durable {
        store: Arc::new(MdbxStore::open(dir.path()).expect("opens")),
        keyring: Arc::new(keyring),
        source: Arc::new(Instant),
        mode: CheckpointMode::Inline,
    };
    let on_disk = Storage::open(StorageConfig::default(), &spec, durable).expect("opens").0;
    let in_memory = Storage::genesis(StorageConfig::default(), &spec).expect("the genesis");
    for (name, storage) in [("memory", in_memory), ("MDBX, a checkpoint every 10 blocks", on_disk)] {
        let mut random = StdRng::seed_from_u64(7);
        group.bench_function(name, |bencher| {
            let blocks = || (0..BLOCKS).map(|_| transfers(&mut random)).collect::<Vec<_>>();
            let commit_all = |blocks: Vec<_>| blocks.into_iter().for_each(|block| commit(&storage, block));
            bencher.iter_batched(blocks, commit_all, BatchSize::LargeInput);
        });
    }
    group.finish();
}

/// A genesis of a million accounts: checking it, the first start, and a restart after blocks that
/// touched ten thousand others.
fn million(criterion: &mut Criterion) {
    const MILLION: u64 = 1_000_000;
    let mut group = criterion.benchmark_group("a million accounts");
    group.throughput(Throughput::Elements(MILLION)).sample_size(10);
    let mut genesis = Genesis::dev();
    for index in 0..MILLION {
        let mut address = [0x22; 20];
        address[..8].copy_from_slice(&index.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let account = GenesisAccount { balance: U256::from(index + 1), ..GenesisAccount::default() };
        genesis.alloc.insert(Address::from(address), account);
    }
    let spec = genesis.into_spec().expect("the preset is valid");
    let dir = tempfile::tempdir().expect("a folder");
    let secret = LedgerSecret::from_bytes([3; 32]);
    let keyring = Arc::new(Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual));
    let headers = Arc::new(Headers::default());
    let open = || {
        let store = Arc::new(MdbxStore::open(dir.path()).expect("opens"));
        let durable =
            Durable { store, keyring: keyring.clone(), source: headers.clone(), mode: CheckpointMode::Inline };
        Storage::open(StorageConfig::default(), &spec, durable).expect("opens").0
    };
    group.bench_function("first start", |bencher| bencher.iter_with_large_drop(&open));
    let storage = open();
    let mut random = StdRng::seed_from_u64(7);
    for _ in 0..4 * BLOCKS {
        commit(&storage, transfers(&mut random));
        let head = storage.head();
        let root = storage.stage(head.hash, head.number + 1, Changes::default()).expect("on the head").state_root();
        headers.0.lock().expect("not poisoned").insert(head.number, (head.hash, root));
    }
    drop(storage);
    group.bench_function("restart", |bencher| {
        bencher.iter_with_large_drop(|| {
            let storage = open();
            assert!(storage.checkpoint_height() > BLOCKS);
            storage
        });
    });
    group.finish();
}

/// A ledger of the headers that checkpoints are compared with.
#[derive(Default)]
struct Headers(Mutex<HashMap<BlockNumber, (B256, B256)>>);

impl BlockSource for Headers {
    fn header(&self, number: BlockNumber) -> Result<Option<(B256, Header)>, String> {
        let headers = self.0.lock().expect("not poisoned");
        let header = |state_root: &B256| Header { number, state_root: *state_root, ..Header::default() };
        Ok(headers.get(&number).map(|(hash, root)| (*hash, header(root))))
    }

    fn hash(&self, number: BlockNumber) -> Option<B256> {
        self.0.lock().expect("not poisoned").get(&number).map(|(hash, _)| *hash)
    }

    fn number(&self, _: &B256) -> Option<BlockNumber> {
        None
    }

    fn changeset(&self, _: BlockNumber) -> Result<Option<Changeset>, String> {
        Ok(None)
    }

    fn derived_height(&self) -> BlockNumber {
        BlockNumber::MAX
    }

    fn sync_derived(&self) -> Result<(), String> {
        Ok(())
    }
}

criterion_group!(benches, checkpoint, million);
criterion_main!(benches);
