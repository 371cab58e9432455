//! What the members agree on is in force in the next block, and a block whose proposer ignored it is refused.

mod chain;
mod governed;
mod memory;

use alloy_sol_types::SolCall;
use althing_chainspec::FeeMode;
use althing_contracts::{IMembers, MEMBERS};
use althing_evm::{BuildLimits, ExecutionError, HeaderError, HeaderRules, InvalidBlock, Rejection, TransactionError};
use althing_primitives::{
    Address, RecoveredBlock, RecoveredTransaction, TransactionExt, TxKind, U256, consensus::TxEip1559, hex,
    rlp::Encodable,
};
use chain::{Chain, GWEI, Queue, deploy, dev_key, init_code, sign, template, transfer};
use governed::{member, refused, stranger};
use std::sync::Arc;

/// What a proposer makes that ignores the terms a vote just set, refused by everybody else for this reason.
fn ignored(chain: &Chain, voted: &Chain, transactions: Vec<RecoveredTransaction>) -> ExecutionError {
    let count = transactions.len();
    let built = chain.build(&mut Queue::new(transactions));
    assert_eq!(built.body.transactions.len(), count);
    let block = chain.seal(&built);
    assert!(chain.executor.execute(&block, &chain.state).is_ok(), "without the vote it is fine");
    voted.executor.execute(&block, &voted.state).unwrap_err()
}

/// The same for a header.
fn header_ignored(chain: &Chain, voted: &Chain) -> HeaderError {
    let header = chain.build(&mut Queue::default()).header;
    let check = |chain: &Chain| {
        chain.executor.validate_header(&header, &chain.head.header, HeaderRules::Consensus, &chain.terms())
    };
    assert_eq!(check(chain), Ok(()));
    check(voted).unwrap_err()
}

/// The chain now, and with a term that a vote changed.
fn vote(name: &str, value: u64) -> (Chain, Chain) {
    vote_in(FeeMode::Zero, name, value)
}

fn vote_in(fees: FeeMode, name: &str, value: u64) -> (Chain, Chain) {
    let mut voted = Chain::without_lane(fees);
    voted.set_term(name, U256::from(value));
    (Chain::without_lane(fees), voted)
}

/// A member asks how many members there are.
fn member_call(nonce: u64, gas_limit: u64) -> RecoveredTransaction {
    let input = IMembers::memberCountCall {}.abi_encode().into();
    sign(&member(), TxEip1559 { input, ..template(nonce, MEMBERS.into(), gas_limit) })
}

fn mismatch(error: HeaderError, name: &str) {
    assert!(matches!(error, HeaderError::Mismatch { field, .. } if field == name), "{error}");
}

#[test]
fn gas_limit() {
    let (chain, mut voted) = vote("gasLimit", 50_000_000);
    mismatch(header_ignored(&chain, &voted), "gasLimit");
    assert_eq!(voted.mine(Vec::new()).header.gas_limit, 50_000_000);
}

#[test]
fn fee_mode_and_least_base_fee() {
    let (chain, mut voted) = vote("feeMode", 1);
    voted.set_term("baseFee", U256::from(GWEI));
    mismatch(header_ignored(&chain, &voted), "baseFeePerGas");
    let poor = transfer(&stranger(), 0, Address::ZERO, 0);
    let mut source = Queue::new(vec![poor, transfer(&dev_key(), 0, Address::ZERO, 1)]);
    let built = voted.build(&mut source);
    assert_eq!(built.header.base_fee_per_gas, Some(GWEI as u64));
    assert_eq!(built.body.transactions.len(), 1, "whoever cannot pay waits outside");
    let before = voted.balance(dev_key().address());
    voted.commit(&built);
    assert!(before - voted.balance(dev_key().address()) > U256::from(21_000 * GWEI));
    // Never below, however empty the blocks are; and back again.
    assert_eq!(voted.mine(Vec::new()).header.base_fee_per_gas, Some(GWEI as u64));
    voted.set_term("feeMode", U256::ZERO);
    let free = voted.mine(vec![transfer(&stranger(), 0, Address::ZERO, 0)]);
    assert_eq!(free.header.base_fee_per_gas, Some(0));

    let (chain, voted) = vote_in(FeeMode::Eip1559, "baseFee", 5 * GWEI as u64);
    mismatch(header_ignored(&chain, &voted), "baseFeePerGas");
    let (chain, voted) = vote_in(FeeMode::Eip1559, "feeMode", 0);
    mismatch(header_ignored(&chain, &voted), "baseFeePerGas");
}

#[test]
fn a_base_fee_without_a_floor_is_told_from_no_fees_and_rises_and_falls() {
    let mut chain = Chain::without_lane(FeeMode::Zero);
    chain.set_term("feeMode", U256::ONE);
    chain.set_term("gasLimit", U256::from(42_000));
    let fees: Vec<_> = (0..9)
        .map(|nonce| {
            chain.mine(vec![
                transfer(&dev_key(), 2 * nonce, Address::ZERO, 1),
                transfer(&dev_key(), 2 * nonce + 1, Address::ZERO, 1),
            ])
        })
        .map(|built| built.header.base_fee_per_gas.unwrap())
        .collect();
    assert_eq!(fees, [1, 2, 3, 4, 5, 6, 7, 8, 9], "EIP-1559: a full block adds an eighth, 1 at least");
    let fees = [0; 3].map(|_| chain.mine(Vec::new()).header.base_fee_per_gas.unwrap());
    assert_eq!(fees, [10, 9, 8], "an empty one takes an eighth off");
}

#[test]
fn block_bytes() {
    let (chain, mut voted) = vote("blockBytesMax", 4_000);
    let transfers: Vec<_> = (0..60).map(|nonce| transfer(&dev_key(), nonce, Address::ZERO, 1)).collect();
    let error = ignored(&chain, &voted, transfers.clone());
    assert!(matches!(error, ExecutionError::Invalid(InvalidBlock::Size { max: 4_000, .. })), "{error}");
    let built = voted.build(&mut Queue::new(transfers));
    assert!((10..60).contains(&built.body.transactions.len()));
    voted.commit(&built);
}

#[test]
fn contract_size() {
    let (chain, mut voted) = vote("contractSizeMax", 40);
    let (small, large) = (deploy(&dev_key(), 0, init_code(&[0; 40])), deploy(&dev_key(), 0, init_code(&[0; 41])));
    let differs = |error: ExecutionError| {
        assert!(
            matches!(error, ExecutionError::Invalid(InvalidBlock::GasUsed { .. } | InvalidBlock::Root { .. })),
            "{error}"
        );
    };
    differs(ignored(&chain, &voted, vec![large.clone()]));
    assert!(!voted.build(&mut Queue::new(vec![large])).executed.receipts[0].success);
    assert!(voted.mine(vec![small]).executed.receipts[0].success);
    // EIP-3860: what creates a contract has at most twice its size, or is no transaction.
    let creation = deploy(&dev_key(), 1, [&[0], &[0; 80][..]].concat());
    let mut source = Queue::new(vec![creation]);
    assert!(voted.build(&mut source).body.transactions.is_empty());
    assert!(matches!(source.rejected[0].1, Rejection::Invalid(TransactionError::Evm(_))));

    let (chain, mut voted) = vote("contractSizeMax", 49_152);
    let large = deploy(&dev_key(), 0, hex!("6180005ff3").to_vec());
    differs(ignored(&chain, &voted, vec![sign_more_gas(&large)]));
    assert!(voted.mine(vec![sign_more_gas(&large)]).executed.receipts[0].success, "the limit may grow, too");
}

/// The same creation with gas for 32 KiB of code.
fn sign_more_gas(creation: &RecoveredTransaction) -> RecoveredTransaction {
    let input = creation.inner().input().clone();
    sign(&dev_key(), TxEip1559 { input, ..template(0, TxKind::Create, 10_000_000) })
}

#[test]
fn gas_of_the_system_lane() {
    let (mut chain, mut voted) = vote("systemLane", 10);
    for chain in [&mut chain, &mut voted] {
        chain.set_term("gasLimit", U256::from(10_000_000));
    }
    let greedy = |nonce| sign(&dev_key(), template(nonce, Address::ZERO.into(), 9_000_001));
    let shared = TransactionError::SharedGas { gas_limit: 9_000_001, available: 9_000_000 };
    assert_eq!(refused(&ignored(&chain, &voted, vec![greedy(0)])), &shared);
    // What is used counts, as in the whole block.
    let modest = |nonce| sign(&dev_key(), template(nonce, Address::ZERO.into(), 8_990_000));
    let shared = TransactionError::SharedGas { gas_limit: 8_990_000, available: 9_000_000 - 21_000 };
    assert_eq!(refused(&ignored(&chain, &voted, vec![modest(0), modest(1)])), &shared);

    let mut source = Queue::new(vec![greedy(0), member_call(0, 9_500_000), transfer(&dev_key(), 0, Address::ZERO, 1)]);
    let built = voted.build(&mut source);
    assert_eq!(built.senders, [member().address(), dev_key().address()]);
    assert_eq!(source.rejected.len(), 1);
    assert_eq!(source.rejected[0].1, Rejection::Later);
    voted.commit(&built);
}

#[test]
fn the_lane_is_for_members_that_call_system_contracts() {
    let (_, mut voted) = vote("systemLane", 50);
    voted.set_term("gasLimit", U256::from(10_000_000));
    let no_member = sign(&stranger(), template(0, MEMBERS.into(), 5_000_001));
    let no_system = sign(&member(), template(0, Address::ZERO.into(), 5_000_001));
    let mut source = Queue::new(vec![no_member, no_system, member_call(0, 9_000_000)]);
    let built = voted.build(&mut source);
    assert_eq!(built.senders, [member().address()]);
    assert!(source.rejected.iter().all(|(_, rejection)| *rejection == Rejection::Later));
    voted.commit(&built);
}

#[test]
fn bytes_of_the_system_lane() {
    let (mut chain, mut voted) = vote("systemLane", 50);
    for chain in [&mut chain, &mut voted] {
        chain.set_term("blockBytesMax", U256::from(8_000));
    }
    let transfers: Vec<_> = (0..50).map(|nonce| transfer(&dev_key(), nonce, Address::ZERO, 1)).collect();
    let size = transfers[49].inner().length();
    let error = ignored(&chain, &voted, transfers.clone());
    assert!(matches!(refused(&error), TransactionError::SharedBytes { .. }), "{error}");
    let mut mixed = transfers;
    mixed.push(member_call(0, 100_000));
    let built = voted.build(&mut Queue::new(mixed));
    let taken = built.senders.iter().filter(|sender| **sender == dev_key().address()).count();
    assert!((taken + 1) * size > 4_000 && taken * (size - 2) <= 4_000, "{taken}");
    assert!(built.senders.contains(&member().address()));
    voted.commit(&built);
}

#[test]
fn a_proposers_own_limits_stay_below() {
    let (_, voted) = vote("systemLane", 10);
    let transfers = (0..10).map(|nonce| transfer(&dev_key(), nonce, Address::ZERO, 1)).collect();
    let limits = BuildLimits { gas: 63_000, bytes: usize::MAX, deadline: &|| false };
    assert_eq!(voted.build_within(&mut Queue::new(transfers), &limits).body.transactions.len(), 3);
}

#[test]
fn a_chain_without_governance_keeps_its_genesis() {
    let mut chain = Chain::new(FeeMode::Zero);
    let terms = chain.terms();
    assert_eq!(terms, althing_evm::Terms::genesis(chain.spec()));
    assert_eq!(terms.gas_limit, Some(chain.head.header.gas_limit));
    let before = chain.mine(vec![transfer(&dev_key(), 0, Address::ZERO, 1)]);
    assert!(before.executed.requests.is_empty());
    let block: Arc<RecoveredBlock> = Arc::new(chain.seal(&chain.build(&mut Queue::default())));
    assert!(chain.executor.execute(&block, &chain.state).is_ok());
}
