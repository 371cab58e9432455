//! The slowest valid transactions against four validators.
//!
//! Each takes all the gas EIP-7825 allows one transaction, and spends it where a unit of gas buys
//! the most time.

use crate::{
    slow_code::{contracts, creation},
    support::{Rpc, Testnet, Wallet, hex_u64, timed},
};
use althing_primitives::{Address, Bytes, TxKind};
use serde_json::json;
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

/// EIP-7825.
const GAS_MAX: u64 = 1 << 24;
/// Slow transactions each attacker sends, one after the other: six at a time fill a block.
const ROUNDS: usize = 3;
/// An ordinary transfer waits behind no more than what was there before it: a block a slow
/// transaction, and some views given up.
const TRANSFER_MAX: Duration = Duration::from_secs(15);
/// Longest time between two blocks meanwhile, milliseconds.
const GAP_MAX_MS: u64 = 6_000;
const EMPTY: &str = "0x0000000000000000000000000000000000000b0b";

#[test]
#[allow(clippy::print_stdout, reason = "what was measured")]
fn the_slowest_transactions_do_not_stop_four_validators() {
    let _alone = timed();
    let dir = tempfile::tempdir().unwrap();
    let network = Testnet::start(dir.path(), 4);
    let rpcs = network.rpcs();
    let targets = deploy(&rpcs[0]);
    let from = rpcs[0].height();

    let attackers: Vec<_> = (1..).zip(targets).map(|(index, target)| attack(index, target, &rpcs)).collect();
    let mut waits = Vec::new();
    let mut wallet = Wallet::published(9, &rpcs[3]);
    while attackers.iter().any(|attacker| !attacker.is_finished()) {
        let sent = Instant::now();
        let receipt = rpcs[3].receipt(&wallet.transfer(&rpcs[3], EMPTY.parse().unwrap(), 1));
        assert_eq!(receipt["status"], json!("0x1"));
        waits.push(sent.elapsed());
    }
    let to = rpcs[0].height();
    let heights: Vec<_> = rpcs.iter().map(Rpc::height).collect();
    assert!(heights.iter().all(|height| height.abs_diff(to) <= 3), "a validator fell behind: {heights:?}");
    for (name, slowest) in attackers.into_iter().map(|attacker| attacker.join().unwrap()) {
        println!("{name}: slowest included after {slowest:?}");
    }
    println!("transfers included after {waits:?}");
    assert!(waits.iter().all(|wait| *wait <= TRANSFER_MAX), "a transfer waited too long: {waits:?}");

    let gap = rpcs[0].longest_gap_ms(from, to);
    println!("{} blocks, longest gap {gap} ms", to - from);
    assert!(gap <= GAP_MAX_MS, "{gap} ms without a block");
    let proposer = |height| rpcs[0].block(height)["parentBeaconBlockRoot"].to_string();
    let proposers: BTreeSet<_> = (from + 1..=to).map(proposer).collect();
    assert_eq!(proposers.len(), 4, "a validator took no turn");
    network.agree(to);
    assert_eq!(network.stop().code, Some(0));
}

/// Puts every contract on the chain.
fn deploy(rpc: &Rpc) -> Vec<(&'static str, Address, Bytes)> {
    let mut wallet = Wallet::published(0, rpc);
    let sent: Vec<_> = contracts()
        .into_iter()
        .map(|slow| {
            let raw = wallet.sign(TxKind::Create, 0, 1_000_000, creation(&slow.code).into());
            (slow, rpc.get("eth_sendRawTransaction", json!([raw])))
        })
        .collect();
    let deployed = sent.into_iter().map(|(slow, hash)| {
        let receipt = rpc.receipt(hash.as_str().unwrap());
        assert_eq!(receipt["status"], json!("0x1"), "{}", slow.name);
        (slow.name, receipt["contractAddress"].as_str().unwrap().parse().unwrap(), slow.input.into())
    });
    deployed.collect()
}

/// Sends slow transactions to one node, each when the one before is in a block. Gives the longest
/// wait.
fn attack(
    index: u32,
    (name, target, input): (&'static str, Address, Bytes),
    rpcs: &[Rpc],
) -> thread::JoinHandle<(&'static str, Duration)> {
    let rpc = rpcs[index as usize % rpcs.len()];
    let mut wallet = Wallet::published(index, &rpc);
    thread::spawn(move || {
        let rounds = (0..ROUNDS).map(|_| {
            let sent = Instant::now();
            let raw = wallet.sign(TxKind::Call(target), 0, GAS_MAX, input.clone());
            let hash = rpc.get("eth_sendRawTransaction", json!([raw]));
            let receipt = rpc.receipt(hash.as_str().unwrap());
            // It ran to its end: out of gas, or with next to none left.
            assert!(hex_u64(&receipt["gasUsed"]) > GAS_MAX - 100_000, "{name}: {receipt}");
            sent.elapsed()
        });
        (name, rounds.max().unwrap())
    })
}
