//! Loading a million accounts, then staging, inserting and committing 5,000 transfers on them.
//! Bytes an account and a slot are printed.
#![allow(missing_docs, clippy::print_stderr, reason = "a benchmark")]

use althing_primitives::{
    Account, AccountChange, Address, B256, Block, BlockId, Body, Changes, Header, RecoveredBlock, U256, keccak256,
};
use althing_storage::{Storage, StorageConfig};
use althing_trie::{Root, StateTrie};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::sync::Arc;

const ACCOUNTS: u64 = 1_000_000;
const TRANSFERS: u64 = 5_000;

fn address(index: u64) -> Address {
    Address::from_word(keccak256(index.to_be_bytes()))
}

fn funded(balance: u64) -> AccountChange {
    let account = Account { nonce: 1, balance: U256::from(balance), ..Default::default() };
    AccountChange { account: Some(account), ..Default::default() }
}

fn accounts() -> Changes {
    Changes {
        accounts: (0..ACCOUNTS).map(|index| (address(index), funded(1_000_000_000))).collect(),
        ..Default::default()
    }
}

fn slots() -> Changes {
    let storage =
        (0..ACCOUNTS).map(|slot| (U256::from_be_bytes(keccak256(slot.to_be_bytes()).0), U256::from(slot + 1)));
    let change = AccountChange { storage: storage.collect(), ..funded(0) };
    Changes { accounts: [(Address::ZERO, change)].into_iter().collect(), ..Default::default() }
}

/// Two accounts a transfer.
fn transfers(round: u64) -> Changes {
    let touched = (0..TRANSFERS * 2).map(|key| (address((key * 7919 + round * 104_729) % ACCOUNTS), funded(round)));
    Changes { accounts: touched.collect(), ..Default::default() }
}

fn load(state: Changes) -> Storage {
    let root = StateTrie::default().prepare(Root::EMPTY, &state).hash();
    Storage::in_memory(StorageConfig::default(), BlockId::default(), root, state).expect("the right root")
}

fn step(storage: &Storage, changes: Changes) {
    let head = storage.head();
    let staged = storage.stage(head.hash, head.number + 1, changes).expect("on the head");
    let header = Header { number: head.number + 1, state_root: staged.state_root(), ..Default::default() };
    let block = Arc::new(RecoveredBlock::new(Block::new(header, Body::default()), Vec::new()));
    storage.insert(staged, block.hash()).expect("on the head");
    storage.commit(block.hash(), &block, &Arc::default()).expect("on the head");
}

fn bench(criterion: &mut Criterion) {
    let storage = load(accounts());
    let size = storage.size();
    let (flat, trie) = (size.flat_bytes as u64 / ACCOUNTS, size.trie_bytes as u64 / ACCOUNTS);
    eprintln!("{} bytes an account: {flat} flat, {trie} trie", flat + trie);
    let mut group = criterion.benchmark_group("a million accounts");
    group.sample_size(10);
    group.throughput(Throughput::Elements(TRANSFERS));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    let mut round = 0;
    let mut next = || {
        round += 1;
        transfers(round)
    };
    group.bench_function("stage, insert and commit 5,000 transfers, one core", |bencher| {
        bencher.iter_batched(&mut next, |changes| pool.install(|| step(&storage, changes)), BatchSize::PerIteration);
    });
    group.bench_function("read an account at the head", |bencher| {
        let view = storage.latest();
        let mut index = 0;
        bencher.iter(|| {
            index = (index + 7919) % ACCOUNTS;
            view.account(&Address::from_word(B256::from(U256::from(index))))
        });
    });
    group.throughput(Throughput::Elements(ACCOUNTS));
    group.bench_function("load", |bencher| {
        bencher.iter_batched(
            accounts,
            |state| {
                // Any root will do: it is compared last.
                Storage::in_memory(StorageConfig::default(), BlockId::default(), B256::ZERO, state).err()
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
    drop(storage);
    let size = load(slots()).size();
    let (flat, trie) = (size.flat_bytes as u64 / ACCOUNTS, size.trie_bytes as u64 / ACCOUNTS);
    eprintln!("{} bytes a slot: {flat} flat, {trie} trie", flat + trie);
}

criterion_group!(benches, bench);
criterion_main!(benches);
