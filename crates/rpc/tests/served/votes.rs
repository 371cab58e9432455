//! What clients see after the one member of the development chain voted, by ordinary transactions.

use crate::rig::{Rig, START_MS, address, constructor, eip1559, raw, transfer, with_gas};
use alloy_sol_types::{SolCall, SolEvent};
use althing_chainspec::Genesis;
use althing_contracts::{
    GOVERNANCE, IGovernance,
    IParameters::{self, FeeMode},
    PARAMETERS,
};
use althing_primitives::{Address, Bytes, CommittedBlock, TxKind, U256, consensus::TxEip1559, hex, keccak256};
use serde_json::{Value, json};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

const GWEI: u64 = 1_000_000_000;

/// Proposes a call of Parameters as the member's transaction with this nonce; what it is called.
async fn propose(rig: &Rig, nonce: u64, call: &impl SolCall) -> U256 {
    let (targets, values) = (vec![PARAMETERS], vec![U256::ZERO]);
    let (calldatas, description) = (vec![Bytes::from(call.abi_encode())], format!("proposal {nonce}"));
    let hash = IGovernance::hashProposalCall {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        descriptionHash: keccak256(&description),
    };
    let propose = IGovernance::proposeCall { targets, values, calldatas, description };
    rig.submit(&eip1559(&rig.spec, 0, nonce, GOVERNANCE.into(), U256::ZERO, propose.abi_encode().into())).await;
    let mined = rig.mine().await;
    assert!(mined.receipts[0].success);
    U256::from_be_bytes(keccak256(&hash.abi_encode()[4..]).0)
}

fn ballot(proposal: U256, support: u8) -> Bytes {
    IGovernance::castVoteCall { proposalId: proposal, support }.abi_encode().into()
}

fn executed(block: &CommittedBlock) -> bool {
    let logs = block.receipts.iter().flat_map(|receipt| &receipt.logs);
    logs.into_iter().any(|log| IGovernance::ProposalExecuted::decode_log(log).is_ok())
}

/// Has a call executed by the member's next two transactions, in two blocks; the second one.
pub(crate) async fn vote(rig: &Rig, nonce: u64, call: &impl SolCall) -> Arc<CommittedBlock> {
    let proposal = propose(rig, nonce, call).await;
    rig.submit(&eip1559(&rig.spec, 0, nonce + 1, GOVERNANCE.into(), U256::ZERO, ballot(proposal, 1))).await;
    let mined = rig.mine().await;
    assert!(executed(&mined));
    mined
}

fn number(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

async fn ask(rig: &Rig, method: &str) -> u64 {
    number(&rig.call(method, json!([])).await)
}

async fn state_of(rig: &Rig, proposal: U256) -> u64 {
    let input = Bytes::from(IGovernance::stateCall { proposalId: proposal }.abi_encode());
    let state = rig.call("eth_call", json!([{"to": GOVERNANCE, "input": input}])).await;
    state.as_str().unwrap()[2..].parse().unwrap()
}

const SUCCEEDED: u64 = 4;
const EXECUTED: u64 = 7;

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_of_the_deciding_ballot_is_enough_for_what_it_executes() {
    let rig = Rig::dev().await;
    let mut nonce = 0;
    for room in [true, false] {
        let proposal = propose(&rig, nonce, &IParameters::setGasLimitCall { gasLimit: 60_000_000 + nonce }).await;
        let estimate = |support: u8| {
            let request = json!({"from": address(0), "to": GOVERNANCE, "input": ballot(proposal, support)});
            let rig = &rig;
            async move { number(&rig.call("eth_estimateGas", json!([request])).await) }
        };
        let (deciding, abstaining) = (estimate(1).await, estimate(2).await);
        let input = Bytes::from(IGovernance::proposalExecutionGasCall { proposalId: proposal }.abi_encode());
        let bound = rig.call("eth_call", json!([{"to": GOVERNANCE, "input": input}])).await;
        let bound: U256 = bound.as_str().unwrap().parse().unwrap();
        assert!(abstaining < 150_000 && U256::from(deciding) > bound + U256::from(abstaining), "{deciding}");

        // Exactly what was said, and as little as a ballot needs that decides nothing.
        let gas_limit = if room { deciding } else { abstaining };
        let tx = TxEip1559 { to: GOVERNANCE.into(), gas_limit, input: ballot(proposal, 1), ..TxEip1559::default() };
        rig.submit(&with_gas(&rig.spec, 0, nonce + 1, tx)).await;
        let mined = rig.mine().await;
        assert!(mined.receipts[0].success, "the ballot stands");
        assert_eq!(executed(&mined), room);
        assert_eq!(state_of(&rig, proposal).await, if room { EXECUTED } else { SUCCEEDED });
        nonce += 2;
    }
    assert_eq!(rig.mine().await.block.header.gas_limit, 60_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_follow_a_vote_on_fees() {
    let rig = Rig::dev().await;
    assert_eq!(ask(&rig, "eth_gasPrice").await, 0);
    let decided = vote(&rig, 0, &IParameters::setFeesCall { feeMode: FeeMode::Eip1559, baseFee: 7 * GWEI }).await;
    assert_eq!(decided.block.header.base_fee_per_gas, Some(0), "not yet");
    assert_eq!(ask(&rig, "eth_baseFee").await, 7 * GWEI);
    assert_eq!(ask(&rig, "eth_maxPriorityFeePerGas").await, GWEI);
    assert_eq!(ask(&rig, "eth_gasPrice").await, 8 * GWEI);
    let history = rig.call("eth_feeHistory", json!(["0x2", "latest", [50]])).await;
    assert_eq!(history["baseFeePerGas"], json!(["0x0", "0x0", format!("{:#x}", 7 * GWEI)]));
    assert_eq!(history["reward"], json!([["0x0"], ["0x0"]]), "ballots were free");

    let hash = rig.submit(&transfer(&rig.spec, 1, 0, address(2))).await;
    let mined = rig.mine().await;
    assert_eq!(mined.block.header.base_fee_per_gas, Some(7 * GWEI));
    let receipt = rig.call("eth_getTransactionReceipt", json!([hash])).await;
    assert_eq!(number(&receipt["effectiveGasPrice"]), 8_500_000_000);
    assert_eq!(ask(&rig, "eth_gasPrice").await, 8_500_000_000, "what was paid lately");
    let history = rig.call("eth_feeHistory", json!(["0x1", "latest", [50]])).await;
    assert_eq!(history["reward"], json!([["0x59682f00"]]));

    vote(&rig, 2, &IParameters::setFeesCall { feeMode: FeeMode::Zero, baseFee: 0 }).await;
    for method in ["eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_baseFee"] {
        assert_eq!(ask(&rig, method).await, 0, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_fee_without_a_floor_shows_what_is_paid() {
    let rig = Rig::dev().await;
    vote(&rig, 0, &IParameters::setFeesCall { feeMode: FeeMode::Eip1559, baseFee: 0 }).await;
    assert_eq!(ask(&rig, "eth_baseFee").await, 1, "0 in a header means that nothing is charged");
    let balance = || async { rig.storage.latest().account(&address(1)).unwrap().unwrap().balance };
    let before = balance().await;
    let tx = TxEip1559 { to: TxKind::Call(address(2)), gas_limit: 21_000, ..TxEip1559::default() };
    let hash = rig.submit(&with_gas(&rig.spec, 1, 0, tx)).await;
    rig.mine().await;
    let receipt = rig.call("eth_getTransactionReceipt", json!([hash])).await;
    let price = number(&receipt["effectiveGasPrice"]);
    assert_eq!(price, 1_500_000_001);
    assert_eq!(before - balance().await, U256::from(21_000 * price), "and it was paid");
    assert_eq!(ask(&rig, "eth_gasPrice").await, price);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gas_limit_follows_a_vote() {
    let rig = Rig::dev().await;
    let before = rig.spec.genesis().header.gas_limit;
    let decided = vote(&rig, 0, &IParameters::setGasLimitCall { gasLimit: 20_000_000 }).await;
    assert_eq!(decided.block.header.gas_limit, before, "not yet");
    // GASLIMIT, returned: of the block named, and of the next one.
    let request = json!({"input": "0x455f5260205ff3"});
    let limit = |block: &'static str| {
        let (rig, request) = (&rig, &request);
        async move {
            let answer = rig.call("eth_call", json!([request, block])).await;
            answer.as_str().unwrap().parse::<U256>().unwrap().to::<u64>()
        }
    };
    assert_eq!((limit("latest").await, limit("pending").await), (before, 20_000_000));
    rig.mine().await;
    let block = rig.call("eth_getBlockByNumber", json!(["latest", false])).await;
    assert_eq!(number(&block["gasLimit"]), 20_000_000);
    let history = rig.call("eth_feeHistory", json!(["0x1", "latest", []])).await;
    assert_eq!(history["gasUsedRatio"], json!([0.0]));
}

/// Runs CLZ, an instruction of Osaka (EIP-7939), on 1.
const COUNT: &str = "0x60011e5f5260205ff3";

fn greedy(rig: &Rig, nonce: u64) -> Bytes {
    let tx = TxEip1559 { to: Address::ZERO.into(), gas_limit: 16_777_217, ..TxEip1559::default() };
    raw(&with_gas(&rig.spec, 1, nonce, tx))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_that_members_schedule_is_announced_and_comes_into_force() {
    let mut genesis = Genesis::dev();
    genesis.config.osaka_time = None;
    let rig = Rig::with(genesis, |_| {}).await;
    let before = rig.call("eth_config", json!([])).await;
    assert_eq!((&before["next"], &before["last"]), (&json!(null), &json!(null)));
    assert!(before["current"]["precompiles"].get("P256VERIFY").is_none());

    let time = START_MS / 1000 + 7_200;
    vote(&rig, 0, &IParameters::scheduleForkCall { fork: "osaka".to_owned(), timestamp: time }).await;
    let announced = rig.call("eth_config", json!([])).await;
    assert_eq!(announced["current"], before["current"]);
    assert_eq!(announced["next"]["activationTime"], time);
    assert_eq!(announced["next"]["precompiles"]["P256VERIFY"], "0x0000000000000000000000000000000000000100");
    assert_eq!(announced["last"], announced["next"]);
    assert_ne!(announced["next"]["forkId"], before["current"]["forkId"]);
    assert!(rig.refused("eth_call", json!([{"input": COUNT}])).await.1.contains("invalid opcode"));
    rig.call("eth_sendRawTransaction", json!([greedy(&rig, 0)])).await;
    rig.mine().await;

    rig.clock_ms.store(time * 1000, Ordering::Relaxed);
    rig.mine().await;
    let after = rig.call("eth_config", json!([])).await;
    assert_eq!((&after["current"], &after["next"]), (&announced["next"], &json!(null)));
    let counted = rig.call("eth_call", json!([{"input": COUNT}])).await;
    assert_eq!(counted, json!(format!("0x{}ff", "00".repeat(31))));
    assert!(rig.refused("eth_call", json!([{"input": COUNT}, "0x3"])).await.1.contains("invalid opcode"), "as it was");
    let refused = rig.refused("eth_sendRawTransaction", json!([greedy(&rig, 1)])).await;
    assert_eq!(refused, (-32000, "transaction gas limit too high (cap: 16777216, tx: 16777217)".into()));
}

/// Code of a hook that allows transactions to one address: compares the second argument with it.
fn only_to(target: Address) -> Vec<u8> {
    [&hex!("73")[..], target.as_slice(), &hex!("602435145f5260205ff3")].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_members_hook_refuses_is_refused_at_the_door() {
    let rig = Rig::dev().await;
    let welcome = Address::repeat_byte(0x11);
    let hook = rig.deploy(0, 0, constructor(&only_to(welcome))).await;
    vote(&rig, 1, &IParameters::setTransactionHookCall { hook }).await;

    let text = "transaction is refused by the network's permission contract";
    let (refusal, other) = ((-32007, text.to_owned()), transfer(&rig.spec, 1, 0, address(2)));
    for method in ["eth_sendRawTransaction", "eth_sendRawTransactionSync"] {
        assert_eq!(rig.refused(method, json!([raw(&other)])).await, refusal, "{method}");
    }
    let request = json!({"from": address(1), "to": address(2), "value": "0x1"});
    assert_eq!(rig.refused("eth_sendTransaction", json!([request])).await, refusal);
    let transactions = [other.clone(), transfer(&rig.spec, 2, 0, welcome), transfer(&rig.spec, 3, 0, address(2))];
    let call = |tx| json!({"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": [raw(tx)]});
    let (_, body) = rig.post(json!(transactions.each_ref().map(call)).to_string()).await;
    let answers: Vec<Value> = serde_json::from_str(&body).unwrap();
    let codes = answers.iter().map(|answer| answer["error"]["code"].as_i64());
    assert_eq!(codes.collect::<Vec<_>>(), [Some(-32007), None, Some(-32007)]);
    assert_eq!(rig.pool.status().pending, 1);
    assert_eq!(rig.mine().await.receipts.len(), 1);

    vote(&rig, 3, &IParameters::setTransactionHookCall { hook: Address::ZERO }).await;
    rig.submit(&other).await;
    assert_eq!(rig.mine().await.receipts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_the_hook_takes_no_more_time_than_a_call() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.call_time = Duration::ZERO).await;
    vote(&rig, 0, &IParameters::setTransactionHookCall { hook: Address::repeat_byte(0x11) }).await;
    let text = "the network's permission contract could not be asked in time, try again";
    let tx = raw(&transfer(&rig.spec, 1, 0, address(2)));
    assert_eq!(rig.refused("eth_sendRawTransaction", json!([tx])).await, (-32005, text.to_owned()));
    assert!(rig.pool.is_empty());
}
