//! Members that own no ether still govern a chain that charges fees: no vote locks them out.

mod chain;
mod governed;
mod memory;

use alloy_rpc_types_eth::TransactionRequest;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::SolCall;
use althing_chainspec::FeeMode;
use althing_contracts::{
    GOVERNANCE, IGovernance,
    IMembers::{self, acknowledgeCall, inviteCall},
    IParameters, MEMBERS, PARAMETERS,
};
use althing_evm::{GethDebugTracingOptions, Limits, Rejection, TraceTypes, TransactionError};
use althing_primitives::{
    Account, Address, B256, Bytes, RecoveredTransaction, U256, consensus::TxEip1559, hex, keccak256,
};
use chain::{Chain, GWEI, Queue, dev_key, key, sign, template, transfer};
use governed::{member, refused, stranger};
use revm::context::result::InvalidTransaction;

const HOOK: Address = Address::repeat_byte(0x40);
/// What is free in the block of a chain that charges.
const SHARE: u64 = 2_500_000;

fn call(from: &PrivateKeySigner, nonce: u64, to: Address, input: Vec<u8>, gas: u64) -> RecoveredTransaction {
    sign(from, TxEip1559 { input: input.into(), ..template(nonce, to.into(), gas) })
}

/// A call that asks, and costs the same every time.
fn question(from: &PrivateKeySigner, nonce: u64, gas: u64) -> RecoveredTransaction {
    call(from, nonce, MEMBERS, IMembers::memberCountCall {}.abi_encode(), gas)
}

fn propose(to: Address, input: Vec<u8>, description: &str) -> Vec<u8> {
    IGovernance::proposeCall {
        targets: vec![to],
        values: vec![U256::ZERO],
        calldatas: vec![input.into()],
        description: description.to_owned(),
    }
    .abi_encode()
}

/// The ballot for what [`propose`] makes.
fn ballot(to: Address, input: Vec<u8>, description: &str) -> Vec<u8> {
    let hashed = IGovernance::hashProposalCall {
        targets: vec![to],
        values: vec![U256::ZERO],
        calldatas: vec![input.into()],
        descriptionHash: keccak256(description),
    };
    let id = keccak256(&hashed.abi_encode()[4..]).into();
    IGovernance::castVoteCall { proposalId: id, support: 1 }.abi_encode()
}

/// The one member proposes and decides, in two blocks.
fn pass(chain: &mut Chain, nonce: u64, to: Address, input: &[u8], description: &str) {
    let steps = [propose(to, input.to_vec(), description), ballot(to, input.to_vec(), description)];
    for (nonce, step) in (nonce..).zip(steps) {
        let built = chain.mine(vec![call(&member(), nonce, GOVERNANCE, step, SHARE)]);
        assert!(built.executed.receipts[0].success, "{description}");
    }
}

fn set_fees(mode: IParameters::FeeMode, base_fee: u64) -> Vec<u8> {
    IParameters::setFeesCall { feeMode: mode, baseFee: base_fee }.abi_encode()
}

/// A chain that charges, with a lane of ten percent.
fn charging() -> Chain {
    let mut chain = Chain::governed(FeeMode::Eip1559);
    chain.set_term("gasLimit", U256::from(10 * SHARE));
    chain.set_term("systemLane", U256::from(10));
    chain.set_term("baseFee", U256::from(GWEI));
    chain
}

fn fund(chain: &mut Chain, account: Address) {
    let record = Account { balance: U256::from(10).pow(U256::from(18)), ..Default::default() };
    chain.state.accounts.insert(account, (record, Default::default()));
}

/// Why the voted chain takes none of these, as a proposer and as a verifier of somebody else's block.
fn refusal(chain: &Chain, transactions: &[RecoveredTransaction]) -> (Rejection, TransactionError) {
    let mut careless = Chain::governed(FeeMode::Zero);
    careless.state = chain.state.clone();
    careless.set_term("feeMode", U256::ZERO);
    let built = careless.build(&mut Queue::new(transactions.to_vec()));
    assert_eq!(built.body.transactions.len(), transactions.len());
    let error = chain.executor.execute(&careless.seal(&built), &chain.state).unwrap_err();
    let mut source = Queue::new(transactions.to_vec());
    let taken = chain.build(&mut source).body.transactions.len();
    assert_eq!(taken, transactions.len() - 1);
    (source.rejected[0].1.clone(), refused(&error).clone())
}

fn cannot_pay(chain: &Chain, transaction: RecoveredTransaction) {
    let (rejection, error) = refusal(chain, &[transaction]);
    assert!(matches!(error, TransactionError::Evm(InvalidTransaction::LackOfFundForMaxFee { .. })), "{error}");
    assert!(matches!(rejection, Rejection::Invalid(TransactionError::Evm(_))), "{rejection:?}");
}

#[test]
fn a_member_without_ether_votes_the_fees_out_again() {
    let mut chain = Chain::governed(FeeMode::Zero);
    let (fees, none) =
        (set_fees(IParameters::FeeMode::Eip1559, 1_000_000_000), set_fees(IParameters::FeeMode::Zero, 0));
    pass(&mut chain, 0, PARAMETERS, &fees, "fees");
    assert_eq!(chain.mine(Vec::new()).header.base_fee_per_gas, Some(GWEI as u64));
    assert_eq!(chain.balance(member().address()), U256::ZERO);
    // What others send is not free now, nor what the member sends elsewhere.
    for poor in [question(&stranger(), 0, 100_000), transfer(&member(), 2, Address::ZERO, 0)] {
        let mut source = Queue::new(vec![poor]);
        assert!(chain.build(&mut source).body.transactions.is_empty());
        assert!(matches!(source.rejected[0].1, Rejection::Invalid(TransactionError::Evm(_))));
    }
    let earned = chain.balance(Address::repeat_byte(0xfe));
    pass(&mut chain, 2, PARAMETERS, &none, "none");
    assert_eq!(chain.balance(Address::repeat_byte(0xfe)), earned, "nobody earns by it");
    assert_eq!(chain.balance(member().address()), U256::ZERO);
    let free = chain.mine(vec![transfer(&stranger(), 0, Address::ZERO, 0)]);
    assert_eq!(free.header.base_fee_per_gas, Some(0));
}

#[test]
fn the_highest_base_fee_does_not_lock_members_out_either() {
    let mut chain = charging();
    chain.set_term("baseFee", U256::from(10).pow(U256::from(18)));
    // It offers 2 gwei a gas.
    pass(&mut chain, 0, PARAMETERS, &set_fees(IParameters::FeeMode::Zero, 0), "none");
    assert_eq!(chain.mine(Vec::new()).header.base_fee_per_gas, Some(0));
}

#[test]
fn who_is_no_member_pays_as_before() {
    let mut chain = charging();
    cannot_pay(&chain, question(&stranger(), 0, 100_000));
    cannot_pay(&chain, transfer(&member(), 0, Address::ZERO, 0));
    let before = chain.balance(dev_key().address());
    let built = chain.mine(vec![question(&dev_key(), 0, 100_000)]);
    let gas = built.executed.receipts[0].cumulative_gas_used;
    assert_eq!(before - chain.balance(dev_key().address()), U256::from(u128::from(gas) * 2 * GWEI));
}

#[test]
fn value_is_not_free() {
    let mut chain = charging();
    let giving = TxEip1559 { value: U256::ONE, ..template(0, GOVERNANCE.into(), 100_000) };
    let giving = sign(&member(), giving);
    let mut source = Queue::new(vec![giving.clone()]);
    assert!(chain.build(&mut source).body.transactions.is_empty());
    fund(&mut chain, member().address());
    let before = chain.balance(member().address());
    chain.mine(vec![giving]);
    assert_eq!(before - chain.balance(member().address()), U256::ONE, "and nothing but value");
}

#[test]
fn what_is_free_is_bounded_by_the_lane() {
    let mut chain = charging();
    let two = [question(&member(), 0, SHARE), question(&member(), 1, SHARE)];
    let (rejection, error) = refusal(&chain, &two);
    assert_eq!(rejection, Rejection::Later, "it waits for the next block");
    assert!(matches!(error, TransactionError::FreeGas { gas_limit: SHARE, available } if available < SHARE), "{error}");
    // What is used counts, and others take nothing of it.
    let used = chain.build(&mut Queue::new(two.to_vec())).executed.gas_used;
    let fitting = question(&member(), 1, SHARE - used);
    let paying = transfer(&dev_key(), 0, Address::ZERO, 1);
    chain.mine(vec![two[0].clone(), paying, fitting]);
    chain.mine(vec![question(&member(), 2, SHARE)]);
}

#[test]
fn a_call_that_is_larger_than_the_share_pays() {
    let mut chain = charging();
    cannot_pay(&chain, question(&member(), 0, SHARE + 1));
    fund(&mut chain, member().address());
    let before = chain.balance(member().address());
    let built = chain.mine(vec![question(&member(), 0, SHARE + 1), question(&member(), 1, SHARE)]);
    let gas = built.executed.receipts[0].cumulative_gas_used;
    assert_eq!(before - chain.balance(member().address()), U256::from(u128::from(gas) * 2 * GWEI));
}

#[test]
fn calls_estimates_and_traces_say_the_same() {
    let mut chain = charging();
    // Simulations have their parent's gas limit.
    chain.mine(Vec::new());
    let asking = |from: Address| TransactionRequest {
        from: Some(from),
        to: Some(MEMBERS.into()),
        max_fee_per_gas: Some(2 * GWEI),
        max_priority_fee_per_gas: Some(GWEI),
        input: Bytes::from(IMembers::memberCountCall {}.abi_encode()).into(),
        ..Default::default()
    };
    let estimate = |from| chain.executor.estimate_gas(&chain.state, chain.call(asking(from)), &Limits::default());
    let gas = estimate(member().address()).unwrap();
    assert!((21_000..50_000).contains(&gas));
    assert!(estimate(stranger().address()).is_err(), "a stranger cannot pay");
    let called = |from: Address, gas| {
        let request = TransactionRequest { gas: Some(gas), ..asking(from) };
        chain.executor.call(&chain.state, chain.call(request), &Limits::default())
    };
    assert!(called(member().address(), SHARE).unwrap().is_success());
    assert!(called(member().address(), SHARE + 1).is_err());
    assert!(called(stranger().address(), SHARE).is_err());

    let before = chain.state.clone();
    let (parent, terms) = (chain.head.header.clone(), chain.terms());
    let built = chain.mine(vec![question(&member(), 0, gas), transfer(&dev_key(), 0, Address::ZERO, 1)]);
    let block = althing_primitives::RecoveredBlock::new(chain.head.clone(), built.senders.clone());
    let options: GethDebugTracingOptions =
        serde_json::from_value(serde_json::json!({ "tracer": "callTracer" })).unwrap();
    let traces = chain.executor.trace_block(&block, &before, 0..2, &options, &Limits::default()).unwrap();
    assert_eq!(traces.len(), 2);
    assert_eq!(chain.executor.waived(&block, &before).unwrap(), [true, false]);
    let signed = question(&member(), 0, gas);
    let env = chain.executor.env(&parent, &terms);
    let replayed =
        chain.executor.replay_signed(&before, (&parent, env), &signed, TraceTypes::TRACE, &Limits::default());
    assert_eq!(replayed.map(|results| results.trace.len()).unwrap(), 1);
}

/// A hook that answers no.
const NO: [u8; 7] = hex!("5f5f5260205ff3");

#[test]
fn who_is_invited_acknowledges_whatever_is_in_force() {
    let mut chain = Chain::governed(FeeMode::Zero);
    let newcomer = key(3);
    let invite = inviteCall {
        account: newcomer.address(),
        name: "Newcomer".to_owned(),
        class: 0,
        encryptionKey: B256::ZERO,
        certificateFingerprint: B256::ZERO,
    };
    pass(&mut chain, 0, MEMBERS, &invite.abi_encode(), "invite");
    chain.put(HOOK, &NO);
    chain.set_term("transactionHook", U256::from_be_bytes(HOOK.into_word().0));
    chain.set_term("transactionAllowList", U256::ONE);
    let request = TransactionRequest { to: Some(GOVERNANCE.into()), ..Default::default() };
    let request = request.input(Bytes::from(IGovernance::constitutionHashCall {}.abi_encode()).into());
    let answer = chain.executor.call(&chain.state, chain.call(request), &Limits::default()).unwrap();
    let hash = B256::from_slice(answer.output().unwrap());
    let acknowledge = |hash| acknowledgeCall { constitutionHash: hash }.abi_encode();
    for fees in [0, 1] {
        chain.set_term("feeMode", U256::from(fees));
        let padded = [acknowledge(hash), vec![0]].concat();
        for refused in [
            question(&newcomer, 0, 100_000),
            transfer(&newcomer, 0, Address::ZERO, 0),
            call(&newcomer, 0, GOVERNANCE, acknowledge(hash), 200_000),
            call(&newcomer, 0, MEMBERS, padded, 200_000),
            call(&stranger(), 0, MEMBERS, acknowledge(hash), 200_000),
        ] {
            let mut source = Queue::new(vec![refused]);
            assert!(chain.build(&mut source).body.transactions.is_empty());
            assert_eq!(source.rejected[0].1, Rejection::Invalid(TransactionError::SenderNotAllowed));
        }
        let wrong = chain.mine(vec![call(&newcomer, fees, MEMBERS, acknowledge(B256::ZERO), 200_000)]);
        assert!(!wrong.executed.receipts[0].success);
    }
    let built = chain.mine(vec![call(&newcomer, 2, MEMBERS, acknowledge(hash), 300_000)]);
    assert!(built.executed.receipts[0].success);
    assert_eq!(chain.balance(newcomer.address()), U256::ZERO);
    // Now it is a member, and calls what members call.
    chain.mine(vec![question(&newcomer, 3, 100_000)]);
}
