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

/// Empty blocks, as an idle chain's; opening reads every header, and checksums.
fn open(criterion: &mut Criterion) {
    const BLOCKS: u64 = 100_000;
    let dir = tempfile::tempdir().expect("a folder");
    let (keyring, genesis) = (chain::keyring(), chain::genesis());
    let open = || {
        Ledger::open(Arc::new(RealFs), dir.path(), keyring.clone(), &genesis, OpenOptions::default()).expect("opens").0
    };
    let ledger = open();
    let mut parent = Arc::new(genesis.clone());
    for _ in 0..BLOCKS {
        let next = Arc::new(chain::block(&parent, vec![]));
        ledger.put_block(&encode_block(&next, &keyring).expect("valid"), &next).expect("appends");
        ledger.put_certificate(&chain::certificate(&next)).expect("appends");
        parent = next;
    }
    drop(ledger);
    let mut group = criterion.benchmark_group("ledger");
    group.throughput(Throughput::Elements(BLOCKS)).sample_size(10);
    group.bench_function("open", |bencher| bencher.iter(open));
    group.finish();
}

criterion_group!(benches, append, open);
criterion_main!(benches);
