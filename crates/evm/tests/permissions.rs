//! Who may send, who may deploy, and the contract that is asked.

mod chain;
mod governed;
mod memory;

use alloy_rpc_types_eth::TransactionRequest;
use alloy_sol_types::SolCall;
use althing_chainspec::FeeMode;
use althing_contracts::{GOVERNANCE, IMembers, ITransactionHook, MEMBERS, TRANSACTION_ALLOW_LIST};
use althing_evm::{Limits, Rejection, TransactionError};
use althing_primitives::{Address, RecoveredTransaction, TxKind, U256, consensus::TxEip1559, hex};
use chain::{Chain, Queue, deploy, dev_key, init_code, sign, template, transfer};
use governed::{DEPLOYERS, member, refused, stranger};
use proptest::prelude::*;

const HOOK: Address = Address::repeat_byte(0x40);
const FACTORY: Address = Address::repeat_byte(0xfa);

/// A proposer that ignores a list, and what everybody else says to its block.
fn ignored(chain: &Chain, voted: &Chain, transaction: RecoveredTransaction) -> TransactionError {
    let built = chain.build(&mut Queue::new(vec![transaction.clone()]));
    assert_eq!(built.body.transactions.len(), 1);
    let error = voted.executor.execute(&chain.seal(&built), &voted.state).unwrap_err();
    // The voted chain's own proposer does not take it.
    let mut source = Queue::new(vec![transaction]);
    assert!(voted.build(&mut source).body.transactions.is_empty());
    assert_eq!(source.rejected[0].1, Rejection::Invalid(refused(&error).clone()));
    refused(&error).clone()
}

fn member_call(nonce: u64) -> RecoveredTransaction {
    let input = IMembers::memberCountCall {}.abi_encode().into();
    sign(&member(), TxEip1559 { input, ..template(nonce, MEMBERS.into(), 200_000) })
}

#[test]
fn only_senders_on_the_list_send() {
    let (chain, mut voted) = (Chain::without_lane(FeeMode::Zero), Chain::without_lane(FeeMode::Zero));
    voted.set_term("transactionAllowList", U256::ONE);
    let plain = transfer(&stranger(), 0, Address::ZERO, 0);
    assert_eq!(ignored(&chain, &voted, plain.clone()), TransactionError::SenderNotAllowed);
    // A member is not on the list either, but may always reach the system contracts.
    assert_eq!(ignored(&chain, &voted, transfer(&member(), 0, Address::ZERO, 0)), TransactionError::SenderNotAllowed);
    let outsider = sign(&stranger(), template(0, MEMBERS.into(), 100_000));
    assert_eq!(ignored(&chain, &voted, outsider), TransactionError::SenderNotAllowed);
    voted.mine(vec![member_call(0)]);
    voted.enable(TRANSACTION_ALLOW_LIST, stranger().address());
    voted.mine(vec![plain]);
}

#[test]
fn only_deployers_on_the_list_create_contracts() {
    let (chain, mut voted) = (Chain::without_lane(FeeMode::Zero), Chain::without_lane(FeeMode::Zero));
    voted.set_term("deployerAllowList", U256::ONE);
    let creation = deploy(&stranger(), 0, init_code(&[0]));
    assert_eq!(ignored(&chain, &voted, creation.clone()), TransactionError::DeployerNotAllowed);
    voted.mine(vec![transfer(&stranger(), 0, Address::ZERO, 0)]);
    voted.enable(DEPLOYERS, stranger().address());
    let creation = deploy(&stranger(), 1, init_code(&[0]));
    assert!(voted.mine(vec![creation]).executed.receipts[0].success);
}

/// Creates an empty contract by CREATE or CREATE2 and stores where, plus one, at slot 0.
fn factory(opcode: u8) -> Vec<u8> {
    let salt: &[u8] = if opcode == 0xf5 { &[0x5f] } else { &[] };
    [salt, &hex!("5f5f5f"), &[opcode], &hex!("6001015f5500")].concat()
}

#[test]
fn whoever_sent_the_transaction_must_be_on_the_list_however_deep_the_creation() {
    for opcode in [0xf0, 0xf5] {
        let (mut chain, mut voted) = (Chain::without_lane(FeeMode::Zero), Chain::without_lane(FeeMode::Zero));
        for chain in [&mut chain, &mut voted] {
            chain.put(FACTORY, &factory(opcode));
        }
        voted.set_term("deployerAllowList", U256::ONE);
        let call = |nonce| sign(&stranger(), template(nonce, FACTORY.into(), 3_000_000));
        let built = chain.build(&mut Queue::new(vec![call(0)]));
        let error = voted.executor.execute(&chain.seal(&built), &voted.state).unwrap_err();
        assert!(matches!(error, althing_evm::ExecutionError::Invalid(_)), "{error}");
        // The instruction answers zero and takes its part of the gas, as Subnet-EVM's.
        let receipt = &voted.mine(vec![call(0)]).executed.receipts[0];
        assert!(receipt.success);
        assert_eq!(voted.slot(FACTORY, 0), U256::ONE);
        assert!(receipt.cumulative_gas_used > 2_900_000, "{}", receipt.cumulative_gas_used);
        voted.enable(DEPLOYERS, stranger().address());
        // A simulation says the same.
        let request = |from| TransactionRequest { from: Some(from), to: Some(FACTORY.into()), ..Default::default() };
        let list = |chain: &Chain, from| {
            chain.executor.create_access_list(&chain.state, chain.call(request(from)), &Limits::default()).unwrap()
        };
        assert!(list(&voted, dev_key().address()).gas_used > 1_000_000);
        assert!(list(&voted, stranger().address()).gas_used < 100_000);
        let receipt = &voted.mine(vec![call(1)]).executed.receipts[0];
        assert!(receipt.success && receipt.cumulative_gas_used < 100_000);
        assert!(voted.slot(FACTORY, 0) > U256::ONE);
    }
}

/// A hook that answers so, whatever the question.
fn hook(answer: &str) -> Vec<u8> {
    let code = match answer {
        "yes" => &hex!("60015f5260205ff3")[..],
        "no" => &hex!("5f5f5260205ff3"),
        "two" => &hex!("60025f5260205ff3"),
        "nothing" => &hex!("00"),
        "revert" => &hex!("5f5ffd"),
        "write" => &hex!("60015f5560015f5260205ff3"),
        "for ever" => &hex!("5b5f56"),
        _ => unreachable!(),
    };
    code.to_vec()
}

#[test]
fn the_hook_decides() {
    let verdict = |answer: &str| {
        let (chain, mut voted) = (Chain::without_lane(FeeMode::Zero), Chain::without_lane(FeeMode::Zero));
        voted.put(HOOK, &hook(answer));
        voted.set_term("transactionHook", U256::from_be_bytes(HOOK.into_word().0));
        let tx = transfer(&stranger(), 0, Address::ZERO, 0);
        if answer == "yes" {
            let built = voted.mine(vec![tx]);
            assert_eq!(built.header.gas_used, 21_000, "nobody pays for the question");
            return;
        }
        assert_eq!(ignored(&chain, &voted, tx), TransactionError::RefusedByHook, "{answer}");
        // Members can vote it away.
        voted.mine(vec![member_call(0)]);
        assert_eq!(voted.slot(HOOK, 0), U256::ZERO);
    };
    for answer in ["yes", "no", "two", "nothing", "revert", "write", "for ever"] {
        verdict(answer);
    }
}

#[test]
fn a_hook_that_is_no_contract_allows_nothing() {
    let (chain, mut voted) = (Chain::without_lane(FeeMode::Zero), Chain::without_lane(FeeMode::Zero));
    voted.set_term("transactionHook", U256::from_be_bytes(HOOK.into_word().0));
    let tx = transfer(&stranger(), 0, Address::ZERO, 0);
    assert_eq!(ignored(&chain, &voted, tx), TransactionError::RefusedByHook);
}

/// Allows what is sent to the address in slot 0, and nothing else: compares the second argument.
const ONE_TARGET: [u8; 12] = hex!("5f54602435145f5260205ff3");

#[test]
fn the_hook_is_asked_about_the_transaction_on_the_state_before_it() {
    let mut chain = Chain::without_lane(FeeMode::Zero);
    chain.put(HOOK, &ONE_TARGET);
    chain.set_term("transactionHook", U256::from_be_bytes(HOOK.into_word().0));
    let target = Address::repeat_byte(0x11);
    let slots = &mut chain.state.accounts.get_mut(&HOOK).unwrap().1;
    slots.insert(U256::ZERO, U256::from_be_bytes(target.into_word().0));
    let mut source =
        Queue::new(vec![transfer(&stranger(), 0, target, 0), transfer(&stranger(), 1, Address::repeat_byte(0x12), 0)]);
    let built = chain.build(&mut source);
    assert_eq!(built.body.transactions.len(), 1);
    assert_eq!(source.rejected[0].1, Rejection::Invalid(TransactionError::RefusedByHook));
    chain.commit(&built);
}

#[test]
fn the_question_has_besus_selector() {
    assert_eq!(ITransactionHook::transactionAllowedCall::SELECTOR, hex!("936421d5"));
}

#[test]
fn a_hook_may_ask_the_system_contracts() {
    // Passes `isActive(sender)` on to Members and answers what it says.
    let selector = IMembers::isActiveCall::SELECTOR;
    let code = [
        &[0x63][..],
        &selector,
        // MSTORE(0, selector << 224); MSTORE(4, sender)
        &hex!("60e01b5f52600435600452"),
        // STATICCALL(gas, Members, 0, 36, 0, 32)
        &hex!("60205f60245f73"),
        MEMBERS.as_slice(),
        &hex!("5afa5060205ff3"),
    ]
    .concat();
    let mut chain = Chain::without_lane(FeeMode::Zero);
    chain.put(HOOK, &code);
    chain.set_term("transactionHook", U256::from_be_bytes(HOOK.into_word().0));
    let mut source =
        Queue::new(vec![transfer(&stranger(), 0, Address::ZERO, 0), transfer(&member(), 0, Address::ZERO, 0)]);
    let built = chain.build(&mut source);
    assert_eq!(built.senders, [member().address()]);
    chain.commit(&built);
}

fn step() -> impl Strategy<Value = (u8, u8)> {
    (1..5u8, 0..4u8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    /// `Chain::commit` asserts that a verifier's outcome equals the proposer's, in every part.
    #[test]
    fn verifiers_accept_what_proposers_build_under_any_terms(
        steps in prop::collection::vec(step(), 0..24),
        terms in prop::collection::vec(any::<bool>(), 4),
        enabled in prop::collection::vec(any::<bool>(), 8),
    ) {
        let mut chain = Chain::without_lane(FeeMode::Zero);
        chain.put(FACTORY, &factory(0xf0));
        chain.put(HOOK, &ONE_TARGET);
        let slots = &mut chain.state.accounts.get_mut(&HOOK).unwrap().1;
        slots.insert(U256::ZERO, U256::from_be_bytes(FACTORY.into_word().0));
        chain.set_term("transactionAllowList", U256::from(terms[0]));
        chain.set_term("deployerAllowList", U256::from(terms[1]));
        chain.set_term("systemLane", U256::from(20 * u64::from(terms[2])));
        let hook = if terms[3] { U256::from_be_bytes(HOOK.into_word().0) } else { U256::ZERO };
        chain.set_term("transactionHook", hook);
        for number in 1..5u8 {
            let account = chain::key(number).address();
            if enabled[usize::from(number) - 1] { chain.enable(TRANSACTION_ALLOW_LIST, account); }
            if enabled[usize::from(number) + 3] { chain.enable(DEPLOYERS, account); }
        }
        let mut nonces = [0u64; 5];
        for (from, what) in steps {
            let nonce = nonces[usize::from(from)];
            let to: TxKind = [FACTORY.into(), MEMBERS.into(), GOVERNANCE.into(), TxKind::Create][usize::from(what)];
            let tx = sign(&chain::key(from), TxEip1559 { input: init_code(&[0]).into(), ..template(nonce, to, 200_000) });
            let built = chain.build(&mut Queue::new(vec![tx]));
            nonces[usize::from(from)] += built.body.transactions.len() as u64;
            chain.commit(&built);
        }
    }
}
