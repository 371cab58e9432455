//! What a proposer builds every verifier accepts, within the limits given.

mod chain;
mod memory;

use althing_chainspec::{FeeMode, GenesisAccount};
use althing_evm::{BuildLimits, ExecutionError, HeaderError, HeaderRules, InvalidBlock, Rejection};
use althing_primitives::{
    Address, B64, B256, Block, Bytes, Extra, Header, RecoveredBlock, RecoveredTransaction, TxKind, U256,
    consensus::TxEip1559, hex, rlp::Encodable,
};
use chain::{Chain, Queue, dev_key, genesis, init_code, key, sign, template, transfer};
use proptest::prelude::*;
use std::cell::Cell;

#[test]
fn an_empty_block_is_fine() {
    let mut chain = Chain::new(FeeMode::Zero);
    let built = chain.mine(Vec::new());
    assert_eq!(built.header.gas_used, 0);
    assert!(!built.executed.changes.accounts.is_empty(), "EIP-2935 stored the parent's hash");
    chain.mine(Vec::new());
}

#[test]
fn gas_bytes_and_time_bound_a_block() {
    let chain = Chain::new(FeeMode::Zero);
    let transfers = || (0..100).map(|nonce| transfer(&dev_key(), nonce, Address::repeat_byte(1), 1)).collect();
    let count = |limits: &BuildLimits<'_>| chain.build_within(&mut Queue::new(transfers()), limits);
    let none = || false;

    let by_gas = count(&BuildLimits { gas: 10 * 21_000 + 20_999, bytes: usize::MAX, deadline: &none });
    assert_eq!(by_gas.body.transactions.len(), 10);

    let by_bytes = count(&BuildLimits { gas: u64::MAX, bytes: 3_000, deadline: &none });
    let length = Block::new(by_bytes.header.clone(), by_bytes.body.clone()).length();
    assert!((2_000..=3_000).contains(&length), "{length}");

    let asked = Cell::new(0);
    let deadline = || asked.replace(asked.get() + 1) >= 7;
    let by_time = count(&BuildLimits { gas: u64::MAX, bytes: usize::MAX, deadline: &deadline });
    assert_eq!(by_time.body.transactions.len(), 7);
}

#[test]
fn a_candidate_that_does_not_fit_waits_and_others_are_tried() {
    let chain = Chain::new(FeeMode::Zero);
    let greedy = sign(&key(1), template(0, Address::ZERO.into(), 10_000_000));
    let hash = *greedy.tx_hash();
    let mut source = Queue::new(vec![greedy, transfer(&dev_key(), 0, Address::ZERO, 1)]);
    let built = chain.build_within(&mut source, &BuildLimits { gas: 100_000, bytes: usize::MAX, deadline: &|| false });
    assert_eq!(built.body.transactions.len(), 1);
    assert_eq!(source.rejected, [(hash, Rejection::Later)]);
}

#[test]
fn a_future_nonce_waits_and_a_used_one_is_invalid() {
    let mut chain = Chain::new(FeeMode::Zero);
    chain.mine(vec![transfer(&dev_key(), 0, Address::ZERO, 1)]);
    let mut source =
        Queue::new(vec![transfer(&dev_key(), 5, Address::ZERO, 1), transfer(&dev_key(), 0, Address::ZERO, 1)]);
    chain.build(&mut source);
    assert_eq!(source.rejected[0].1, Rejection::Later);
    assert!(matches!(source.rejected[1].1, Rejection::Invalid(_)));
}

#[test]
fn a_verifier_refuses_every_altered_outcome() {
    let chain = Chain::new(FeeMode::Zero);
    let built = chain.build(&mut Queue::new(vec![transfer(&dev_key(), 0, Address::ZERO, 1)]));
    let block = chain.seal(&built);
    let altered = |alter: &dyn Fn(&mut Header)| {
        let mut header = block.header.clone();
        alter(&mut header);
        let block = RecoveredBlock::new(Block::new(header, block.body.clone()), block.senders().to_vec());
        chain.executor.execute(&block, &chain.state).unwrap_err()
    };
    let invalid = |error: ExecutionError| match error {
        ExecutionError::Invalid(error) => error,
        other => panic!("{other}"),
    };
    assert!(matches!(invalid(altered(&|header| header.gas_used += 1)), InvalidBlock::GasUsed { .. }));
    assert!(matches!(
        invalid(altered(&|header| header.receipts_root = Default::default())),
        InvalidBlock::Root { field: "receiptsRoot", .. }
    ));
    assert!(matches!(
        invalid(altered(&|header| header.requests_hash = Some(Default::default()))),
        InvalidBlock::Root { field: "requestsHash", .. }
    ));
    assert!(matches!(invalid(altered(&|header| header.logs_bloom.0[0] = 1)), InvalidBlock::Bloom));
    assert!(matches!(
        invalid(altered(&|header| header.gas_limit = 20_999)),
        InvalidBlock::Transaction { index: 0, .. }
    ));
}

#[test]
fn consensus_headers_follow_their_rules() {
    let mut chain = Chain::new(FeeMode::Zero);
    chain.mine(Vec::new());
    let header = chain.build(&mut Queue::default()).header;
    let check = |alter: &dyn Fn(&mut Header)| {
        let mut header = header.clone();
        alter(&mut header);
        chain.executor.validate_header(&header, &chain.head.header, HeaderRules::Consensus, &chain.terms())
    };
    let parent = chain.head.header.clone();
    assert_eq!(check(&|_| {}), Ok(()));
    assert!(matches!(check(&|header| header.extra_data = Bytes::from_static(b"x")), Err(HeaderError::Extra(_))));
    assert!(check(&|header| header.extra_data = parent.extra_data.clone()).is_err(), "same millisecond");
    let earlier = Extra { millis: 1, ..Default::default() };
    assert!(check(&|header| header.extra_data = earlier.encode().to_vec().into()).is_err());
    assert!(check(&|header| header.gas_limit += 1).is_err());
    assert!(check(&|header| header.base_fee_per_gas = Some(1)).is_err());
    assert!(check(&|header| header.base_fee_per_gas = None).is_err());
    assert!(check(&|header| header.difficulty = U256::from(1)).is_err());
    assert!(check(&|header| header.nonce = B64::with_last_byte(1)).is_err());
    assert!(check(&|header| header.ommers_hash = Default::default()).is_err());
    assert!(check(&|header| header.blob_gas_used = Some(131_072)).is_err());
    assert!(check(&|header| header.excess_blob_gas = Some(1)).is_err());
    assert!(check(&|header| header.parent_beacon_block_root = None).is_err());
    assert!(check(&|header| header.withdrawals_root = None).is_err());
    let money = check(&|header| header.withdrawals_root = Some(B256::repeat_byte(1)));
    assert!(matches!(money, Err(HeaderError::Mismatch { field: "withdrawalsRoot", .. })), "{money:?}");
    assert!(check(&|header| header.requests_hash = None).is_err());
    assert!(check(&|header| header.slot_number = Some(1)).is_err());
    assert!(check(&|header| header.number += 1).is_err());
    assert!(check(&|header| header.parent_hash = Default::default()).is_err());
    assert!(check(&|header| header.gas_used = header.gas_limit + 1).is_err());
}

/// Runtime code that writes calldata's second word to the slot its first word names and logs it, or
/// reverts if it is 13.
const STORE: [u8; 25] = hex!("60203580600d14601557805f525f355560205fa0005b5f5ffd");

#[derive(Clone, Debug)]
enum Step {
    Transfer { from: u8, to: u8, value: u64, gap: u64 },
    Deploy { from: u8 },
    Store { from: u8, slot: u8, value: u8 },
    Destroy { from: u8, to: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let gap = prop_oneof![9 => Just(0u64), 1 => Just(1u64)];
    prop_oneof![
        (1..5u8, 1..8u8, 0..400_000u64, gap).prop_map(|(from, to, value, gap)| Step::Transfer { from, to, value, gap }),
        (1..5u8).prop_map(|from| Step::Deploy { from }),
        (1..5u8, 0..4u8, 10..16u8).prop_map(|(from, slot, value)| Step::Store { from, slot, value }),
        (1..5u8, 1..8u8).prop_map(|(from, to)| Step::Destroy { from, to }),
    ]
}

/// Where [`funded`] puts [`STORE`].
const CONTRACT: Address = Address::repeat_byte(0xcc);

fn funded(fees: FeeMode) -> Chain {
    let mut genesis = genesis(fees);
    for number in 1..5 {
        let account = GenesisAccount { balance: U256::from(1_000_000), ..Default::default() };
        genesis.alloc.insert(key(number).address(), account);
    }
    let account = GenesisAccount { nonce: 1, code: STORE.to_vec().into(), ..Default::default() };
    genesis.alloc.insert(CONTRACT, account);
    Chain::from(genesis)
}

/// Signs the steps, counting nonces as if every transaction were taken.
fn transactions(steps: &[Step], nonces: &mut [u64; 5]) -> Vec<RecoveredTransaction> {
    let mut signed = |from: u8, to: TxKind, value: u64, input: Vec<u8>, gap: u64| {
        let nonce = nonces[usize::from(from)] + gap;
        nonces[usize::from(from)] += 1 - gap;
        let value = U256::from(value);
        sign(&key(from), TxEip1559 { value, input: input.into(), ..template(nonce, to, 200_000) })
    };
    let address = |number: u8| key(number).address();
    let transaction = |step: &Step| match *step {
        Step::Transfer { from, to, value, gap } => signed(from, address(to).into(), value, Vec::new(), gap),
        Step::Deploy { from } => signed(from, TxKind::Create, 0, init_code(&STORE), 0),
        Step::Store { from, slot, value } => {
            let words = [U256::from(slot), U256::from(value)].map(|word| word.to_be_bytes::<32>());
            signed(from, CONTRACT.into(), 0, words.concat(), 0)
        }
        Step::Destroy { from, to } => {
            let init = [&[0x73], address(to).as_slice(), &[0xff]].concat();
            signed(from, TxKind::Create, 1_000, init, 0)
        }
    };
    steps.iter().map(transaction).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() })]

    /// `Chain::commit` asserts that a verifier's outcome equals the proposer's, in every part.
    #[test]
    fn verifiers_accept_what_proposers_build(
        blocks in prop::collection::vec(prop::collection::vec(step(), 0..24), 1..4),
        charged in any::<bool>(),
    ) {
        let mut chain = funded(if charged { FeeMode::Eip1559 } else { FeeMode::Zero });
        let mut nonces = [0; 5];
        for steps in &blocks {
            let mut source = Queue::new(transactions(steps, &mut nonces));
            let built = chain.build(&mut source);
            prop_assert_eq!(built.body.transactions.len() + source.rejected.len(), steps.len());
            chain.commit(&built);
            for number in 1..5 {
                let account = chain.state.accounts.get(&key(number).address());
                nonces[usize::from(number)] = account.map_or(0, |(account, _)| account.nonce);
            }
        }
    }
}
