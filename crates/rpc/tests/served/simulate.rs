use crate::{
    code::{LOGGER, LOOP, REVERTER, STORE, words},
    rig::{Rig, address, transfer},
    rpc_compat::{LADDER, chain, unpack},
};
use althing_chainspec::Genesis;
use althing_primitives::{Address, B256, Bytes, hex};
use serde_json::{Value, json};

/// Returns `prevrandao`.
const PREVRANDAO: [u8; 9] = hex!("4460005260206000f3");
/// Forwards its value to the address in its input.
const FORWARD: [u8; 16] = hex!("60006000600060003460003561fffff1");

async fn simulate(rig: &Rig, request: Value) -> Value {
    rig.call("eth_simulateV1", json!([request, "latest"])).await
}

async fn refused(rig: &Rig, request: Value) -> (i64, String) {
    rig.refused("eth_simulateV1", json!([request, "latest"])).await
}

fn calls(calls: Value) -> Value {
    json!({"blockStateCalls": [{"calls": calls}]})
}

#[tokio::test]
async fn a_simulated_block_has_the_roots_of_the_real_one() {
    let rig = Rig::dev().await;
    rig.mine().await;
    rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    let mined = rig.mine().await;
    let header = &mined.block.header;
    let call = json!({"from": address(0), "to": address(1), "value": "0xde0b6b3a7640000", "gas": "0xf4240",
        "maxFeePerGas": "0x4a817c800", "maxPriorityFeePerGas": "0x59682f00"});
    let fields = json!({"time": format!("{:#x}", header.timestamp), "beaconRoot": header.parent_beacon_block_root,
        "feeRecipient": header.beneficiary});
    let request = json!({"blockStateCalls": [{"blockOverrides": fields, "calls": [call]}]});
    let blocks = rig.call("eth_simulateV1", json!([request, "0x1"])).await;
    let block = &blocks[0];
    assert_eq!(block["stateRoot"], json!(header.state_root));
    assert_eq!(block["receiptsRoot"], json!(header.receipts_root));
    assert_eq!(block["requestsHash"], json!(header.requests_hash.unwrap()));
    assert_eq!(block["parentHash"], json!(header.parent_hash));
    assert_eq!((&block["gasUsed"], &block["number"]), (&json!("0x5208"), &json!("0x2")));
}

#[tokio::test]
async fn later_blocks_see_what_earlier_ones_did_and_the_chain_does_not() {
    let rig = Rig::dev().await;
    let there = Address::repeat_byte(0x77);
    let code = json!({there.to_string(): {"code": Bytes::from(STORE)}});
    let request = json!({"blockStateCalls": [
        {"stateOverrides": code, "calls": [{"to": there, "input": words(42, 0)}]},
        {"blockOverrides": {"number": "0x4"}, "calls": [{"to": there}, {"from": address(0), "to": there}]},
    ]});
    let blocks = simulate(&rig, request).await;
    let numbers: Vec<_> = blocks.as_array().unwrap().iter().map(|block| block["number"].clone()).collect();
    assert_eq!(numbers, ["0x1", "0x2", "0x3", "0x4"]);
    for (block, next) in blocks.as_array().unwrap().iter().zip(&blocks.as_array().unwrap()[1..]) {
        assert_eq!(block["hash"], next["parentHash"]);
    }
    assert_eq!(blocks[3]["calls"][0]["returnData"], json!(B256::with_last_byte(42)));
    assert_eq!(rig.call("eth_getCode", json!([there, "latest"])).await, "0x");
    assert_eq!(rig.call("eth_blockNumber", json!([])).await, "0x0");
}

#[tokio::test]
async fn the_coming_draw_is_not_shown() {
    let rig = Rig::dev().await;
    let there = Address::repeat_byte(0x77);
    let state = json!({there.to_string(): {"code": Bytes::from(PREVRANDAO)}});
    let request =
        json!({"blockStateCalls": [{"stateOverrides": state, "calls": [{"to": there}]}, {"calls": [{"to": there}]}]});
    let blocks = simulate(&rig, request).await;
    for block in blocks.as_array().unwrap() {
        assert_eq!(block["mixHash"], json!(B256::ZERO));
        assert_eq!(block["calls"][0]["returnData"], json!(B256::ZERO));
    }
}

#[tokio::test]
async fn moved_ether_is_shown_as_logs_where_wanted() {
    let rig = Rig::dev().await;
    let there = Address::repeat_byte(0x77);
    let state = json!({there.to_string(): {"code": Bytes::from(FORWARD)}});
    let call = json!({"from": address(0), "to": there, "value": "0x7", "input": address(1).into_word()});
    let block = json!({"stateOverrides": state, "calls": [call]});
    let shown = simulate(&rig, json!({"blockStateCalls": [block], "traceTransfers": true})).await;
    let logs = shown[0]["calls"][0]["logs"].as_array().unwrap();
    let topics: Vec<_> = logs.iter().map(|log| (log["topics"][1].clone(), log["topics"][2].clone())).collect();
    let word = |address: Address| json!(address.into_word());
    assert_eq!(topics, [(word(address(0)), word(there)), (word(there), word(address(1)))]);
    assert_eq!(logs[1]["data"], json!(B256::with_last_byte(7)));
    assert_eq!((&logs[1]["logIndex"], &logs[1]["blockHash"]), (&json!("0x1"), &shown[0]["hash"]));
    let hidden = simulate(&rig, json!({"blockStateCalls": [block]})).await;
    assert_eq!(hidden[0]["calls"][0]["logs"], json!([]));
    assert_eq!(hidden[0]["hash"], shown[0]["hash"], "pseudo logs are in no block");
}

#[tokio::test]
async fn what_reverts_or_halts_is_a_result() {
    let rig = Rig::dev().await;
    let [reverter, logger, looper] = [0x71, 0x72, 0x73].map(Address::repeat_byte);
    let code = |code: &[u8]| json!({"code": Bytes::copy_from_slice(code)});
    let state = json!({reverter.to_string(): code(&REVERTER), logger.to_string(): code(&LOGGER), looper.to_string(): code(&LOOP)});
    let calls = json!([
        {"to": reverter, "input": "0xdeadbeef"},
        {"to": logger, "input": words(1, 2)},
        {"to": looper, "gas": "0x7530"},
    ]);
    let blocks = simulate(&rig, json!({"blockStateCalls": [{"stateOverrides": state, "calls": calls}]})).await;
    let calls = &blocks[0]["calls"];
    assert_eq!(calls[0]["error"], json!({"code": 3, "message": "execution reverted", "data": "0xdeadbeef"}));
    assert_eq!((&calls[0]["status"], &calls[0]["returnData"]), (&json!("0x0"), &json!("0x")));
    assert_eq!(calls[1]["logs"][0]["topics"], json!([B256::with_last_byte(1)]));
    assert_eq!(calls[2]["error"], json!({"code": -32015, "message": "out of gas"}));
    assert_ne!(blocks[0]["logsBloom"], json!(Bytes::from(vec![0; 256])));
}

#[tokio::test]
async fn a_moved_precompile_answers_at_its_new_address_only() {
    let rig = Rig::dev().await;
    let identity = Address::with_last_byte(4);
    let there = Address::repeat_byte(0x77);
    let state = json!({identity.to_string(): {"movePrecompileToAddress": there}});
    let calls = json!([{"to": there, "input": "0x1234"}, {"to": identity, "input": "0x1234"}]);
    let blocks = simulate(&rig, json!({"blockStateCalls": [{"stateOverrides": state, "calls": calls}]})).await;
    assert_eq!(blocks[0]["calls"][0]["returnData"], "0x1234");
    assert_eq!(blocks[0]["calls"][1]["returnData"], "0x");
    let nothing =
        json!({"blockStateCalls": [{"stateOverrides": {there.to_string(): {"movePrecompileToAddress": identity}}}]});
    assert_eq!(refused(&rig, nothing).await, (-32000, format!("account {there} is not a precompile")));
    let twice =
        json!({identity.to_string(): {"movePrecompileToAddress": there}, there.to_string(): {"balance": "0x1"}});
    assert_eq!(
        refused(&rig, json!({"blockStateCalls": [{"stateOverrides": twice}]})).await,
        (-32000, format!("account {there} is already overridden"))
    );
}

#[tokio::test]
async fn what_cannot_run_has_a_code_of_its_own() {
    let rig = Rig::with_fees().await;
    let poor = Address::repeat_byte(5);
    let checked = |call: Value| json!({"blockStateCalls": [{"calls": [call]}], "validation": true});
    let rich = |more: Value| {
        let mut call = json!({"from": address(0), "to": poor, "maxFeePerGas": "0x4a817c800"});
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call
    };
    for (request, code) in [
        (checked(rich(json!({"nonce": "0x5"}))), -38011),
        (checked(rich(json!({"maxFeePerGas": "0x0"}))), -38012),
        (checked(rich(json!({"gas": "0x5207"}))), -38013),
        (checked(rich(json!({"maxPriorityFeePerGas": "0x4a817c801"}))), -32602),
        (calls(json!([{"from": poor, "to": address(0), "value": "0x1"}])), -38014),
        (calls(json!([{"from": poor, "gas": "0xffffffffff"}])), -38015),
        (calls(json!([{"from": poor, "input": Bytes::from(vec![0; 49_153])}])), -38025),
        (json!({"blockStateCalls": [{"blockOverrides": {"number": "0x0"}}]}), -38020),
        (json!({"blockStateCalls": [{"blockOverrides": {"time": "0x0"}}]}), -38021),
        (json!({"blockStateCalls": [{"blockOverrides": {"number": "0x101"}}]}), -38026),
        (json!({"blockStateCalls": []}), -32602),
        (json!({"blockStateCalls": 1}), -32602),
        (calls(json!([{"from": poor, "gasPrice": "0x1", "maxFeePerGas": "0x1"}])), -32000),
        (calls(json!([{"from": poor, "chainId": "0x1"}])), -32000),
        (calls(json!([{"authorizationList": []}])), -32602),
    ] {
        let text = request.to_string().chars().take(300).collect::<String>();
        assert_eq!(refused(&rig, request).await.0, code, "{text}");
    }
    let low = json!({"blockStateCalls": [{"stateOverrides": {address(0).to_string(): {"nonce": "0x9"}},
        "calls": [rich(json!({"nonce": "0x8"}))]}], "validation": true});
    assert_eq!(refused(&rig, low).await.0, -38010);
}

#[tokio::test]
async fn gas_of_all_calls_together_is_bounded() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.call_gas = 100_000).await;
    let there = Address::repeat_byte(0x77);
    let state = json!({there.to_string(): {"code": Bytes::from(LOOP)}});
    let request =
        json!({"blockStateCalls": [{"stateOverrides": state, "calls": [{"to": there}]}, {"calls": [{"to": there}]}]});
    let refused = refused(&rig, request).await;
    assert_eq!(refused.0, -38013, "{}", refused.1);
    let request = json!({"blockStateCalls": [{"stateOverrides": state, "calls": [{"to": there}]}]});
    let capped = simulate(&rig, request).await[0]["calls"][0]["error"]["message"].clone();
    assert_eq!(capped, "out of gas (gas limit was capped by the RPC server's global gas cap)");
}

#[tokio::test]
async fn time_of_all_blocks_together_is_bounded() {
    let adjust = |config: &mut althing_rpc::RpcConfig| {
        config.limits.call_gas = u64::MAX / 2;
        config.limits.call_time = std::time::Duration::from_millis(20);
    };
    let rig = Rig::with(Genesis::dev(), adjust).await;
    let there = Address::repeat_byte(0x77);
    let state = json!({there.to_string(): {"code": Bytes::from(LOOP)}});
    let request = json!({"blockStateCalls": [{"blockOverrides": {"gasLimit": "0xffffffffffff"}, "stateOverrides": state, "calls": [{"to": there}]}]});
    assert_eq!(refused(&rig, request).await, (-32000, "execution aborted (timeout = 0s)".into()));
}

#[tokio::test]
async fn an_account_that_only_overrides_made_counts_for_the_root() {
    let rig = Rig::dev().await;
    let there = Address::repeat_byte(0x77).to_string();
    let root = async |state: Value| {
        simulate(&rig, json!({"blockStateCalls": [{"stateOverrides": state}]})).await[0]["stateRoot"].clone()
    };
    let (nothing, empty) = (root(json!({})).await, root(json!({there.clone(): {"balance": "0x0"}})).await);
    let slot = root(json!({there.clone(): {"stateDiff": {B256::ZERO.to_string(): B256::with_last_byte(1)}}})).await;
    let unset = root(json!({there.clone(): {"state": {}, "balance": "0x0"}})).await;
    assert_ne!(nothing, empty, "geth keeps an empty account that was asked for");
    assert_ne!(empty, slot);
    assert_eq!(empty, unset);
    let both = json!({there.clone(): {"state": {}, "stateDiff": {}}});
    assert_eq!(refused(&rig, json!({"blockStateCalls": [{"stateOverrides": both}]})).await.0, -32000);
}

#[tokio::test]
async fn transactions_are_shown_whole_where_wanted() {
    let rig = Rig::dev().await;
    let call = json!({"from": address(0), "to": address(1), "value": "0x1"});
    let whole = simulate(&rig, json!({"blockStateCalls": [{"calls": [call]}], "returnFullTransactions": true})).await;
    let tx = &whole[0]["transactions"][0];
    assert_eq!((&tx["from"], &tx["type"], &tx["r"]), (&json!(address(0)), &json!("0x2"), &json!("0x0")));
    let hashes = simulate(&rig, calls(json!([call]))).await;
    assert_eq!(hashes[0]["transactions"], json!([tx["hash"]]));
    let legacy = json!({"from": address(0), "to": address(1), "gasPrice": "0x0"});
    let whole = simulate(&rig, json!({"blockStateCalls": [{"calls": [legacy]}], "returnFullTransactions": true})).await;
    assert_eq!(
        (&whole[0]["transactions"][0]["type"], &whole[0]["transactions"][0]["v"]),
        (&json!("0x0"), &json!("0x0"))
    );
}

/// What a client would send to have a mined transaction simulated.
fn call_of(tx: &Value) -> Value {
    let fees = if tx["type"] == "0x0" { &["gasPrice"][..] } else { &["maxFeePerGas", "maxPriorityFeePerGas"] };
    let rest =
        ["from", "to", "gas", "value", "input", "nonce", "accessList", "maxFeePerBlobGas", "blobVersionedHashes"];
    let names = rest.iter().chain(["authorizationList"].iter()).chain(fees);
    let fields = names.filter(|name| !tx[**name].is_null()).map(|name| ((*name).to_owned(), tx[*name].clone()));
    Value::Object(fields.collect())
}

/// The block as a request; what is `null` in it is not overridden.
fn request_of(block: &Value) -> Value {
    let calls: Vec<_> = block["transactions"].as_array().unwrap().iter().map(call_of).collect();
    let difficulty = if block["difficulty"] == "0x0" { Value::Null } else { block["difficulty"].clone() };
    let fields = json!({"time": block["timestamp"], "gasLimit": block["gasLimit"], "feeRecipient": block["miner"],
        "prevRandao": block["mixHash"], "difficulty": difficulty, "withdrawals": block["withdrawals"],
        "beaconRoot": block["parentBeaconBlockRoot"]});
    json!({"blockStateCalls": [{"blockOverrides": fields, "calls": calls}], "validation": true})
}

/// A type 1 transaction cannot be asked for (a gas price makes it type 0, as in geth), nor can uncles.
fn can_be_asked_for(block: &Value) -> bool {
    let transactions = block["transactions"].as_array().unwrap();
    block["uncles"] == json!([]) && transactions.iter().all(|tx| tx["type"] != "0x1")
}

#[tokio::test]
async fn blocks_of_every_fork_are_simulated_as_they_were_mined() {
    let Some(folder) = unpack(LADDER.name) else { return };
    let rig = chain(&folder.path().join(LADDER.name).join("tests"), LADDER.edition).await;
    let (mut equal, mut busy_before_byzantium) = (0, 0);
    for number in 1..=45u64 {
        let block = rig.call("eth_getBlockByNumber", json!([format!("{number:#x}"), true])).await;
        if !can_be_asked_for(&block) {
            continue;
        }
        let parent = format!("{:#x}", number - 1);
        let simulated = rig.call("eth_simulateV1", json!([request_of(&block), parent])).await;
        for field in
            ["gasUsed", "receiptsRoot", "stateRoot", "logsBloom", "baseFeePerGas", "requestsHash", "blobGasUsed"]
        {
            assert_eq!(simulated[0][field], block[field], "{field} of block {number}");
        }
        equal += 1;
        busy_before_byzantium += u32::from(number < 9 && block["gasUsed"] != "0x0");
    }
    assert_eq!((equal, busy_before_byzantium), (18, 4), "the archive has other blocks than it had");
}
