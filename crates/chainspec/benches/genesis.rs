//! A genesis of a million accounts, from text to block.
#![allow(missing_docs, reason = "criterion's macros")]

use althing_chainspec::{Genesis, GenesisAccount};
use althing_primitives::{Address, U256, keccak256};
use criterion::{Criterion, criterion_group, criterion_main};

const ACCOUNTS: u64 = 1_000_000;

fn bench(criterion: &mut Criterion) {
    let mut genesis = Genesis::dev();
    let account = GenesisAccount { balance: U256::from(10u64.pow(18)), ..Default::default() };
    let address = |index: u64| Address::from_word(keccak256(index.to_be_bytes()));
    genesis.alloc.extend((0..ACCOUNTS).map(|index| (address(index), account.clone())));
    let json = genesis.to_json();
    let mut group = criterion.benchmark_group("genesis of 1,000,000 accounts");
    group.sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(|| Genesis::from_json(&json).unwrap()));
    group.bench_function("read and check", |bencher| {
        bencher.iter(|| Genesis::from_json(&json).unwrap().into_spec().unwrap());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
