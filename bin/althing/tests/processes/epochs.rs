//! A validator that was away for longer than anybody remembers in memory.

use crate::support::{Load, Testnet, hex_u64, timed};
use serde_json::json;
use std::fs;

/// Short, so that several epochs take seconds.
const EPOCH_BLOCKS: u64 = 8;
const EPOCHS_AWAY: u64 = 5;
/// It takes its turns again within this many blocks of its return.
const RETURN_BLOCKS_MAX: u64 = 10 * EPOCH_BLOCKS;
const AWAY: usize = 3;

#[test]
fn a_validator_five_epochs_away_comes_back_to_the_same_state() {
    let _alone = timed();
    let dir = tempfile::tempdir().unwrap();
    let genesis = Testnet::prepare(dir.path(), 4, |consortium| {
        consortium["epochLength"] = json!(EPOCH_BLOCKS);
        consortium["blockTimeMs"] = json!(50);
    });
    let mut network = Testnet::start(dir.path(), 4);
    let first = network.rpcs()[0];
    let load = Load::start(first);
    first.reach(EPOCH_BLOCKS / 2);
    network.kill(AWAY);
    // The first and the last of these epochs it may have seen in part.
    first.reach(first.height() + (EPOCHS_AWAY + 1) * EPOCH_BLOCKS);
    network.restart(AWAY);
    let missed = first.height();
    network.rpcs()[AWAY].reach(missed);

    let key = &genesis["althing"]["validators"][AWAY]["publicKey"];
    let mut after = missed + 1..missed + RETURN_BLOCKS_MAX;
    assert!(after.any(|height| first.block(height)["parentBeaconBlockRoot"] == *key), "it takes no turn");
    let sent = load.stop();
    let last = sent.last().unwrap();
    let height = hex_u64(&first.receipt(last)["blockNumber"]);
    network.agree(height);
    assert_eq!(network.rpcs()[AWAY].receipt(last)["status"], json!("0x1"));
    // Entering an epoch tells the network of its committee once.
    let log = fs::read_to_string(network.folder(0).join("node.log")).unwrap();
    assert!(log.contains("epoch=5") && !log.contains("peer set already exists"), "{log}");
    assert_eq!(network.stop().code, Some(0));
}
