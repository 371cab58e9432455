//! Networks of several validators: agreement, crashes, damage.

use crate::support::{Load, Testnet, Wallet, hex_u64, run, timed};
use serde_json::json;
use std::{fs, path::Path};

const EMPTY: &str = "0x0000000000000000000000000000000000000b0b";
/// A dead validator costs one leader timeout, its return nothing.
const GAP_MAX_MS: u64 = 3_000;
/// Sudden deaths of the whole network: some 70 s.
const KILLS: u32 = 20;

#[test]
fn four_validators_agree_and_resume() {
    let dir = tempfile::tempdir().unwrap();
    let network = Testnet::start(dir.path(), 4);
    let rpcs = network.rpcs();
    let mut receipts = Vec::new();
    for (index, rpc) in rpcs.iter().enumerate() {
        let mut wallet = Wallet::published(index as u32, rpc);
        receipts.push(wallet.transfer(rpc, EMPTY.parse().unwrap(), 1));
    }
    let height = receipts.iter().map(|hash| hex_u64(&rpcs[0].receipt(hash)["blockNumber"])).max().unwrap();
    network.agree(height);
    for rpc in &rpcs {
        rpc.reach(height);
        assert_eq!(rpc.get("eth_getBalance", json!([EMPTY, "latest"])), json!("0x4"));
    }
    let stopped = network.stop();
    assert_eq!(stopped.code, Some(0), "{}", stopped.talk);

    let verified = run(&["ledger", "verify", dir.path().join("validator-0").to_str().unwrap()]);
    assert_eq!(verified.code, Some(0), "{}", verified.talk);
    assert!(verified.output.contains("form a chain from the genesis"), "{}", verified.output);

    let network = Testnet::start(dir.path(), 4);
    for hash in &receipts {
        assert_eq!(network.rpcs()[3].receipt(hash)["status"], json!("0x1"));
    }
    assert_eq!(network.stop().code, Some(0));
}

#[test]
fn a_validator_killed_under_load_comes_back_to_the_same_state() {
    let _alone = timed();
    let dir = tempfile::tempdir().unwrap();
    let mut network = Testnet::start(dir.path(), 4);
    let first = network.rpcs()[0];
    let load = Load::start(first);
    first.reach(first.height() + 5);
    let from = first.height();
    network.kill(3);
    first.reach(first.height() + 10);
    network.restart(3);
    let target = first.height();
    network.rpcs()[3].reach(target);
    first.reach(target + 10);
    let gap = first.longest_gap_ms(from, first.height());
    assert!(gap <= GAP_MAX_MS, "{gap} ms without a block");
    let sent = load.stop();
    let last = sent.last().unwrap();
    let height = hex_u64(&first.receipt(last)["blockNumber"]);
    network.agree(height);
    assert_eq!(network.rpcs()[3].receipt(last)["status"], json!("0x1"));
    assert_eq!(network.stop().code, Some(0));
}

#[test]
fn no_block_a_client_was_told_of_is_lost_when_all_die_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut told: Vec<(u64, String)> = Vec::new();
    for round in 0..KILLS {
        let network = Testnet::start(dir.path(), 4);
        for (number, hash) in &told {
            for rpc in network.rpcs() {
                assert_eq!(rpc.block(*number)["hash"].as_str(), Some(hash.as_str()), "round {round}");
            }
        }
        let first = network.rpcs()[usize::try_from(round).unwrap() % 4];
        let load = Load::start(first);
        let from = first.height();
        first.reach(from + 3 + u64::from(round % 5));
        let latest = first.get("eth_getBlockByNumber", json!(["latest", false]));
        told.push((hex_u64(&latest["number"]), latest["hash"].as_str().unwrap().to_owned()));
        network.kill_all();
        load.stop();
        if round % 3 == 1 {
            // The state is a cache of the ledger.
            for index in 0..4 {
                let _ = fs::remove_dir_all(dir.path().join(format!("validator-{index}/state")));
            }
        }
    }
    let network = Testnet::start(dir.path(), 4);
    let (number, _) = told.last().unwrap();
    network.agree(*number);
    let roots: Vec<_> = network.rpcs().iter().map(|rpc| rpc.block(*number)["stateRoot"].clone()).collect();
    assert!(roots.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(network.stop().code, Some(0));
}

#[test]
fn a_damaged_ledger_is_refused_without_heal_and_fetched_again_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let network = Testnet::start(dir.path(), 4);
    let first = network.rpcs()[0];
    let load = Load::start(first);
    first.reach(first.height() + 8);
    load.stop();
    let height = first.height();
    network.agree(height);
    network.stop();

    let folder = dir.path().join("validator-2");
    damage(&folder.join("ledger"));
    let refused = run(&["node", "--datadir", folder.to_str().unwrap(), "--p2p.addr", "127.0.0.1", "--p2p.port", "0"]);
    assert_eq!(refused.code, Some(1), "{}", refused.talk);
    assert!(refused.talk.contains("is damaged at byte"), "{}", refused.talk);
    assert!(refused.talk.contains("last good height"), "{}", refused.talk);

    let network = Testnet::start(dir.path(), 4);
    network.rpcs()[2].reach(height);
    network.agree(height);
    assert_eq!(network.stop().code, Some(0));
}

#[test]
fn a_testnet_keeps_its_number_of_validators() {
    let dir = tempfile::tempdir().unwrap();
    Testnet::start(dir.path(), 1).stop();
    let refused = run(&["testnet", "--validators", "2", "--datadir", dir.path().to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains("holds a network of 1 validators, not 2"), "{}", refused.talk);
}

/// Flips a bit in the middle of the first segment of truth.
fn damage(ledger: &Path) {
    let folder = ledger.join("truth");
    let mut segments: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    segments.sort();
    let mut bytes = fs::read(&segments[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&segments[0], bytes).unwrap();
}
