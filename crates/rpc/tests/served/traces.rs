use crate::{
    code::{FORWARD, LOGGER, LOOP, REVERTER, STORE, words},
    rig::{Rig, address, constructor, eip1559, transfer},
};
use althing_chainspec::Genesis;
use althing_primitives::{B256, U256};
use serde_json::{Value, json};

#[tokio::test]
async fn a_transaction_is_traced_where_it_stood() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    rig.submit(&eip1559(&rig.spec, 0, 1, contract.into(), U256::ZERO, words(1, 0))).await;
    let second = rig.submit(&eip1559(&rig.spec, 0, 2, contract.into(), U256::ZERO, words(2, 0))).await;
    rig.mine().await;
    let steps = rig.call("debug_traceTransaction", json!([second])).await;
    assert_eq!((&steps["failed"], &steps["structLogs"][0]["op"]), (&json!(false), &json!("CALLDATASIZE")));
    let receipt = rig.call("eth_getTransactionReceipt", json!([second])).await;
    assert_eq!(format!("{:#x}", steps["gas"].as_u64().unwrap()), receipt["gasUsed"]);

    let frame = rig.call("debug_traceTransaction", json!([second, {"tracer": "callTracer"}])).await;
    assert_eq!((&frame["type"], &frame["from"], &frame["to"]), (&json!("CALL"), &json!(address(0)), &json!(contract)));
    let state = rig.call("debug_traceTransaction", json!([second, {"tracer": "prestateTracer"}])).await;
    let contract = contract.to_string().to_lowercase();
    assert_eq!(state[&contract]["storage"][B256::ZERO.to_string()], json!(B256::with_last_byte(1)));
    let config = json!({"tracer": "prestateTracer", "tracerConfig": {"diffMode": true}});
    let diff = rig.call("debug_traceTransaction", json!([second, config])).await;
    assert_eq!(diff["post"][&contract]["storage"][B256::ZERO.to_string()], json!(B256::with_last_byte(2)));
}

#[tokio::test]
async fn a_block_is_traced_transaction_by_transaction() {
    let rig = Rig::dev().await;
    let hashes = [
        rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await,
        rig.submit(&transfer(&rig.spec, 0, 1, address(1))).await,
    ];
    let block = rig.mine().await.block.hash();
    let by_number = rig.call("debug_traceBlockByNumber", json!(["latest", {"tracer": "callTracer"}])).await;
    assert_eq!(by_number[1]["txHash"], json!(hashes[1]));
    assert_eq!(by_number[1]["result"]["gasUsed"], "0x5208");
    let by_hash = rig.call("debug_traceBlockByHash", json!([block, {"tracer": "callTracer"}])).await;
    assert_eq!(by_hash, by_number);
}

#[tokio::test]
async fn a_call_is_traced_with_its_revert() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&REVERTER)).await;
    let call = json!({"from": address(1), "to": contract, "data": "0xdeadbeef"});
    let frame = rig.call("debug_traceCall", json!([call, "latest", {"tracer": "callTracer"}])).await;
    assert_eq!((&frame["error"], &frame["output"]), (&json!("execution reverted"), &json!("0xdeadbeef")));
}

#[tokio::test]
async fn flat_traces_have_the_errors_asked_for() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&REVERTER)).await;
    for (config, error) in [(json!(null), "execution reverted"), (json!({"convertParityErrors": true}), "Reverted")] {
        let options = json!({"tracer": "flatCallTracer", "tracerConfig": config});
        let flat = rig.call("debug_traceCall", json!([{"to": contract}, "latest", options])).await;
        assert_eq!(flat[0]["error"], error);
    }
}

#[tokio::test]
async fn steps_hold_what_the_options_say() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    let call = json!({"to": contract, "data": words(1, 0)});
    let steps = |options: serde_json::Value| {
        let (rig, call) = (&rig, &call);
        async move { rig.call("debug_traceCall", json!([call, "latest", options])).await["structLogs"].take() }
    };
    let plain = steps(json!({})).await;
    let last = plain.as_array().unwrap().iter().find(|step| step["op"] == "SSTORE").unwrap();
    assert!(last["stack"].is_array() && last["storage"].is_object(), "{last}");
    assert!(last.get("memory").is_none() && last.get("returnData").is_none(), "{last}");
    let bare = steps(json!({"disableStack": true, "disableStorage": true, "enableMemory": true})).await;
    let last = bare.as_array().unwrap().iter().find(|step| step["op"] == "SSTORE").unwrap();
    assert!(last.get("stack").is_none() && last.get("storage").is_none(), "{last}");
    assert_eq!(steps(json!({"limit": 2, "reexec": 5})).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn calls_and_prestates_are_shown_as_configured() {
    let rig = Rig::dev().await;
    let forward = rig.deploy(0, 0, constructor(&FORWARD)).await;
    let logger = rig.deploy(0, 1, constructor(&LOGGER)).await;
    let trace = |call: serde_json::Value, tracer: &'static str, config: serde_json::Value| {
        let rig = &rig;
        let options = json!({"tracer": tracer, "tracerConfig": config});
        async move { rig.call("debug_traceCall", json!([call, "latest", options])).await }
    };
    let paid = json!({"from": address(0), "to": forward, "value": "0x1", "data": address(9).into_word()});
    let logged = json!({"to": logger, "data": words(1, 2)});
    assert_eq!(trace(paid.clone(), "callTracer", json!({})).await["calls"][0]["to"], json!(address(9)));
    let top = trace(paid.clone(), "callTracer", json!({"onlyTopCall": true})).await;
    assert!(top.get("calls").is_none(), "{top}");
    assert!(trace(logged.clone(), "callTracer", json!({})).await.get("logs").is_none());
    let logs = trace(logged.clone(), "callTracer", json!({"withLog": true})).await;
    assert_eq!(logs["logs"][0]["address"], json!(logger));
    let key = logger.to_string().to_lowercase();
    assert!(trace(logged.clone(), "prestateTracer", json!({})).await[&key]["code"].is_string());
    let lean = trace(logged.clone(), "prestateTracer", json!({"disableCode": true, "disableStorage": true})).await;
    assert!(lean[&key].get("code").is_none(), "{lean}");
    assert_eq!(trace(logged.clone(), "noopTracer", json!({})).await, json!({}));
    let both = trace(logged.clone(), "muxTracer", json!({"callTracer": {}, "noopTracer": null})).await;
    assert_eq!((&both["callTracer"]["to"], both.get("noopTracer").is_some()), (&json!(logger), true), "{both}");
    let selectors = json!({"to": forward, "data": "0x0102030405"});
    assert_eq!(trace(selectors, "4byteTracer", json!({})).await, json!({"0x01020304-1": 1}));
}

#[tokio::test]
async fn a_call_is_traced_before_the_transaction_its_index_names() {
    let rig = Rig::dev().await;
    let store = rig.deploy(0, 0, constructor(&STORE)).await;
    for (nonce, value) in [(1, 7), (2, 8)] {
        let input = B256::with_last_byte(value).into();
        rig.submit(&eip1559(&rig.spec, 0, nonce, store.into(), U256::ZERO, input)).await;
    }
    rig.mine().await;
    let rig = &rig;
    let stored = async |block: &str, options: Value| {
        let trace = rig.call("debug_traceCall", json!([{"to": store}, block, options])).await;
        trace["returnValue"].as_str().unwrap().parse::<U256>().unwrap()
    };
    assert_eq!(stored("latest", json!({})).await, U256::from(8));
    assert_eq!(stored("latest", json!({"txIndex": "0x1"})).await, U256::from(7));
    assert_eq!(stored("latest", json!({"txIndex": "0x0"})).await, U256::ZERO);
    let (code, message) = rig.refused("debug_traceCall", json!([{"to": store}, "latest", {"txIndex": "0x2"}])).await;
    assert!(code == -32000 && message.starts_with("transaction index 2 out of range for block 0x"), "{message}");
}

#[tokio::test]
async fn what_cannot_be_traced_is_refused() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.call_gas = 100_000_000).await;
    let contract = rig.deploy(0, 0, constructor(&LOOP)).await;
    let hash = rig.call("eth_getBlockByNumber", json!(["0x1", false])).await["transactions"][0].take();
    for (method, params, message) in [
        ("debug_traceTransaction", json!([B256::ZERO]), "transaction not found"),
        ("debug_traceBlockByNumber", json!(["0x0"]), "genesis is not traceable"),
        ("debug_traceBlockByNumber", json!(["0x9"]), "block #9 not found"),
        (
            "debug_traceTransaction",
            json!([hash, {"tracer": "{step: function() {}}"}]),
            "tracers in JavaScript are not supported",
        ),
        (
            "debug_traceTransaction",
            json!([hash, {"tracer": "noSuchTracer"}]),
            "ReferenceError: noSuchTracer is not defined at <eval>:1:2(0)",
        ),
        ("debug_traceCall", json!([{"to": contract}, "0x0", {"txIndex": "0x0"}]), "no transaction in genesis"),
        ("debug_traceTransaction", json!([hash, {"tracer": "callTracer", "tracerConfig": 7}]), "invalid tracer config"),
        ("debug_traceTransaction", json!([hash, {"timeout": "soon"}]), "time: invalid duration \"soon\""),
        ("debug_traceCall", json!([{"to": contract}, "latest", {"timeout": "0s"}]), "execution timeout"),
        ("debug_traceBlockByHash", json!([B256::ZERO]), "block not found"),
        ("debug_traceCall", json!([{"to": contract}, "latest"]), "trace is too large, at most 128 MiB"),
    ] {
        assert_eq!(rig.refused(method, params).await, (-32000, message.into()), "{method}");
    }
}
