use crate::{
    code::{FORWARD, LOOP, REVERTER, STORE, words},
    rig::{Rig, address, constructor, eip1559, raw, transfer},
    rpc_compat::{LADDER, chain, unpack},
};
use althing_chainspec::Genesis;
use althing_primitives::{Address, B256, U256};
use serde_json::{Value, json};
use std::time::Duration;

const EVERYTHING: [&str; 3] = ["trace", "vmTrace", "stateDiff"];

fn word(address: Address) -> althing_primitives::Bytes {
    address.into_word().to_vec().into()
}

/// A rig with a block that holds a transfer and a payment passed on; the second's hash, and the contract.
async fn forwarded(rig: &Rig) -> (B256, Address) {
    let contract = rig.deploy(0, 0, constructor(&FORWARD)).await;
    rig.submit(&transfer(&rig.spec, 1, 0, address(2))).await;
    let hash = rig.submit(&eip1559(&rig.spec, 0, 1, contract.into(), U256::from(7), word(address(9)))).await;
    rig.mine().await;
    (hash, contract)
}

#[tokio::test]
async fn calls_are_shown_with_their_place() {
    let rig = Rig::dev().await;
    let (hash, contract) = forwarded(&rig).await;
    let traces = rig.call("trace_transaction", json!([hash])).await;
    let [outer, inner] = traces.as_array().unwrap().as_slice() else { panic!("{traces}") };
    assert_eq!((&outer["type"], &outer["subtraces"], &outer["traceAddress"]), (&json!("call"), &json!(1), &json!([])));
    assert_eq!((&outer["action"]["from"], &outer["action"]["to"]), (&json!(address(0)), &json!(contract)));
    assert_eq!((&inner["traceAddress"], &inner["subtraces"]), (&json!([0]), &json!(0)));
    assert_eq!((&inner["action"]["from"], &inner["action"]["to"]), (&json!(contract), &json!(address(9))));
    assert_eq!((&inner["action"]["value"], &inner["action"]["callType"]), (&json!("0x7"), &json!("call")));
    assert_eq!((&inner["blockNumber"], &inner["transactionHash"]), (&json!(2), &json!(hash)));

    let position = outer["transactionPosition"].as_u64().unwrap();
    let block = rig.call("trace_block", json!(["0x2"])).await;
    let of_second = block.as_array().unwrap().iter().filter(|trace| trace["transactionPosition"] == position);
    assert_eq!(of_second.collect::<Vec<_>>(), [outer, inner]);
    assert_eq!(block.as_array().unwrap().len(), 3);
    assert_eq!(rig.call("trace_get", json!([hash, ["0x0"]])).await, *inner);
    assert_eq!(rig.call("trace_get", json!([hash, []])).await, *outer);
    assert_eq!(rig.call("trace_get", json!([hash, ["0x1"]])).await, Value::Null);
}

#[tokio::test]
async fn a_replay_shows_calls_instructions_and_changes() {
    let rig = Rig::dev().await;
    let (hash, _) = forwarded(&rig).await;
    let replayed = rig.call("trace_replayTransaction", json!([hash, EVERYTHING])).await;
    assert_eq!(replayed["trace"].as_array().unwrap().len(), 2);
    let ops = replayed["vmTrace"]["ops"].as_array().unwrap();
    let call = ops.iter().find(|op| op["op"] == "CALL").unwrap();
    assert_eq!((&call["sub"]["ops"], &call["ex"]["push"]), (&json!([]), &json!(["0x1"])));
    let nonce = &replayed["stateDiff"][address(0).to_string().to_lowercase()]["nonce"];
    assert_eq!(*nonce, json!({"*": {"from": "0x1", "to": "0x2"}}));

    let block = rig.call("trace_replayBlockTransactions", json!(["0x2", EVERYTHING])).await;
    let in_block = block.as_array().unwrap().iter().find(|one| one["transactionHash"] == json!(hash)).unwrap();
    assert_eq!(in_block["stateDiff"], replayed["stateDiff"]);
    let calls = rig.call("trace_replayTransaction", json!([hash, ["trace"]])).await;
    assert_eq!(
        (&calls["vmTrace"], &calls["stateDiff"], &calls["trace"]),
        (&Value::Null, &Value::Null, &replayed["trace"])
    );
    let diff = rig.call("trace_replayTransaction", json!([hash, ["stateDiff"]])).await;
    assert_eq!((&diff["trace"], &diff["stateDiff"]), (&json!([]), &replayed["stateDiff"]));
}

#[tokio::test]
async fn calls_see_what_those_before_them_left_behind() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    let set = json!({"from": address(1), "to": contract, "data": words(5, 0)});
    let get = json!({"to": contract});
    let one = rig.call("trace_call", json!([set, ["stateDiff"], "latest"])).await;
    let slot = &one["stateDiff"][contract.to_string().to_lowercase()]["storage"][B256::ZERO.to_string()];
    assert_eq!(*slot, json!({"*": {"from": B256::ZERO, "to": B256::with_last_byte(5)}}));
    let many = rig.call("trace_callMany", json!([[[set, ["trace"]], [get, ["trace"]]], "latest"])).await;
    assert_eq!(many[1]["output"], json!(B256::with_last_byte(5)));
    let alone = rig.call("trace_call", json!([get, ["trace"]])).await;
    assert_eq!(alone["output"], json!(B256::ZERO));
    let overridden = json!({contract.to_string(): {"stateDiff": {B256::ZERO.to_string(): B256::with_last_byte(9)}}});
    let overridden = rig.call("trace_call", json!([get, ["trace"], "latest", overridden])).await;
    assert_eq!(overridden["output"], json!(B256::with_last_byte(9)));
}

#[tokio::test]
async fn a_signed_transaction_is_traced_without_being_sent() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    let tx = eip1559(&rig.spec, 0, 1, contract.into(), U256::ZERO, words(3, 0));
    let traced = rig.call("trace_rawTransaction", json!([raw(&tx), ["trace", "stateDiff"]])).await;
    assert_eq!(traced["trace"][0]["action"]["to"], json!(contract));
    rig.submit(&tx).await;
    rig.mine().await;
    let replayed = rig.call("trace_replayTransaction", json!([tx.tx_hash(), ["trace", "stateDiff"]])).await;
    assert_eq!(traced, replayed);
    let again = rig.refused("trace_rawTransaction", json!([raw(&tx), ["trace"]])).await;
    assert_eq!(again, (-32000, "nonce too low: tx: 1 state: 2".into()));
}

#[tokio::test]
async fn a_revert_is_named_in_its_trace() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&REVERTER)).await;
    let call = json!({"from": address(1), "to": contract, "data": "0xdeadbeef"});
    let traced = rig.call("trace_call", json!([call, ["trace"]])).await;
    assert_eq!((&traced["output"], &traced["trace"][0]["error"]), (&json!("0xdeadbeef"), &json!("Reverted")));
}

#[tokio::test]
async fn traces_are_found_by_who_called_whom() {
    let rig = Rig::dev().await;
    let (_, contract) = forwarded(&rig).await;
    let all = rig.call("trace_filter", json!([{"fromBlock": "0x0", "toBlock": "latest"}])).await;
    assert_eq!(all.as_array().unwrap().len(), 4);
    let count = |filter: Value| {
        let rig = &rig;
        async move { rig.call("trace_filter", json!([filter])).await.as_array().unwrap().len() }
    };
    assert_eq!(count(json!({"fromAddress": [contract]})).await, 1);
    assert_eq!(count(json!({"toAddress": [contract]})).await, 2, "created, called");
    assert_eq!(count(json!({"fromAddress": [address(0)], "toAddress": [contract]})).await, 2);
    assert_eq!(count(json!({"fromAddress": [address(1)], "toAddress": [contract]})).await, 0);
    assert_eq!(count(json!({"fromAddress": [address(1)], "toAddress": [contract], "mode": "union"})).await, 3);
    assert_eq!(count(json!({"fromBlock": "0x2"})).await, 3);
    let page = rig.call("trace_filter", json!([{"after": 1, "count": 2}])).await;
    assert_eq!(page.as_array().unwrap().as_slice(), &all.as_array().unwrap()[1..3]);
}

#[tokio::test]
async fn what_is_not_there_is_null_or_named() {
    let rig = Rig::dev().await;
    for (method, params) in [
        ("trace_block", json!(["0x9"])),
        ("trace_transaction", json!([B256::ZERO])),
        ("trace_get", json!([B256::ZERO, ["0x0"]])),
    ] {
        assert_eq!(rig.call(method, params).await, Value::Null, "{method}");
    }
    assert_eq!(rig.call("trace_block", json!(["earliest"])).await, json!([]));
    let unknown = "invalid argument 1: unknown variant `steps`, expected one of `trace`, `vmTrace`, `stateDiff`";
    for (method, params, code, message) in [
        ("trace_replayTransaction", json!([B256::ZERO, ["trace"]]), -32000, "transaction not found"),
        ("trace_replayBlockTransactions", json!(["0x9", ["trace"]]), -32000, "block #9 not found"),
        ("trace_call", json!([{}, ["steps"]]), -32602, unknown),
        ("trace_call", json!([{}, ["trace"], "0x9"]), -32000, "header not found"),
        ("trace_filter", json!([{"toBlock": "0x9"}]), -32602, "block range extends beyond current head block"),
        ("trace_filter", json!([[]]), -32602, "invalid argument 0: trace filter is malformed"),
        ("trace_rawTransaction", json!(["0x01", ["trace"]]), -32000, "rlp: "),
    ] {
        let refused = rig.refused(method, params).await;
        assert!(refused.0 == code && refused.1.starts_with(message), "{method}: {refused:?}");
    }
}

#[tokio::test]
async fn traces_stop_at_their_limits() {
    let rig = Rig::with(Genesis::dev(), |config| {
        config.limits.call_gas = 100_000_000;
        config.limits.trace_blocks = 2;
        config.limits.traces = 1;
        config.limits.trace_calls = 1;
    });
    let rig = rig.await;
    let contract = rig.deploy(0, 0, constructor(&LOOP)).await;
    rig.submit(&transfer(&rig.spec, 0, 1, address(1))).await;
    rig.mine().await;
    let endless = json!({"to": contract});
    for (method, params, code, message) in [
        ("trace_call", json!([endless, ["vmTrace"]]), -32000, "trace is too large, at most 128 MiB"),
        ("trace_callMany", json!([[[endless, []], [endless, []]]]), -32005, "too many calls, at most 1"),
        ("trace_filter", json!([{}]), -32005, "block range is too wide, at most 2 blocks"),
        ("trace_filter", json!([{"fromBlock": "0x1"}]), -32005, "query returned more than 1 traces"),
    ] {
        let refused = rig.refused(method, params).await;
        assert!(refused.0 == code && refused.1.starts_with(message), "{method}: {refused:?}");
    }
}

#[tokio::test]
async fn traces_stop_when_their_time_is_up() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.trace_time = Duration::ZERO).await;
    let contract = rig.deploy(0, 0, constructor(&LOOP)).await;
    let hash = rig.call("eth_getBlockByNumber", json!(["0x1", false])).await["transactions"][0].take();
    let endless = json!([{"to": contract}, ["trace"]]);
    for (method, params) in [
        ("trace_call", endless.clone()),
        ("trace_callMany", json!([[endless]])),
        ("trace_filter", json!([{}])),
        ("debug_traceCall", json!([{"to": contract}, "latest"])),
    ] {
        assert_eq!(rig.refused(method, params).await, (-32000, "execution timeout".into()), "{method}");
    }
    let search = json!([address(0), 0, 25]);
    assert!(rig.call("trace_transaction", json!([hash])).await.is_array(), "a short one ends before the clock is read");
    assert!(rig.call("ots_searchTransactionsBefore", search).await["txs"].as_array().unwrap().len() == 1);
}

#[tokio::test]
async fn an_answer_is_not_written_past_its_bound() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.response_bytes = 1_000).await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    let call = json!([{"to": contract, "data": words(1, 2)}, EVERYTHING]);
    assert_eq!(rig.refused("trace_call", call).await, (-32005, "answer is too large, at most 1000 bytes".into()));
}

#[tokio::test]
async fn rewards_are_shown_before_the_merge_and_not_after() {
    let Some(folder) = unpack(LADDER.name) else { return };
    let rig = chain(&folder.path().join(LADDER.name).join("tests"), LADDER.edition).await;
    let first = rig.call("trace_block", json!(["0x1"])).await;
    let reward = first.as_array().unwrap().last().unwrap();
    let miner = rig.call("eth_getBlockByNumber", json!(["0x1", false])).await["miner"].take();
    let five_ether = json!({"author": miner, "rewardType": "block", "value": "0x4563918244f40000"});
    assert_eq!((&reward["type"], &reward["action"]), (&json!("reward"), &five_ether));
    assert_eq!((&reward["result"], &reward["transactionHash"]), (&Value::Null, &Value::Null));
    let found = rig.call("trace_filter", json!([{"fromBlock": "0x1", "toBlock": "0x1", "toAddress": [miner]}])).await;
    assert!(found.as_array().unwrap().contains(reward));
    let last = rig.call("trace_block", json!(["latest"])).await;
    assert!(last.as_array().unwrap().iter().all(|trace| trace["type"] != "reward"));
}
