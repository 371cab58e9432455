//! Blocks of 5,000 transactions: executing them as a verifier, building them as a proposer.
#![allow(missing_docs, reason = "criterion's macros")]

#[path = "../tests/chain/mod.rs"]
mod chain;
#[path = "../tests/memory/mod.rs"]
mod memory;

use althing_chainspec::{FeeMode, GenesisAccount};
use althing_primitives::{Address, RecoveredTransaction, U256, consensus::TxEip1559, hex, keccak256};
use chain::{Chain, Queue, genesis, sign, template, transfer};
use criterion::{
    BatchSize, Criterion, Throughput, criterion_group, criterion_main,
    measurement::{Measurement, ValueFormatter, WallTime},
};

const TRANSACTIONS: u64 = 5_000;
const SENDERS: u64 = 500;
const TOKEN: Address = Address::repeat_byte(0x20);

/// A token's `transfer(address,uint256)`, whatever the selector: balances in the mapping at slot 0,
/// a Transfer event, `true` returned.
const TOKEN_CODE: [u8; 91] = hex!(
    "335f525f60205260405f20805460243590039055"
    "6004355f5260405f2080546024350190556024355f52"
    "60043533"
    "7fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    "60205fa360015f5260205ff3"
);

fn senders() -> Vec<alloy_signer_local::PrivateKeySigner> {
    let key = |index: u64| keccak256(index.to_be_bytes());
    (0..SENDERS).map(|index| alloy_signer_local::PrivateKeySigner::from_bytes(&key(index)).unwrap()).collect()
}

fn recipient(index: u64) -> Address {
    Address::from_word(keccak256(index.to_le_bytes()))
}

fn chain() -> Chain {
    let mut genesis = genesis(FeeMode::Zero);
    genesis.gas_limit = 1_000_000_000;
    let balance = U256::from(10u64.pow(18));
    let mut token = GenesisAccount { nonce: 1, code: TOKEN_CODE.to_vec().into(), ..Default::default() };
    for sender in senders() {
        genesis.alloc.insert(sender.address(), GenesisAccount { balance, ..Default::default() });
        let slot = keccak256([sender.address().into_word().0, [0; 32]].concat());
        token.storage.insert(slot.into(), balance);
    }
    genesis.alloc.insert(TOKEN, token);
    Chain::from(genesis)
}

fn transfers() -> Vec<RecoveredTransaction> {
    let senders = senders();
    let tx = |index: u64| {
        let sender = &senders[(index % SENDERS) as usize];
        transfer(sender, index / SENDERS, recipient(index), 1)
    };
    (0..TRANSACTIONS).map(tx).collect()
}

fn token_transfers() -> Vec<RecoveredTransaction> {
    let senders = senders();
    let tx = |index: u64| {
        let amount = U256::from(1).to_be_bytes::<32>();
        let input = [hex!("a9059cbb").as_slice(), recipient(index).into_word().as_slice(), &amount].concat();
        let tx = TxEip1559 { input: input.into(), ..template(index / SENDERS, TOKEN.into(), 100_000) };
        sign(&senders[(index % SENDERS) as usize], tx)
    };
    (0..TRANSACTIONS).map(tx).collect()
}

/// Processor time of this thread, so that a busy machine does not count.
struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = u64;
    type Value = u64;

    fn start(&self) -> u64 {
        #[allow(clippy::disallowed_methods, reason = "Linux's clock of a thread")]
        let text = std::fs::read("/proc/thread-self/schedstat").expect("Linux");
        let nanoseconds = text.split(|byte| *byte == b' ').next().expect("a field");
        std::str::from_utf8(nanoseconds).expect("digits").parse().expect("a number")
    }

    fn end(&self, start: u64) -> u64 {
        self.start() - start
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        one + other
    }

    fn zero(&self) -> u64 {
        0
    }

    fn to_f64(&self, value: &u64) -> f64 {
        *value as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn bench(criterion: &mut Criterion<CpuTime>) {
    let chain = chain();
    let mut group = criterion.benchmark_group("block of 5000");
    group.throughput(Throughput::Elements(TRANSACTIONS)).sample_size(20);
    for (name, transactions) in [("transfers", transfers()), ("ERC-20 transfers", token_transfers())] {
        let built = chain.build(&mut Queue::new(transactions.clone()));
        assert_eq!(built.body.transactions.len() as u64, TRANSACTIONS);
        assert!(built.executed.receipts.iter().all(|receipt| receipt.success));
        let block = chain.seal(&built);
        group.bench_function(format!("execute {name}"), |bencher| {
            bencher.iter(|| chain.executor.execute(&block, &chain.state).unwrap());
        });
        group.bench_function(format!("build {name}"), |bencher| {
            let queue = || Queue::new(transactions.clone());
            bencher.iter_batched_ref(queue, |queue| chain.build(queue), BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group!(name = benches; config = Criterion::default().with_measurement(CpuTime); targets = bench);
criterion_main!(benches);
