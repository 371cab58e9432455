//! What a block costs the ledger: encoding (sealing), appending, decoding.
#![allow(missing_docs, reason = "criterion's macros declare undocumented items")]

#[path = "../tests/chain/mod.rs"]
mod chain;

use althing_ledger::{Ledger, OpenOptions, decode_block, encode_block, fs::RealFs};
use althing_primitives::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::sync::Arc;

const TRANSFERS: u64 = 1_000;

fn append(criterion: &mut Criterion) {
    let keyring = chain::keyring();
    let transfers = (0..TRANSFERS).map(|nonce| chain::transaction(nonce, Bytes::new())).collect();
    let block = Arc::new(chain::block(&chain::genesis(), transfers));
    let encoded = encode_block(&block, &keyring).expect("a valid block");
    let plaintext = althing_primitives::rlp::encode(&block.body);
    let mut group = criterion.benchmark_group("ledger");
    group.throughput(Throughput::Elements(TRANSFERS));
    group.bench_function("seal", |bencher| {
        bencher.iter(|| keyring.seal_block(block.hash(), &althing_keys::Place::default(), &[], &plaintext));
    });
    group.bench_function("encode", |bencher| bencher.iter(|| encode_block(&block, &keyring)));
    group.bench_function("decode", |bencher| bencher.iter(|| decode_block(&encoded, &keyring)));
    group.bench_function("append", |bencher| {
        bencher.iter_batched(
            || {
                let dir = tempfile::tempdir().expect("a folder");
                let opened = Ledger::open(
                    Arc::new(RealFs),
                    dir.path(),
                    keyring.clone(),
                    &chain::genesis(),
                    OpenOptions::default(),
                );
                (dir, opened.expect("a new ledger").0)
            },
            |(dir, ledger)| {
                ledger.put_block(&encoded, &block).expect("appends");
                (dir, ledger)
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, append);
criterion_main!(benches);
