//! Validators that come, change keys and go by the members' vote, while transactions keep coming.

use crate::support::{Ballots, Load, Newcomer, Rpc, SINK, Testnet, hex_u64, timed};
use althing_contracts::{INodes, NODES};
use althing_primitives::B256;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Short, so that a change takes seconds.
const EPOCH_BLOCKS: u64 = 16;
/// Target time between blocks, and what a change of validators may add to it: the turn of the
/// validator whose process is exchanged costs a leader timeout (1 s); the rest is for the machine.
const GAP_MAX_MS: u64 = 250 + 5_000;
/// Members that decide: a majority of four.
const MAJORITY: u32 = 3;
/// The last one leaves.
const LEAVING: usize = 3;

/// The network, the members, and who came.
struct Consortium {
    network: Testnet,
    ballots: Ballots,
    rpc: Rpc,
}

impl Consortium {
    fn start(network: Testnet) -> Self {
        let rpc = network.rpcs()[0];
        Self { ballots: Ballots::new(MAJORITY, &rpc), rpc, network }
    }

    /// Gives the newcomer a seat of the first member; done once it made a block.
    fn seat(&mut self, newcomer: &Newcomer) {
        let (key, host) = (newcomer.public_key(), newcomer.host());
        let call = INodes::addValidatorCall { member: 1, publicKey: key, host };
        let decided = self.ballots.decide(&self.rpc, NODES, &call, "a fifth validator");
        self.await_turn(key, next_epoch(decided));
    }

    /// Puts another key in the seat, without a vote: the node's member does it. Done once the new
    /// one made a block.
    fn rotate(&mut self, from: B256, to: B256) {
        let call = INodes::rotateKeyCall { publicKey: from, newPublicKey: to };
        let rotated = hex_u64(&self.ballots.send(0, &self.rpc, NODES, &call)["blockNumber"]);
        self.await_turn(to, next_epoch(rotated));
    }

    /// Takes a seat away; done an epoch later, in which nobody with that key made a block.
    fn unseat(&mut self, key: B256) {
        let call = INodes::removeValidatorCall { publicKey: key };
        let left = next_epoch(self.ballots.decide(&self.rpc, NODES, &call, "the fourth leaves"));
        self.rpc.reach(left + EPOCH_BLOCKS);
        assert_eq!(proposed(&self.rpc, key, left..=left + EPOCH_BLOCKS), None, "it goes on making blocks");
    }

    /// Validators take turns: within an epoch everybody has one, but for views that were given up.
    fn await_turn(&self, key: B256, from: u64) {
        let until = from + 2 * EPOCH_BLOCKS;
        self.rpc.reach(until);
        assert!(proposed(&self.rpc, key, from..=until).is_some(), "it takes no turn");
    }
}

/// The first of these blocks that the validator with this key made.
fn proposed(rpc: &Rpc, key: B256, mut heights: RangeInclusive<u64>) -> Option<u64> {
    heights.find(|height| rpc.block(*height)["parentBeaconBlockRoot"] == json!(key))
}

/// A change takes effect with the epoch after its block's.
fn next_epoch(height: u64) -> u64 {
    (height / EPOCH_BLOCKS + 1) * EPOCH_BLOCKS
}

fn public_key(genesis: &Value, validator: usize) -> B256 {
    genesis["althing"]["validators"][validator]["publicKey"].as_str().unwrap().parse().unwrap()
}

/// Stops the loads; everything they sent is in a block, once. Returns the last such block.
fn included(rpc: &Rpc, loads: Vec<Load>) -> (usize, u64) {
    let sent: Vec<_> = loads.into_iter().map(Load::stop).collect();
    assert!(sent.iter().all(|sent| sent.len() as u64 > EPOCH_BLOCKS), "a load ended early");
    let (mut count, mut last) = (0, 0);
    for hash in sent.iter().flatten() {
        let receipt = rpc.receipt(hash);
        assert_eq!(receipt["status"], json!("0x1"));
        (count, last) = (count + 1, last.max(hex_u64(&receipt["blockNumber"])));
    }
    assert_eq!(rpc.get("eth_getBalance", json!([SINK, "latest"])), json!(format!("{count:#x}")));
    (count, last)
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures")]
fn validators_come_rotate_and_go_by_vote_and_no_transaction_is_lost() {
    let _alone = timed();
    let dir = tempfile::tempdir().unwrap();
    let genesis = Testnet::prepare(dir.path(), 4, |section| section["epochLength"] = json!(EPOCH_BLOCKS));
    let mut consortium = Consortium::start(Testnet::start(dir.path(), 4));
    let rpcs = consortium.network.rpcs();
    let newcomer = Newcomer::start(&consortium.network, 5);
    // One of them talks to the validator that leaves.
    let loads = (1..4).map(|node| Load::start_from(3 + node as u32, rpcs[node])).collect();
    // The genesis is no block in time.
    let from = rpcs[0].height().max(1);

    consortium.seat(&newcomer);
    let old = newcomer.public_key();
    let newcomer = newcomer.replaced(&consortium.network, 6);
    consortium.rotate(old, newcomer.public_key());
    consortium.unseat(public_key(&genesis, LEAVING));

    let to = rpcs[0].height();
    let (count, last) = included(&rpcs[0], loads);
    let gap = rpcs[0].longest_gap_ms(from, to);
    println!("{count} transactions in {} blocks, longest gap {gap} ms", to - from);
    assert!(gap <= GAP_MAX_MS, "{gap} ms without a block");
    // The removed validator and both newcomers follow the same chain.
    let agreed = consortium.network.agree(last.max(to));
    assert_eq!(newcomer.rpc().block(last.max(to))["hash"], json!(agreed));
    assert_eq!(newcomer.stop().code, Some(0));
    assert_eq!(consortium.network.stop().code, Some(0));
}
