use crate::{
    code::{ENVIRONMENT, LOOP, REVERTER, STORE, words},
    rig::{Rig, address, constructor, eip1559},
};
use althing_chainspec::Genesis;
use althing_primitives::{Address, B256, Bytes, U256, hex};
use serde_json::json;

#[tokio::test]
async fn a_call_runs_at_the_block_asked_for() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    rig.submit(&eip1559(&rig.spec, 0, 1, contract.into(), U256::ZERO, words(42, 0))).await;
    rig.mine().await;
    let call = json!({"to": contract});
    assert_eq!(rig.call("eth_call", json!([call, "latest"])).await, json!(B256::with_last_byte(42)));
    assert_eq!(rig.call("eth_call", json!([call])).await, json!(B256::with_last_byte(42)));
    assert_eq!(rig.call("eth_call", json!([call, "pending"])).await, json!(B256::with_last_byte(42)));
    assert_eq!(rig.call("eth_call", json!([call, "0x1"])).await, json!(B256::ZERO));
    assert_eq!(rig.call("eth_call", json!([call, "0x0"])).await, "0x");
    assert_eq!(rig.refused("eth_call", json!([call, "0x9"])).await, (-32000, "header not found".into()));
}

#[tokio::test]
async fn a_call_without_receiver_runs_the_code_it_brings() {
    let rig = Rig::dev().await;
    let code = Bytes::from(constructor(&STORE));
    assert_eq!(rig.call("eth_call", json!([{"data": code}])).await, json!(Bytes::from(STORE)));
    assert_eq!(rig.call("eth_call", json!([{"from": address(0)}, "latest"])).await, "0x");
}

#[tokio::test]
async fn a_revert_carries_its_data_and_its_reason() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&REVERTER)).await;
    let reason = "0x08c379a00000000000000000000000000000000000000000000000000000000000000020\
                  000000000000000000000000000000000000000000000000000000000000000a\
                  75736572206572726f7200000000000000000000000000000000000000000000";
    let custom = "0xdeadbeef0000000000000000000000000000000000000000000000000000000000000001";
    for (data, message) in
        [(reason, "execution reverted: user error"), (custom, "execution reverted"), ("0x", "execution reverted")]
    {
        for method in ["eth_call", "eth_estimateGas"] {
            let answer = rig.answer(method, json!([{"to": contract, "input": data}])).await;
            assert_eq!(answer["error"], json!({"code": 3, "message": message, "data": data}), "{method}");
        }
    }
}

#[tokio::test]
async fn state_and_block_can_be_overridden() {
    let rig = Rig::dev().await;
    let anywhere = Address::repeat_byte(0x77);
    let state = json!({anywhere.to_string(): {"code": Bytes::from(ENVIRONMENT)}});
    let block = json!({"number": "0x64", "baseFeePerGas": "0x7"});
    let call = json!({"to": anywhere, "from": address(2)});
    let answer = rig.call("eth_call", json!([call, "latest", state, block])).await;
    let output = hex::decode(answer.as_str().unwrap()).unwrap();
    let word = |index: usize| U256::from_be_slice(&output[32 * index..32 * (index + 1)]);
    assert_eq!(word(0), U256::from(100));
    assert_eq!(word(2), U256::from(930_930));
    assert_eq!(Address::from_slice(&output[108..]), address(2));
    let slot = json!({anywhere.to_string(): {"code": Bytes::from(STORE), "stateDiff": {B256::ZERO.to_string(): B256::with_last_byte(9)}}});
    assert_eq!(rig.call("eth_call", json!([{"to": anywhere}, "latest", slot])).await, json!(B256::with_last_byte(9)));
}

#[tokio::test]
async fn an_endless_call_ends_at_its_gas() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.call_gas = 1_000_000).await;
    let contract = rig.deploy(0, 0, constructor(&LOOP)).await;
    for gas in [json!(null), json!("0xffffffffff")] {
        let ended = rig.refused("eth_call", json!([{"to": contract, "gas": gas}])).await;
        assert_eq!(ended, (-32000, "out of gas".into()));
    }
    let estimate = rig.refused("eth_estimateGas", json!([{"to": contract}])).await;
    assert_eq!(estimate, (-32000, "gas required exceeds allowance (1000000)".into()));
}

#[tokio::test]
async fn an_endless_call_ends_at_its_time() {
    let adjust = |config: &mut althing_rpc::RpcConfig| {
        config.limits.call_gas = u64::MAX / 2;
        config.limits.call_time = std::time::Duration::from_millis(20);
    };
    let rig = Rig::with(Genesis::dev(), adjust).await;
    let contract = rig.deploy(0, 0, constructor(&LOOP)).await;
    let ended = rig.refused("eth_call", json!([{"to": contract}])).await;
    assert_eq!(ended, (-32000, "execution aborted (timeout = 0s)".into()));
}

#[tokio::test]
async fn contradictory_requests_are_refused() {
    let rig = Rig::dev().await;
    let both = rig.refused("eth_call", json!([{"to": address(0), "data": "0x01", "input": "0x02"}])).await;
    assert!(both.1.starts_with("both \"data\" and \"input\" are set and not equal"), "{}", both.1);
    assert_eq!(rig.refused("eth_call", json!([{"to": "0x12"}])).await.0, -32602);
    assert_eq!(rig.refused("eth_call", json!(["text"])).await.0, -32602);
    let poor = json!([{"from": Address::repeat_byte(5), "to": address(0), "value": "0x1"}]);
    assert_eq!(rig.refused("eth_call", poor.clone()).await.0, -32000);
    assert_eq!(rig.refused("eth_estimateGas", poor).await.0, -32000);
}

#[tokio::test]
async fn what_is_estimated_is_enough() {
    let rig = Rig::dev().await;
    let transfer = json!([{"from": address(0), "to": address(1), "value": "0x1"}]);
    assert_eq!(rig.call("eth_estimateGas", transfer).await, "0x5208");
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    let request = json!({"from": address(0), "to": contract, "input": words(42, 0)});
    let estimate = rig.call("eth_estimateGas", json!([request, "latest"])).await;
    let sent = json!([{"from": address(0), "to": contract, "input": words(42, 0), "gas": estimate}]);
    let hash = rig.call("eth_sendTransaction", sent).await;
    rig.mine().await;
    assert_eq!(rig.call("eth_getTransactionReceipt", json!([hash])).await["status"], "0x1");
}

#[tokio::test]
async fn an_access_list_names_the_slots() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    let answer = rig.call("eth_createAccessList", json!([{"from": address(0), "to": contract}, "latest"])).await;
    assert_eq!(answer["accessList"], json!([{"address": contract, "storageKeys": [B256::ZERO]}]));
    assert!(answer.get("error").is_none());
    let reverter = rig.deploy(0, 1, constructor(&REVERTER)).await;
    let failed = rig.call("eth_createAccessList", json!([{"from": address(0), "to": reverter}])).await;
    assert_eq!(failed["error"], "execution reverted");
}

#[tokio::test]
async fn a_transaction_is_filled_as_a_wallet_would() {
    let rig = Rig::dev().await;
    let request = json!({"from": address(0), "to": address(1), "value": "0x1"});
    let filled = rig.call("eth_fillTransaction", json!([request])).await;
    let tx = &filled["tx"];
    assert_eq!((&tx["nonce"], &tx["gas"], &tx["type"]), (&json!("0x0"), &json!("0x5208"), &json!("0x2")));
    assert_eq!((&tx["maxFeePerGas"], &tx["maxPriorityFeePerGas"]), (&json!("0x0"), &json!("0x0")));
    assert_eq!(tx["chainId"], "0xe3472");
    assert!(filled["raw"].as_str().unwrap().starts_with("0x02"));
    let legacy = json!({"from": address(0), "to": address(1), "gasPrice": "0x1"});
    assert_eq!(rig.call("eth_fillTransaction", json!([legacy])).await["tx"]["type"], "0x0");
    for wrong in [
        json!({"from": address(0)}),
        json!({"from": address(0), "to": address(1), "chainId": "0x1"}),
        json!({"from": address(0), "to": address(1), "gasPrice": "0x1", "maxFeePerGas": "0x1"}),
        json!({"from": address(0), "to": address(1), "maxFeePerGas": "0x1", "maxPriorityFeePerGas": "0x2"}),
    ] {
        assert_eq!(rig.refused("eth_fillTransaction", json!([wrong])).await.0, -32000, "{wrong}");
    }
}
