//! The members' own contracts in real blocks: a vote changes the next block, and nobody else does.

mod chain;
mod governed;
mod memory;

use alloy_rpc_types_eth::TransactionRequest;
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::{SolCall, SolError, SolEvent};
use althing_chainspec::FeeMode;
use althing_contracts::{GOVERNANCE, IGovernance, IMembers, IParameters, MEMBERS, PARAMETERS, SYSTEM_CONTRACTS};
use althing_evm::{Built, GethDebugTracingOptions, Limits};
use althing_primitives::{
    Address, Bytes, GOVERNANCE_REQUEST_TYPE, GovernanceDelta, RecoveredTransaction, U256,
    consensus::{TxEip1559, TxEip7702},
    eips::eip7702::Authorization,
    hex, keccak256,
};
use chain::{Chain, sign, template};
use governed::{member, stranger};

type Calls = Vec<(Address, Vec<u8>)>;

/// A contract that the network owns.
const OWNED: Address = Address::repeat_byte(0x0a);

fn call(nonce: u64, to: Address, input: Vec<u8>) -> RecoveredTransaction {
    sign(&member(), TxEip1559 { input: input.into(), ..template(nonce, to.into(), 5_000_000) })
}

fn split(calls: &Calls) -> (Vec<Address>, Vec<U256>, Vec<Bytes>) {
    let (targets, data): (Vec<_>, Vec<_>) = calls.iter().map(|(to, data)| (*to, Bytes::from(data.clone()))).unzip();
    (targets, vec![U256::ZERO; calls.len()], data)
}

fn propose(calls: &Calls, description: &str) -> Vec<u8> {
    let (targets, values, calldatas) = split(calls);
    IGovernance::proposeCall { targets, values, calldatas, description: description.to_owned() }.abi_encode()
}

/// `hashProposal`.
fn id(calls: &Calls, description: &str) -> U256 {
    let (targets, values, calldatas) = split(calls);
    let description_hash = keccak256(description);
    let call = IGovernance::hashProposalCall { targets, values, calldatas, descriptionHash: description_hash };
    keccak256(&call.abi_encode()[4..]).into()
}

fn vote(id: U256) -> Vec<u8> {
    IGovernance::castVoteCall { proposalId: id, support: 1 }.abi_encode()
}

fn set_gas_limit(gas: u64) -> (Address, Vec<u8>) {
    (PARAMETERS, IParameters::setGasLimitCall { gasLimit: gas }.abi_encode())
}

/// A chain, what was proposed in its first block, and the proposal.
fn proposed(calls: &Calls) -> (Chain, U256) {
    with_contract(calls, &[0x00])
}

fn with_contract(calls: &Calls, code: &[u8]) -> (Chain, U256) {
    let mut chain = Chain::governed(FeeMode::Zero);
    chain.put(OWNED, code);
    let built = chain.mine(vec![call(0, GOVERNANCE, propose(calls, "why"))]);
    assert!(built.executed.receipts[0].success);
    (chain, id(calls, "why"))
}

fn events<E: SolEvent>(built: &Built) -> Vec<E> {
    let logs = built.executed.receipts.iter().flat_map(|receipt| &receipt.logs);
    logs.filter_map(|log| E::decode_log(log).ok()).map(|log| log.data).collect()
}

fn delta(built: &Built) -> GovernanceDelta {
    GovernanceDelta::of(&built.executed.requests).unwrap()
}

#[test]
fn a_ballot_that_decides_changes_the_next_block() {
    let (mut chain, id) = proposed(&vec![set_gas_limit(60_000_000)]);
    let before = chain.head.header.gas_limit;
    let built = chain.mine(vec![call(1, GOVERNANCE, vote(id))]);
    assert_eq!(built.header.gas_limit, before, "not yet");
    assert_eq!(events::<IGovernance::ProposalExecuted>(&built).len(), 1);
    assert_eq!(chain.mine(Vec::new()).header.gas_limit, 60_000_000);
}

#[test]
fn the_header_commits_to_what_governance_did() {
    let (mut chain, id) = proposed(&vec![set_gas_limit(60_000_000)]);
    let before = chain.state.clone();
    let built = chain.mine(vec![call(1, GOVERNANCE, vote(id))]);
    let last = built.executed.requests.iter().last().unwrap();
    assert_eq!(last[0], GOVERNANCE_REQUEST_TYPE);
    assert_eq!(built.header.requests_hash, Some(built.executed.requests.requests_hash()));
    let delta = delta(&built);
    let contracts: Vec<_> = delta.slots.iter().map(|(contract, _)| *contract).collect();
    assert_eq!(contracts, [GOVERNANCE, PARAMETERS]);
    assert_eq!(delta.events, built.executed.receipts[0].logs);
    // Folding it gives the state, and nothing is in it that did not change.
    for (contract, slots) in &delta.slots {
        let (_, was) = &before.accounts[contract];
        let (_, is) = &chain.state.accounts[contract];
        for (slot, value) in slots {
            assert_eq!(is.get(slot).copied().unwrap_or_default(), *value);
            assert_ne!(was.get(slot).copied().unwrap_or_default(), *value);
        }
        let changed = is.keys().chain(was.keys()).filter(|slot| is.get(*slot) != was.get(*slot));
        assert_eq!(changed.collect::<std::collections::BTreeSet<_>>().len(), slots.len());
    }
    assert!(chain.mine(Vec::new()).executed.requests.is_empty(), "nothing happened, nothing to say");
}

#[test]
fn a_vote_costs_less_than_100_000_gas() {
    // Two proposals, so that the ballot's slots are those of a member that votes for the first time.
    let (mut chain, id) = proposed(&vec![set_gas_limit(60_000_000)]);
    let against = IGovernance::castVoteCall { proposalId: id, support: 2 }.abi_encode();
    let built = chain.mine(vec![call(1, GOVERNANCE, against)]);
    assert!(built.executed.receipts[0].success);
    assert!(built.header.gas_used < 100_000, "{}", built.header.gas_used);
}

#[test]
fn governed_functions_refuse_everybody_else() {
    let mut chain = Chain::governed(FeeMode::Zero);
    let (to, input) = set_gas_limit(60_000_000);
    for (who, signer) in [(member().address(), member()), (stranger().address(), stranger())] {
        let tx = TxEip1559 { input: input.clone().into(), ..template(0, to.into(), 500_000) };
        let receipt = &chain.mine(vec![sign(&signer, tx)]).executed.receipts[0];
        assert!(!receipt.success && receipt.logs.is_empty());
        let request = TransactionRequest { from: Some(who), to: Some(to.into()), ..Default::default() };
        let request = request.input(Bytes::from(input.clone()).into());
        let result = chain.executor.call(&chain.state, chain.call(request), &Limits::default()).unwrap();
        let refused = IParameters::OnlyGovernance { caller: who }.abi_encode();
        assert_eq!(result.output(), Some(&Bytes::from(refused)));
    }
    assert_ne!(chain.terms().gas_limit, Some(60_000_000));
}

/// Passes its calldata after the first word to the address in that word, and keeps whether that succeeded (plus one)
/// at slot 0, what came back at slot 1.
fn recorder() -> Vec<u8> {
    [
        // CALLDATACOPY(0, 32, size - 32)
        &hex!("6020360360205f37")[..],
        // CALL(gas, word 0, 0, 0, size - 32, 0, 0)
        &hex!("5f5f602036035f5f5f355af1"),
        // SSTORE(0, success + 1)
        &hex!("6001015f55"),
        // MSTORE(0, 0), RETURNDATACOPY(0, 0, returndatasize), SSTORE(1, MLOAD(0))
        &hex!("5f5f523d5f5f3e5f5160015500"),
    ]
    .concat()
}

fn through(to: Address, input: Vec<u8>) -> (Address, Vec<u8>) {
    (OWNED, [to.into_word().as_slice(), &input].concat())
}

#[test]
fn a_contract_that_a_proposal_calls_gets_nowhere() {
    let (targets, values, calldatas) = split(&vec![set_gas_limit(1)]);
    let rule = IGovernance::setExecutionWindowCall { executionWindow: 86_400 }.abi_encode();
    let busy = IGovernance::GovernanceBusy {}.abi_encode();
    let only = |caller| IGovernance::OnlyGovernance { caller }.abi_encode();
    let execute = IGovernance::execute_0Call {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        descriptionHash: keccak256("why"),
    };
    let attempts = [
        (GOVERNANCE, vote(U256::ONE), busy.clone()),
        (GOVERNANCE, propose(&vec![set_gas_limit(1)], "inner"), busy.clone()),
        (GOVERNANCE, execute.abi_encode(), busy.clone()),
        (GOVERNANCE, rule, only(OWNED)),
        (PARAMETERS, set_gas_limit(50_000_000).1, only(OWNED)),
        (MEMBERS, IMembers::suspendCall { id: 1 }.abi_encode(), only(OWNED)),
    ];
    for (index, (to, input, refusal)) in attempts.into_iter().enumerate() {
        let calls = vec![through(to, input), set_gas_limit(60_000_000)];
        let (mut chain, id) = with_contract(&calls, &recorder());
        let built = chain.mine(vec![call(1, GOVERNANCE, vote(id))]);
        assert_eq!(events::<IGovernance::ProposalExecuted>(&built).len(), 1, "attempt {index}");
        assert_eq!(chain.slot(OWNED, 0), U256::ONE, "attempt {index} failed");
        let reason: [u8; 32] = chain.slot(OWNED, 1).to_be_bytes();
        assert_eq!(reason[..4], refusal[..4], "attempt {index}");
        assert_eq!(chain.terms().gas_limit, Some(60_000_000), "the proposal went on");
    }
}

/// As [`recorder`], with another instruction than CALL and 300,000 gas, so that what burns it all leaves some.
fn recorder_with(instruction: &[u8]) -> Vec<u8> {
    let whole = recorder();
    [&whole[..8], instruction, &whole[whole.len() - 18..]].concat()
}

#[test]
fn no_other_way_of_calling_opens_a_system_contract_to_what_a_proposal_calls() {
    let instructions = [
        ("DELEGATECALL", &hex!("5f5f602036035f5f35620493e0f4")[..]),
        ("CALLCODE", &hex!("5f5f602036035f5f5f35620493e0f2")[..]),
        ("CALLCODE with value", &hex!("5f5f602036035f60015f35620493e0f2")[..]),
        ("STATICCALL", &hex!("5f5f602036035f5f35620493e0fa")[..]),
        ("CALL with value", &hex!("5f5f602036035f60015f35620493e0f1")[..]),
    ];
    let inputs = [set_gas_limit(50_000_000), (GOVERNANCE, vote(U256::ONE)), (MEMBERS, removal())];
    for (name, instruction) in instructions {
        for (to, input) in inputs.clone() {
            let calls = vec![through(to, input), set_gas_limit(60_000_000)];
            let (mut chain, id) = with_contract(&calls, &recorder_with(instruction));
            chain.state.accounts.get_mut(&OWNED).unwrap().0.balance = U256::from(10);
            let before = chain.state.accounts[&to].clone();
            let built = chain.mine(vec![call(1, GOVERNANCE, vote(id))]);
            assert_eq!(events::<IGovernance::ProposalExecuted>(&built).len(), 1, "{name} of {to}");
            assert_eq!(chain.slot(OWNED, 0), U256::ONE, "{name} of {to} failed");
            assert_eq!(chain.state.accounts[&to].0.balance, before.0.balance, "{name} of {to}");
            assert_eq!(chain.terms().gas_limit, Some(60_000_000), "the proposal went on after {name}");
            let touched: Vec<_> = delta(&built).slots.into_iter().map(|(contract, _)| contract).collect();
            assert_eq!(touched, [GOVERNANCE, PARAMETERS], "{name} of {to}");
        }
    }
}

fn removal() -> Vec<u8> {
    IMembers::suspendCall { id: 1 }.abi_encode()
}

#[test]
fn self_destruct_in_favour_of_a_system_contract_changes_no_code_and_no_slot() {
    // SELFDESTRUCT(word 0)
    let calls = vec![through(PARAMETERS, Vec::new()), set_gas_limit(60_000_000)];
    let (mut chain, id) = with_contract(&calls, &hex!("5f35ff"));
    let before = chain.state.accounts[&PARAMETERS].clone();
    let built = chain.mine(vec![call(1, GOVERNANCE, vote(id))]);
    assert_eq!(events::<IGovernance::ProposalExecuted>(&built).len(), 1);
    let after = &chain.state.accounts[&PARAMETERS];
    assert_eq!((after.0.code_hash, after.0.nonce), (before.0.code_hash, before.0.nonce));
    assert_eq!(chain.terms().gas_limit, Some(60_000_000));
}

#[test]
fn a_proposal_that_calls_an_account_delegated_to_a_system_contract_fails() {
    let mut chain = Chain::governed(FeeMode::Zero);
    let victim = stranger();
    delegate(&mut chain, &victim, PARAMETERS);
    let calls = vec![(victim.address(), set_gas_limit(50_000_000).1)];
    chain.mine(vec![call(0, GOVERNANCE, propose(&calls, "why"))]);
    let built = chain.mine(vec![call(1, GOVERNANCE, vote(id(&calls, "why")))]);
    assert_eq!(events::<IGovernance::ProposalExecutionFailed>(&built).len(), 1);
    assert_ne!(chain.terms().gas_limit, Some(50_000_000));
}

/// Lets an account that was never used delegate to a contract (EIP-7702).
fn delegate(chain: &mut Chain, account: &PrivateKeySigner, contract: Address) {
    let chain_id = chain.spec().chain_id();
    let authorization = Authorization { chain_id: U256::from(chain_id), address: contract, nonce: 1 };
    let signature = account.sign_hash_sync(&authorization.signature_hash()).unwrap();
    let tx = TxEip7702 {
        chain_id,
        gas_limit: 1_000_000,
        to: Address::repeat_byte(0x77),
        authorization_list: vec![authorization.into_signed(signature)],
        ..Default::default()
    };
    assert!(chain.mine(vec![sign(account, tx)]).executed.receipts[0].success);
}

#[test]
fn a_contract_that_is_called_outside_of_one_is_no_governance_either() {
    let mut chain = Chain::governed(FeeMode::Zero);
    chain.put(OWNED, &recorder());
    let (to, input) = set_gas_limit(60_000_000);
    let (owned, input) = through(to, input);
    chain.mine(vec![call(0, owned, input)]);
    assert_eq!(chain.slot(OWNED, 0), U256::ONE);
    assert_ne!(chain.terms().gas_limit, Some(60_000_000));
}

#[test]
fn an_account_that_delegates_to_a_system_contract_is_only_broken() {
    let mut chain = Chain::governed(FeeMode::Zero);
    let chain_id = chain.spec().chain_id();
    let victim = stranger();
    let mut nonce = 0;
    for contract in SYSTEM_CONTRACTS {
        let authorization = Authorization { chain_id: U256::from(chain_id), address: contract, nonce: nonce + 1 };
        let signature = victim.sign_hash_sync(&authorization.signature_hash()).unwrap();
        let (_, input) = set_gas_limit(60_000_000);
        let tx = TxEip7702 {
            chain_id,
            nonce,
            gas_limit: 1_000_000,
            to: victim.address(),
            input: input.into(),
            authorization_list: vec![authorization.into_signed(signature)],
            ..Default::default()
        };
        let receipt = &chain.mine(vec![sign(&victim, tx)]).executed.receipts[0];
        assert!(!receipt.success && receipt.logs.is_empty(), "{contract}");
        nonce += 2;
        let (account, storage) = &chain.state.accounts[&victim.address()];
        assert!(account.has_code() && storage.is_empty(), "{contract}");
    }
    assert_ne!(chain.terms().gas_limit, Some(60_000_000));
}

#[test]
fn with_too_little_gas_the_ballot_counts_and_anyone_executes() {
    let calls = vec![set_gas_limit(60_000_000)];
    let (mut chain, id) = proposed(&calls);
    let ballot = TxEip1559 { input: vote(id).into(), ..template(1, GOVERNANCE.into(), 250_000) };
    let built = chain.mine(vec![sign(&member(), ballot)]);
    assert!(built.executed.receipts[0].success);
    assert_eq!(events::<IGovernance::VoteCast>(&built).len(), 1);
    assert!(events::<IGovernance::ProposalExecuted>(&built).is_empty());
    let (targets, values, calldatas) = split(&calls);
    let hash = keccak256("why");
    let execute = IGovernance::execute_0Call { targets, values, calldatas, descriptionHash: hash }.abi_encode();
    let tx = TxEip1559 { input: execute.into(), ..template(0, GOVERNANCE.into(), 5_000_000) };
    let built = chain.mine(vec![sign(&stranger(), tx)]);
    assert_eq!(events::<IGovernance::ProposalExecuted>(&built).len(), 1);
    assert_eq!(chain.terms().gas_limit, Some(60_000_000));
}

#[test]
fn an_estimate_of_a_deciding_ballot_suffices_for_the_calls() {
    let (mut chain, id) = proposed(&vec![set_gas_limit(60_000_000)]);
    let request =
        TransactionRequest { from: Some(member().address()), to: Some(GOVERNANCE.into()), ..Default::default() };
    let request = request.input(Bytes::from(vote(id)).into());
    let gas = chain.executor.estimate_gas(&chain.state, chain.call(request), &Limits::default()).unwrap();
    let ballot = TxEip1559 { input: vote(id).into(), ..template(1, GOVERNANCE.into(), gas) };
    let built = chain.mine(vec![sign(&member(), ballot)]);
    assert_eq!(events::<IGovernance::ProposalExecuted>(&built).len(), 1);
    assert!(built.header.gas_used < gas);
}

#[test]
fn a_failing_batch_undoes_itself_and_the_ballot_stands() {
    // INVALID, after a governed call that succeeds.
    let calls = vec![set_gas_limit(60_000_000), (OWNED, vec![1])];
    let (mut chain, id) = with_contract(&calls, &[0xfe]);
    let built = chain.mine(vec![call(1, GOVERNANCE, vote(id))]);
    assert!(built.executed.receipts[0].success);
    let failed = events::<IGovernance::ProposalExecutionFailed>(&built);
    assert_eq!((failed.len(), failed[0].call), (1, U256::ONE));
    assert_ne!(chain.terms().gas_limit, Some(60_000_000));
    assert!(delta(&built).slots.iter().all(|(contract, _)| *contract == GOVERNANCE));
    chain.put(OWNED, &[0x00]);
    let execute = IGovernance::execute_1Call { proposalId: id }.abi_encode();
    chain.mine(vec![call(2, GOVERNANCE, execute)]);
    assert_eq!(chain.terms().gas_limit, Some(60_000_000));
}

#[test]
fn traces_show_ordinary_calls() {
    let (chain, id) = proposed(&vec![set_gas_limit(60_000_000)]);
    let request =
        TransactionRequest { from: Some(member().address()), to: Some(GOVERNANCE.into()), ..Default::default() };
    let request = request.input(Bytes::from(vote(id)).into());
    let options: GethDebugTracingOptions =
        serde_json::from_value(serde_json::json!({ "tracer": "callTracer", "tracerConfig": { "withLog": true } }))
            .unwrap();
    let trace = chain.executor.trace_call(&chain.state, chain.call(request), &options, &Limits::default()).unwrap();
    let trace = serde_json::to_value(trace).unwrap();
    let to = |frame: &serde_json::Value| frame["to"].as_str().unwrap().parse::<Address>().unwrap();
    assert_eq!(to(&trace), GOVERNANCE);
    let frames = trace["calls"].as_array().unwrap();
    assert_eq!(frames.iter().map(to).collect::<Vec<_>>(), [GOVERNANCE; 3], "the ballot, the batch, how it ended");
    assert_eq!(to(&frames[1]["calls"][0]), PARAMETERS);
    assert_eq!(frames[0]["logs"].as_array().map(Vec::len), Some(1), "{trace}");
    assert_eq!(frames[1]["calls"][0]["logs"][0]["address"].as_str().unwrap().parse::<Address>().unwrap(), PARAMETERS);
}

#[test]
fn many_calls_in_one_block_commit_once() {
    let (mut chain, id) = proposed(&vec![set_gas_limit(60_000_000)]);
    let second = vec![set_gas_limit(70_000_000)];
    let built = chain.mine(vec![
        call(1, GOVERNANCE, propose(&second, "why")),
        call(2, GOVERNANCE, vote(id)),
        call(3, GOVERNANCE, vote(self::id(&second, "why"))),
    ]);
    assert!(built.executed.receipts.iter().all(|receipt| receipt.success));
    let delta = delta(&built);
    let parameters: Vec<_> = delta.slots.iter().filter(|(contract, _)| *contract == PARAMETERS).collect();
    assert_eq!(parameters.len(), 1);
    assert_eq!(parameters[0].1.len(), 1, "one slot, its last value");
    assert_eq!(chain.terms().gas_limit, Some(70_000_000));
}
