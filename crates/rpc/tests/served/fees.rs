use crate::rig::{Rig, address, transfer};
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
