//! Updates of random accounts in a trie of a million. Bytes a key are printed.
#![allow(missing_docs, clippy::print_stderr, reason = "a benchmark")]

use althing_primitives::{Account, AccountChange, Address, Changes, U256, keccak256};
use althing_trie::{Root, StateTrie};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const ACCOUNTS: u64 = 1_000_000;
const CHUNK: u64 = 50_000;

fn address(index: u64) -> Address {
    Address::from_word(keccak256(index.to_be_bytes()))
}

fn changes(indices: impl Iterator<Item = u64>, balance: u64) -> Changes {
    let change = || {
        let account = Account { nonce: 1, balance: U256::from(balance), ..Default::default() };
        AccountChange { account: Some(account), ..Default::default() }
    };
    Changes { accounts: indices.map(|index| (address(index), change())).collect(), ..Default::default() }
}

fn slots(count: u64) -> Changes {
    let storage = (0..count).map(|slot| (U256::from_be_bytes(keccak256(slot.to_be_bytes()).0), U256::from(slot + 1)));
    let change = AccountChange { account: Some(Account::default()), wiped: false, storage: storage.collect() };
    Changes { accounts: [(Address::ZERO, change)].into_iter().collect(), ..Default::default() }
}

fn filled() -> (StateTrie, Root) {
    let mut trie = StateTrie::default();
    let mut root = Root::EMPTY;
    for chunk in 0..ACCOUNTS / CHUNK {
        let prepared = trie.prepare(root, &changes(chunk * CHUNK..(chunk + 1) * CHUNK, 1_000_000_000));
        let version = trie.install(prepared);
        trie.free(version.replaced);
        root = version.root;
    }
    (trie, root)
}

fn bench(criterion: &mut Criterion) {
    let (mut trie, root) = filled();
    eprintln!("{} bytes an account, {} nodes", trie.bytes() as u64 / ACCOUNTS, trie.nodes());
    let mut group = criterion.benchmark_group("update of a million accounts");
    group.sample_size(10);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    for keys in [100, 1000, 10_000u64] {
        group.throughput(Throughput::Elements(keys));
        let mut round = 0;
        group.bench_function(format!("{keys} keys, one core"), |bencher| {
            bencher.iter_batched(
                || {
                    round += 1;
                    changes((0..keys).map(|key| (key * 7919 + round * 104_729) % ACCOUNTS), round)
                },
                |changes| {
                    let prepared = pool.install(|| trie.prepare(root, &changes));
                    let version = trie.install(prepared);
                    trie.free(version.created);
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    let mut storage = StateTrie::default();
    let prepared = storage.prepare(Root::EMPTY, &slots(ACCOUNTS));
    let _version = storage.install(prepared);
    eprintln!("{} bytes a slot", storage.bytes() as u64 / ACCOUNTS);
}

criterion_group!(benches, bench);
criterion_main!(benches);
