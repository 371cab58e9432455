use crate::rig::{Rig, address, eip1559, transfer, with_fees};
use alloy_sol_types::SolCall;
use althing_contracts::{GOVERNANCE, IGovernance, IMembers, IParameters, MEMBERS, PARAMETERS};
use althing_primitives::{Address, Transaction, U256, keccak256};
use serde_json::json;

#[tokio::test]
async fn without_fees_everything_is_zero() {
    let rig = Rig::dev().await;
    let hash = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    rig.mine().await;
    for method in ["eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_baseFee"] {
        assert_eq!(rig.call(method, json!([])).await, "0x0", "{method}");
    }
    let history = rig.call("eth_feeHistory", json!(["0x2", "latest", [25.0, 75.0]])).await;
    assert_eq!(history["oldestBlock"], "0x0");
    assert_eq!(history["baseFeePerGas"], json!(["0x0", "0x0", "0x0"]));
    assert_eq!(history["reward"], json!([["0x0", "0x0"], ["0x0", "0x0"]]));
    assert_eq!(rig.call("eth_getTransactionReceipt", json!([hash])).await["effectiveGasPrice"], "0x0");
    assert_eq!(rig.call("eth_getTransactionByHash", json!([hash])).await["gasPrice"], "0x0");
}

#[tokio::test]
async fn with_fees_the_suggestion_follows_what_was_paid() {
    let rig = Rig::with_fees().await;
    assert_eq!(rig.call("eth_maxPriorityFeePerGas", json!([])).await, "0x3b9aca00");
    let hash = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    let mined = rig.mine().await;
    let tip = 1_500_000_000_u64;
    let base_fee = mined.block.header.base_fee_per_gas.unwrap();
    assert_eq!(rig.call("eth_maxPriorityFeePerGas", json!([])).await, format!("{tip:#x}"));
    assert_eq!(rig.call("eth_gasPrice", json!([])).await, format!("{:#x}", tip + base_fee));
    let receipt = rig.call("eth_getTransactionReceipt", json!([hash])).await;
    assert_eq!(receipt["effectiveGasPrice"], format!("{:#x}", tip + base_fee));
    let history = rig.call("eth_feeHistory", json!([1, "latest", [50]])).await;
    assert_eq!(history["reward"], json!([[format!("{tip:#x}")]]));
    let next = rig.call("eth_baseFee", json!([])).await;
    assert_eq!(history["baseFeePerGas"], json!([format!("{base_fee:#x}"), next]));
    rig.mine().await;
    let block = rig.call("eth_getBlockByNumber", json!(["latest", false])).await;
    assert_eq!(block["baseFeePerGas"], next);
}

#[tokio::test]
async fn the_fee_history_is_bounded_and_checked() {
    let rig = Rig::dev().await;
    rig.mine().await;
    let all = rig.call("eth_feeHistory", json!(["0xffffff", "latest", []])).await;
    assert_eq!(all["gasUsedRatio"].as_array().unwrap().len(), 2);
    assert!(all.get("reward").is_none());
    let none = rig.call("eth_feeHistory", json!(["0x0", "latest", []])).await;
    assert_eq!(none, json!({"oldestBlock": "0x0", "gasUsedRatio": []}));
    for (params, message) in [
        (json!(["0x1", "0x9", []]), "request beyond head block: head 1"),
        (json!(["0x1", "latest", [101]]), "invalid reward percentile: 101"),
        (json!(["0x1", "latest", [50, 25]]), "invalid reward percentile: #50 > #25"),
        (json!(["0x1", "latest", vec![1; 101]]), "over the query limit 100"),
    ] {
        assert_eq!(rig.refused("eth_feeHistory", params).await, (-32000, message.into()));
    }
}

/// A call of a system contract that offers 20 gwei.
fn call(rig: &Rig, account: u32, nonce: u64, to: Address, input: Vec<u8>) -> Transaction {
    eip1559(&rig.spec, account, nonce, to.into(), U256::ZERO, input.into())
}

/// Proposal and ballot for no more fees.
fn no_fees() -> [Vec<u8>; 2] {
    let (targets, values) = (vec![PARAMETERS], vec![U256::ZERO]);
    let input = IParameters::setFeesCall { feeMode: IParameters::FeeMode::Zero, baseFee: 0 }.abi_encode();
    let calldatas = vec![input.into()];
    let hashed = IGovernance::hashProposalCall {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        descriptionHash: keccak256("no fees"),
    };
    let proposal = IGovernance::proposeCall { targets, values, calldatas, description: "no fees".into() };
    let id = keccak256(&hashed.abi_encode()[4..]).into();
    [proposal.abi_encode(), IGovernance::castVoteCall { proposalId: id, support: 1 }.abi_encode()]
}

#[tokio::test]
async fn a_member_without_ether_votes_the_fees_out() {
    let mut genesis = with_fees();
    genesis.alloc.remove(&address(0));
    let rig = Rig::with(genesis, |_| {}).await;
    let [proposal, ballot] = no_fees();
    let asked = json!({
        "from": address(0), "to": GOVERNANCE, "maxFeePerGas": "0x4a817c800", "maxPriorityFeePerGas": "0x1",
        "input": althing_primitives::Bytes::from(proposal.clone()),
    });
    rig.call("eth_estimateGas", json!([asked])).await;
    let question = IMembers::memberCountCall {}.abi_encode();
    let proposed = rig.submit(&call(&rig, 0, 0, GOVERNANCE, proposal)).await;
    let paid = rig.submit(&call(&rig, 1, 0, MEMBERS, question)).await;
    let mined = rig.mine().await;
    let base_fee = mined.block.header.base_fee_per_gas.unwrap();
    assert!(base_fee > 0);
    let receipt = |hash| rig.call("eth_getTransactionReceipt", json!([hash]));
    let (free, price) = (receipt(proposed).await, json!(format!("{:#x}", base_fee + 1_500_000_000)));
    assert_eq!((&free["status"], &free["effectiveGasPrice"]), (&json!("0x1"), &json!("0x0")));
    assert_eq!(receipt(paid).await["effectiveGasPrice"], price);
    let receipts = rig.call("eth_getBlockReceipts", json!(["latest"])).await;
    assert_eq!([&receipts[0]["effectiveGasPrice"], &receipts[1]["effectiveGasPrice"]], [&json!("0x0"), &price]);
    let block = rig.call("eth_getBlockByNumber", json!(["latest", true])).await;
    assert_eq!([&block["transactions"][0]["gasPrice"], &block["transactions"][1]["gasPrice"]], [&json!("0x0"), &price]);
    assert_eq!(rig.call("eth_getTransactionByHash", json!([proposed])).await["gasPrice"], "0x0");
    let history = rig.call("eth_feeHistory", json!(["0x1", "latest", [0, 100]])).await;
    assert_eq!(history["reward"], json!([["0x0", "0x59682f00"]]));
    assert_eq!(rig.call("eth_getBalance", json!([address(0), "latest"])).await, "0x0");
    let trace = rig.call("debug_traceTransaction", json!([proposed, { "tracer": "callTracer" }])).await;
    assert!(trace.get("error").is_none(), "{trace}");

    rig.submit(&call(&rig, 0, 1, GOVERNANCE, ballot)).await;
    rig.mine().await;
    assert_eq!(rig.call("eth_baseFee", json!([])).await, "0x0");
    assert_eq!(rig.mine().await.block.header.base_fee_per_gas, Some(0));
}
