//! What admission costs besides the recover, and what a block of 5,000 out of 10,000 senders costs.
#![allow(missing_docs, reason = "criterion's macros")]

use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use althing_chainspec::ChainSpec;
use althing_governance::{ForkTimes, Terms};
use althing_primitives::{
    Address, B256, Bytes, Transaction, TxKind, U256,
    consensus::{SignableTransaction, TxEip1559},
    eips::Encodable2718,
    keccak256,
};
use althing_txpool::{HeadError, HeadState, Origin, Pool, PoolConfig, Sender, Standing};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::{hint::black_box, sync::Arc};

/// Every account is rich and new.
struct Rich;

impl HeadState for Rich {
    fn sender(&self, _: &Address) -> Result<Sender, HeadError> {
        Ok(Sender { balance: U256::MAX, ..Sender::default() })
    }

    fn standing(&self, _: &Address) -> Result<Standing, HeadError> {
        Ok(Standing::default())
    }

    fn terms(&self) -> Result<(Terms, ForkTimes), HeadError> {
        Err(HeadError)
    }
}

fn transfers(senders: u64) -> Vec<Bytes> {
    (0..senders).map(transfer).collect()
}

fn transfer(n: u64) -> Bytes {
    let key = PrivateKeySigner::from_bytes(&keccak256(n.to_be_bytes())).expect("a hash is a key");
    let tx = TxEip1559 {
        chain_id: ChainSpec::dev().chain_id(),
        gas_limit: 21_000,
        to: TxKind::Call(Address::with_last_byte(1)),
        value: U256::ONE,
        ..Default::default()
    };
    let signature = key.sign_hash_sync(&tx.signature_hash()).expect("signs");
    Transaction::from(tx.into_signed(signature)).encoded_2718().into()
}

fn empty() -> Pool {
    let spec = ChainSpec::dev();
    let genesis = spec.genesis().header.clone();
    Pool::new(PoolConfig::default(), Arc::new(spec), Rich, &genesis)
}

/// An empty pool that remembers the senders, so that only the pool's own work is left.
fn warmed(raw: &[Bytes], senders: &[(B256, Address)]) -> (Pool, Vec<Bytes>) {
    let pool = empty();
    senders.iter().for_each(|(hash, sender)| pool.remember_sender(*hash, *sender));
    (pool, raw.to_vec())
}

fn admission(criterion: &mut Criterion) {
    let raw = transfers(10_000);
    let pool = empty();
    let hashes = pool.submit(raw.clone(), Origin::Peer).into_iter().map(|answer| answer.expect("taken"));
    let senders: Vec<_> = hashes.map(|hash| (hash, pool.sender_of(&hash).expect("just taken"))).collect();

    let one_core = rayon_pool(1);
    let mut group = criterion.benchmark_group("admission of 10,000 transfers, one core");
    group.throughput(Throughput::Elements(raw.len() as u64)).sample_size(10);
    for batch in [1, 100] {
        group.bench_function(format!("batches of {batch}, senders known"), |bench| {
            bench.iter_batched(
                || warmed(&raw, &senders),
                |(pool, raw)| one_core.install(|| submit(pool, raw, batch)),
                BatchSize::PerIteration,
            );
        });
    }
    group.bench_function("batches of 100, recovered", |bench| {
        bench.iter_batched(
            || (empty(), raw.clone()),
            |(pool, raw)| one_core.install(|| submit(pool, raw, 100)),
            BatchSize::PerIteration,
        );
    });
}

fn submit(pool: Pool, raw: Vec<Bytes>, batch: usize) -> Pool {
    for batch in raw.chunks(batch) {
        black_box(pool.submit(batch.to_vec(), Origin::Local));
    }
    pool
}

fn best(criterion: &mut Criterion) {
    let pool = empty();
    pool.submit(transfers(10_000), Origin::Peer);
    let mut group = criterion.benchmark_group("best of 10,000 senders");
    group.throughput(Throughput::Elements(5_000));
    group.bench_function("5,000 taken", |bench| bench.iter(|| pool.best(0, &[]).take(5_000).count()));
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start")
}

criterion_group!(benches, admission, best);
criterion_main!(benches);
