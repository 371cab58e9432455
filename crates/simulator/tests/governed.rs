//! The members' word between nodes of the real chain: against a proposer that ignores it, and through a flood.

use althing_consensus::Evidence;
use althing_contracts::{IMembers, INodes, IParameters, MEMBERS, NODES, PARAMETERS};
use althing_primitives::{
    Address, Bytes, TxKind,
    consensus::{Transaction as _, TxReceipt as _},
    keccak256,
};
use althing_simulator::{Account, Cluster, Proposal, Role, Setup, Spoil, simulate};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const ALL: [usize; 4] = [0, 1, 2, 3];
/// Of the preset.
const GAS_LIMIT: u64 = 100_000_000;
/// What the members vote for.
const VOTED_GAS_LIMIT: u64 = 60_000_000;
/// A majority of four.
const MAJORITY: u32 = 3;

/// Members who agree.
fn members() -> Vec<Account> {
    (0..MAJORITY).map(Account::published).collect()
}

fn smaller_blocks() -> Proposal {
    Proposal::new(PARAMETERS, &IParameters::setGasLimitCall { gasLimit: VOTED_GAS_LIMIT })
}

/// As [`settle`], for a transaction that succeeds. Returns its height.
async fn include(cluster: &mut Cluster, via: usize, transaction: Bytes) -> u64 {
    let (height, succeeded) = settle(cluster, via, transaction).await;
    assert!(succeeded, "it failed in block {height}");
    height
}

/// Sends a transaction to a node, and waits until that has it in a block. Returns its height, and
/// whether it succeeded.
async fn settle(cluster: &mut Cluster, via: usize, transaction: Bytes) -> (u64, bool) {
    let from = cluster.height(via) + 1;
    let hash = keccak256(&transaction);
    cluster.submit(via, vec![transaction]);
    for _ in 0..MINUTE.as_millis() / 50 {
        cluster.run(Duration::from_millis(50)).await;
        for height in from..=cluster.height(via) {
            let block = cluster.block(via, height);
            if let Some(place) = block.body.transactions.iter().position(|tx| *tx.tx_hash() == hash) {
                return (height, cluster.receipts(via, height)[place].status());
            }
        }
    }
    panic!("no block has the transaction after a minute");
}

/// A transfer of nothing every 50 ms, to each of these nodes in turn.
async fn load(cluster: &mut Cluster, sender: &mut Account, nodes: &[usize], count: usize) {
    for number in 0..count {
        let transfer = sender.transaction(Address::repeat_byte(0xb0).into(), 21_000, Bytes::new());
        cluster.submit(nodes[number % nodes.len()], vec![transfer]);
        cluster.run(Duration::from_millis(50)).await;
    }
}

/// How many of the blocks `from` to the head of the first node another one proposed.
fn proposed(cluster: &Cluster, node: usize, from: u64) -> usize {
    let key = cluster.public_key(node).into();
    let heights = from..=cluster.height(0);
    heights.filter(|height| cluster.block(0, *height).header.parent_beacon_block_root == Some(key)).count()
}

#[test]
fn a_proposer_that_ignores_a_voted_gas_limit_is_skipped() {
    const HOSTILE: usize = 3;
    simulate(51, Setup::real(4), |mut cluster| async move {
        for index in [0, 1, 2] {
            cluster.start(index, Role::Honest).await;
        }
        cluster.start(HOSTILE, Role::Proposer(Spoil::GasLimit(GAS_LIMIT))).await;
        let mut sender = Account::published(9);
        load(&mut cluster, &mut sender, &ALL, 100).await;
        assert!(proposed(&cluster, HOSTILE, 1) > 0, "until the vote its limit is the one in force");

        let (mut members, proposal) = (members(), smaller_blocks());
        let propose = members[0].propose(&proposal);
        let mut decided = include(&mut cluster, 0, propose).await;
        for member in &mut members {
            let ballot = member.agree(&proposal);
            decided = include(&mut cluster, 0, ballot).await;
        }
        load(&mut cluster, &mut sender, &[0, 1, 2], 200).await;
        cluster.reach(&ALL, decided + 16, MINUTE).await;
        for height in decided + 1..=cluster.height(0) {
            assert_eq!(cluster.block(0, height).header.gas_limit, VOTED_GAS_LIMIT, "block {height}");
        }
        assert_eq!(cluster.block(0, decided).header.gas_limit, GAS_LIMIT);
        assert_eq!(proposed(&cluster, HOSTILE, decided + 1), 0, "a block against the vote was accepted");
    });
}

/// Accounts of one member, as many as it likes.
const FLOOD: u64 = 10_000;
/// The most a transaction may use (EIP-7825); six fill a block.
const FLOOD_GAS: u64 = 1 << 24;
/// Init code that is invalid from the first byte on, and so uses all its gas.
const INVALID: [u8; 1] = [0xfe];
/// A member's transactions at once: below what a pool takes of one sender.
const BATCH: usize = 4_000;
/// Blocks in which a member's ballot is included.
const BALLOT_BLOCKS: u64 = 2;

/// Lets the fourth member sponsor these accounts, before anything else happens.
async fn sponsor(cluster: &mut Cluster, accounts: &[Account]) {
    let mut member = Account::published(3);
    for batch in accounts.chunks(BATCH) {
        let calls = batch.iter().map(|account| {
            let call = IMembers::addParticipantCall { account: account.address() };
            let input = alloy_sol_types::SolCall::abi_encode(&call);
            member.transaction(MEMBERS.into(), 100_000, input.into())
        });
        let mut calls: Vec<_> = calls.collect();
        let last = calls.pop().expect("a batch");
        cluster.submit(0, calls);
        include(cluster, 0, last).await;
    }
    let receipts: Vec<_> = (1..=cluster.height(0)).map(|height| cluster.receipts(0, height)).collect();
    assert_eq!(receipts.iter().flat_map(|block| &**block).filter(|receipt| receipt.status()).count(), accounts.len());
}

/// Whether a block's gas is used up, but for the members' lane.
fn is_full(cluster: &Cluster, height: u64) -> bool {
    let block = cluster.block(0, height);
    let flood = block.body.transactions.iter().filter(|tx| (**tx).gas_limit() == FLOOD_GAS).count() as u64;
    flood == block.header.gas_limit * 9 / 10 / FLOOD_GAS
}

#[test]
fn ten_thousand_accounts_of_one_member_do_not_hold_up_a_ballot() {
    simulate(52, Setup::real(4), |mut cluster| async move {
        cluster.start_all().await;
        let mut accounts: Vec<_> = (0..FLOOD).map(Account::stranger).collect();
        sponsor(&mut cluster, &accounts).await;
        let flood = accounts.iter_mut().map(|account| account.transaction(TxKind::Create, FLOOD_GAS, INVALID.into()));
        let flood: Vec<_> = flood.collect();
        for node in ALL {
            cluster.submit(node, flood.clone());
        }
        let flooded = cluster.height(0);
        cluster.reach(&ALL, flooded + 4, MINUTE).await;

        let (mut members, proposal) = (members(), smaller_blocks());
        let propose = members[0].propose(&proposal);
        let ballots = members.iter_mut().map(|member| member.agree(&proposal));
        for call in [propose].into_iter().chain(ballots.collect::<Vec<_>>()) {
            let before = ALL.into_iter().map(|node| cluster.height(node)).max().expect("four");
            let height = include(&mut cluster, 1, call).await;
            assert!(height <= before + BALLOT_BLOCKS, "sent after block {before}, included in {height}");
        }
        let decided = cluster.height(1);
        cluster.reach(&ALL, decided + 2, MINUTE).await;
        assert_eq!(cluster.block(0, decided + 2).header.gas_limit, VOTED_GAS_LIMIT, "the ballots decided");
        for height in flooded + 3..=decided {
            assert!(is_full(&cluster, height), "block {height} has room: the flood is over, or never was");
        }
    });
}

/// What node 0 can prove after the fourth validator voted twice: as the contract of nodes takes it.
async fn equivocation(cluster: &mut Cluster) -> INodes::reportEquivocationCall {
    for index in [0, 1, 2] {
        cluster.start(index, Role::Honest).await;
    }
    cluster.start_twins(3, &[0, 1], &[0, 2]).await;
    load(cluster, &mut Account::published(9), &[0, 1, 2], 200).await;
    let Evidence { validator, first, second } = cluster.evidence(0).swap_remove(0);
    assert_eq!(validator, cluster.public_key(3));
    INodes::reportEquivocationCall {
        publicKey: validator.into(),
        firstMessage: first.message,
        firstSignature: first.signature,
        secondMessage: second.message,
        secondSignature: second.signature,
    }
}

#[test]
fn what_a_node_saw_of_an_equivocation_proves_it_to_the_chain_and_to_no_other() {
    let (report, _) = simulate(53, Setup::real(4), |mut cluster| async move {
        let report = equivocation(&mut cluster).await;
        let mut anybody = Account::published(8);
        include(&mut cluster, 1, anybody.call(NODES, &report)).await;
        let again = anybody.call(NODES, &report);
        assert!(!settle(&mut cluster, 1, again).await.1, "one report for a view");
        report
    });
    // The same validators under the same chain id, and another genesis.
    let setup = Setup { epoch_length: 120, ..Setup::real(4) };
    simulate(54, setup, |mut cluster| async move {
        cluster.start_all().await;
        let reported = Account::published(8).call(NODES, &report);
        assert!(!settle(&mut cluster, 1, reported).await.1, "votes of another network count here");
    });
}
