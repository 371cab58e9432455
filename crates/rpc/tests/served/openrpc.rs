#![allow(clippy::disallowed_methods, reason = "reads a page of the manual")]

use crate::{
    code::{FACTORY, FORWARD, LOGGER, REVERTER, words},
    rig::{Rig, address, constructor, eip1559, raw, transfer},
    schemas::Schemas,
};
use althing_primitives::{Address, B256, Bytes, U256};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

/// Answered over WebSocket only, see `subscriptions.rs`.
const NOT_OVER_HTTP: [&str; 2] = ["eth_subscribe", "eth_unsubscribe"];
/// `null` on a chain without consensus or uncles.
const MAY_BE_NULL: [&str; 3] =
    ["althing_getCertificate", "eth_getUncleByBlockHashAndIndex", "eth_getUncleByBlockNumberAndIndex"];

#[tokio::test]
async fn what_is_served_is_described_and_what_is_described_is_served() {
    let rig = Rig::dev().await;
    let document = rig.call("rpc_discover", json!([])).await;
    assert_eq!(document["openrpc"], "1.3.2");
    let methods = document["methods"].as_array().unwrap();
    let not_described: Vec<_> = methods.iter().filter(|method| method.get("result").is_none()).collect();
    assert!(not_described.is_empty(), "served and not described in openrpc/table.txt: {not_described:?}");
    let served: BTreeSet<_> = methods.iter().map(|method| method["name"].as_str().unwrap().to_owned()).collect();
    let page = althing_rpc::openrpc_page();
    let headings = page.split("\n## Types").next().unwrap().lines().filter_map(|line| line.strip_prefix("### "));
    assert_eq!(served, headings.map(str::to_owned).collect());
}

#[test]
fn the_manuals_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src/json-rpc-methods.md");
    assert!(fs::read_to_string(path).unwrap() == althing_rpc::openrpc_page(), "run `make openrpc`");
}

/// A chain with something of everything, and transactions that wait.
struct Chain {
    rig: Rig,
    contract: Address,
    created: Address,
    /// A transaction that logged.
    logged: B256,
    failed: B256,
    /// Of a block with transactions.
    block: B256,
    filter: Value,
    log_filter: Value,
    next: Bytes,
}

impl Chain {
    async fn new() -> Self {
        let rig = Rig::dev().await;
        let contract = rig.deploy(0, 0, constructor(&FORWARD)).await;
        let factory = rig.deploy(0, 1, constructor(&FACTORY)).await;
        let logger = rig.deploy(0, 2, constructor(&LOGGER)).await;
        let reverter = rig.deploy(0, 3, constructor(&REVERTER)).await;
        let filter = rig.call("eth_newBlockFilter", json!([])).await;
        let log_filter = rig.call("eth_newFilter", json!([{"address": logger}])).await;
        let call = |nonce, to: Address, value: u64, input: Bytes| {
            eip1559(&rig.spec, 0, nonce, to.into(), U256::from(value), input)
        };
        rig.submit(&call(4, contract, 1, address(9).into_word().to_vec().into())).await;
        rig.submit(&call(5, factory, 0, Bytes::new())).await;
        let logged = rig.submit(&call(6, logger, 0, words(1, 2))).await;
        let failed = rig.submit(&call(7, reverter, 0, words(1, 2))).await;
        let block = rig.mine().await.block.hash();
        rig.submit(&transfer(&rig.spec, 1, 0, address(2))).await;
        rig.submit(&transfer(&rig.spec, 1, 5, address(2))).await;
        let next = raw(&transfer(&rig.spec, 2, 0, address(3)));
        Self { rig, contract, created: factory.create(1), logged, failed, block, filter, log_filter, next }
    }

    fn calls(&self) -> Vec<(&'static str, Value)> {
        [self.chain_calls(), self.block_calls(), self.simulations(), self.traces(), self.otterscan(), self.signing()]
            .concat()
    }

    fn chain_calls(&self) -> Vec<(&'static str, Value)> {
        let plain = "eth_chainId eth_blockNumber eth_syncing eth_coinbase eth_accounts eth_protocolVersion eth_mining \
             eth_hashrate eth_gasPrice eth_maxPriorityFeePerGas eth_baseFee eth_blobBaseFee eth_capabilities eth_config \
             eth_newBlockFilter eth_newPendingTransactionFilter personal_listAccounts net_version \
             net_listening net_peerCount web3_clientVersion txpool_status txpool_content txpool_inspect ots_getApiLevel \
             rpc_modules rpc_discover althing_getEquivocations";
        let mut calls: Vec<_> = plain.split_whitespace().map(|name| (name, json!([]))).collect();
        let slots = json!({self.contract.to_string(): [B256::ZERO]});
        calls.extend([
            ("eth_feeHistory", json!(["0x4", "latest", [10, 50.5]])),
            ("eth_getBalance", json!([self.contract, "latest"])),
            ("eth_getTransactionCount", json!([address(0), {"blockHash": self.block}])),
            ("eth_getCode", json!([self.contract])),
            ("eth_getStorageAt", json!([self.contract, "0x0", "latest"])),
            ("eth_getStorageValues", json!([slots])),
            ("eth_getProof", json!([self.contract, ["0x1"], "latest"])),
            ("eth_getAccount", json!([self.contract, "latest"])),
            ("eth_getAccountInfo", json!([self.contract, "latest"])),
            ("eth_getLogs", json!([{"fromBlock": "0x0", "toBlock": "latest", "topics": [null, [B256::ZERO]]}])),
            ("eth_newFilter", json!([{}])),
            ("eth_getLogs", json!([{"blockHash": self.block}])),
            ("eth_getFilterChanges", json!([self.filter])),
            ("eth_getFilterChanges", json!([self.log_filter])),
            ("eth_getFilterLogs", json!([self.log_filter])),
            ("eth_uninstallFilter", json!([self.filter])),
            ("web3_sha3", json!(["0x01"])),
            ("txpool_contentFrom", json!([address(1)])),
            ("althing_getCertificate", json!(["latest"])),
        ]);
        calls
    }

    fn block_calls(&self) -> Vec<(&'static str, Value)> {
        let mut calls = vec![
            ("eth_getBlockByHash", json!([self.block, false])),
            ("eth_getBlockByNumber", json!(["0x5", true])),
            ("eth_getBlockByNumber", json!(["0x0", true])),
            ("eth_getBlockReceipts", json!(["0x5"])),
            ("eth_getBlockTransactionCountByHash", json!([self.block])),
            ("eth_getBlockTransactionCountByNumber", json!(["latest"])),
            ("eth_getUncleCountByBlockHash", json!([self.block])),
            ("eth_getUncleCountByBlockNumber", json!(["latest"])),
        ];
        let by_hash = [
            "eth_getTransactionByBlockHashAndIndex",
            "eth_getRawTransactionByBlockHashAndIndex",
            "eth_getUncleByBlockHashAndIndex",
        ];
        let by_number = [
            "eth_getTransactionByBlockNumberAndIndex",
            "eth_getRawTransactionByBlockNumberAndIndex",
            "eth_getUncleByBlockNumberAndIndex",
        ];
        calls.extend(by_hash.map(|name| (name, json!([self.block, "0x0"]))));
        calls.extend(by_number.map(|name| (name, json!(["0x5", "0x1"]))));
        let of_transaction = [
            "eth_getTransactionByHash",
            "eth_getRawTransactionByHash",
            "eth_getTransactionReceipt",
            "debug_getRawTransaction",
        ];
        calls.extend(of_transaction.map(|name| (name, json!([self.logged]))));
        let of_block = ["debug_getRawHeader", "debug_getRawBlock", "debug_getRawReceipts"];
        calls.extend(of_block.map(|name| (name, json!(["0x5"]))));
        calls
    }

    fn simulations(&self) -> Vec<(&'static str, Value)> {
        let call = json!({"from": address(0), "to": self.contract, "value": "0x1", "input": address(9).into_word()});
        let rich = json!({address(0).to_string(): {"balance": "0xffff"}});
        let calls = json!({"calls": [call], "stateOverrides": rich});
        vec![
            ("eth_call", json!([call, "latest", rich, {"number": "0x9"}])),
            ("eth_estimateGas", json!([call])),
            ("eth_createAccessList", json!([call, "latest"])),
            ("eth_simulateV1", json!([{"blockStateCalls": [calls], "returnFullTransactions": true}, "latest"])),
            ("eth_fillTransaction", json!([call])),
            ("debug_traceCall", json!([call, "latest", {"tracer": "callTracer"}])),
            ("trace_call", json!([call, ["trace", "vmTrace", "stateDiff"], "latest", rich])),
            ("trace_callMany", json!([[[call, ["trace"]], [call, ["stateDiff"]]], "latest"])),
            ("trace_rawTransaction", json!([self.next, ["trace", "stateDiff"], "latest"])),
        ]
    }

    fn traces(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("debug_traceTransaction", json!([self.logged, {"tracer": "callTracer"}])),
            ("debug_traceBlockByNumber", json!(["0x5"])),
            ("debug_traceBlockByHash", json!([self.block, {"tracer": "prestateTracer"}])),
            ("debug_accountRange", json!(["latest", "0x", 9])),
            ("debug_storageRangeAt", json!([self.block, 0, self.contract, "0x", 9])),
            ("trace_block", json!(["0x5"])),
            ("trace_transaction", json!([self.failed])),
            ("trace_get", json!([self.logged, []])),
            ("trace_filter", json!([{"fromBlock": "0x1", "fromAddress": [address(0)], "count": 9}])),
            ("trace_replayTransaction", json!([self.logged, ["trace", "vmTrace", "stateDiff"]])),
            ("trace_replayBlockTransactions", json!(["0x5", ["trace", "vmTrace", "stateDiff"]])),
        ]
    }

    fn otterscan(&self) -> Vec<(&'static str, Value)> {
        let inside = ["ots_getInternalOperations", "ots_getTransactionError", "ots_traceTransaction"];
        let mut calls: Vec<_> = inside.iter().map(|name| (*name, json!([self.failed]))).collect();
        calls.extend([
            ("erigon_getHeaderByNumber", json!(["latest"])),
            ("ots_hasCode", json!([self.contract, 1])),
            ("ots_getBlockDetails", json!([5])),
            ("ots_getBlockDetailsByHash", json!([self.block])),
            ("ots_getBlockTransactions", json!([5, 0, 25])),
            ("ots_getTransactionBySenderAndNonce", json!([address(0), 1])),
            ("ots_getContractCreator", json!([self.created])),
            ("ots_searchTransactionsBefore", json!([address(0), 0, 25])),
            ("ots_searchTransactionsAfter", json!([address(9), 0, 25])),
        ]);
        calls
    }

    /// Last, since they send.
    fn signing(&self) -> Vec<(&'static str, Value)> {
        let request = json!({"from": address(3), "to": address(4), "value": "0x1"});
        let typed = json!({
            "types": {"EIP712Domain": [{"name": "name", "type": "string"}], "A": [{"name": "b", "type": "uint256"}]},
            "primaryType": "A", "domain": {"name": "n"}, "message": {"b": 1},
        });
        let next = raw(&transfer(&self.rig.spec, 5, 0, address(3)));
        let attributes = json!({
            "timestamp": "0x6b49d300", "prevRandao": B256::ZERO, "suggestedFeeRecipient": Address::ZERO,
            "withdrawals": [], "parentBeaconBlockRoot": B256::ZERO,
        });
        vec![
            ("eth_sign", json!([address(0), "0x01"])),
            ("eth_signTypedData", json!([address(0), typed])),
            ("eth_signTypedData_v4", json!([address(0), typed])),
            ("personal_sign", json!(["0x01", address(0), ""])),
            ("eth_signTransaction", json!([request])),
            ("testing_buildBlockV1", json!([self.block, attributes, [], null])),
            ("eth_sendTransaction", json!([request])),
            ("eth_sendRawTransaction", json!([next])),
        ]
    }
}

#[tokio::test]
async fn every_answer_has_the_form_it_is_described_with() {
    let chain = Chain::new().await;
    let rig = &chain.rig;
    let schemas = Schemas::of(&rig.call("rpc_discover", json!([])).await);
    let mut missing: BTreeSet<&str> = schemas.names().filter(|name| !NOT_OVER_HTTP.contains(name)).collect();
    let mut wrong = Vec::new();
    for (method, params) in chain.calls() {
        wrong.extend(schemas.check_params(method, &params).err().map(|error| format!("{method} takes {error}")));
        let result = rig.call(method, params).await;
        assert!(!result.is_null() || MAY_BE_NULL.contains(&method), "{method} is null");
        wrong.extend(schemas.check_result(method, &result).err().map(|error| format!("{method} gives {error}")));
        missing.remove(method);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // It waits for a block, which is made meanwhile.
    let sent = json!([chain.next, "0x3e8"]);
    let (receipt, _) = tokio::join!(rig.call("eth_sendRawTransactionSync", sent), async {
        while rig.pool.status().pending < 4 {
            tokio::task::yield_now().await;
        }
        rig.mine().await
    });
    schemas.check_result("eth_sendRawTransactionSync", &receipt).unwrap();
    missing.remove("eth_sendRawTransactionSync");
    assert!(missing.is_empty(), "no call of {missing:?}");
}

#[test]
fn a_result_of_another_form_is_told() {
    let method = json!({"name": "a", "params": [], "result": {"schema": {"$ref": "#/components/schemas/B"}}});
    let schemas =
        json!({"B": {"type": "object", "properties": {"c": {"type": "string"}}, "additionalProperties": false}});
    let schemas = Schemas::of(&json!({"methods": [method], "components": {"schemas": schemas}}));
    assert!(schemas.check_result("a", &json!({"c": "d"})).is_ok());
    assert!(schemas.check_result("a", &json!({"c": 1})).is_err());
    assert!(schemas.check_result("a", &json!({"d": "d"})).is_err());
}
