use crate::{
    code::{FACTORY, FORWARD, REVERTER, STORE, words},
    rig::{Rig, address, constructor, eip1559, transfer, with_fees},
};
use althing_primitives::{Address, B256, Bytes, TxKind, U256};
use serde_json::{Value, json};

fn word(address: Address) -> Bytes {
    address.into_word().to_vec().into()
}

async fn send(rig: &Rig, account: u32, nonce: u64, to: Address, value: u64, input: Bytes) -> B256 {
    let hash = rig.submit(&eip1559(&rig.spec, account, nonce, to.into(), U256::from(value), input)).await;
    rig.mine().await;
    hash
}

#[tokio::test]
async fn the_explorer_recognizes_the_node() {
    let rig = Rig::dev().await;
    assert_eq!(rig.call("ots_getApiLevel", json!([])).await, 8);
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    assert_eq!(rig.call("ots_hasCode", json!([contract, "latest"])).await, true);
    assert_eq!(rig.call("ots_hasCode", json!([contract, "0x0"])).await, false);
    assert_eq!(rig.call("ots_hasCode", json!([contract, 1])).await, true);
    assert_eq!(rig.call("ots_hasCode", json!([address(0)])).await, false);
    let header = rig.call("erigon_getHeaderByNumber", json!(["latest"])).await;
    let block = rig.call("eth_getBlockByNumber", json!(["latest", false])).await;
    assert_eq!((&header["hash"], &header["number"]), (&block["hash"], &json!("0x1")));
    assert_eq!(rig.call("erigon_getHeaderByNumber", json!([1])).await, header);
    assert_eq!(rig.call("erigon_getHeaderByNumber", json!(["0x9"])).await, Value::Null);
}

#[tokio::test]
async fn blocks_come_with_their_fees_and_page_by_page() {
    let rig = Rig::with(with_fees(), |_| {}).await;
    let hashes: Vec<_> = {
        let mut hashes = Vec::new();
        for nonce in 0..3 {
            hashes.push(rig.submit(&transfer(&rig.spec, 0, nonce, address(1))).await);
        }
        hashes
    };
    let block = rig.mine().await.block.hash();
    let details = rig.call("ots_getBlockDetails", json!([1])).await;
    assert_eq!(rig.call("ots_getBlockDetailsByHash", json!([block])).await, details);
    assert_eq!((&details["block"]["hash"], &details["block"]["transactionCount"]), (&json!(block), &json!(3)));
    assert_eq!((&details["block"]["logsBloom"], details["block"].get("transactions")), (&Value::Null, None));
    assert_eq!(details["issuance"], json!({"blockReward": "0x0", "uncleReward": "0x0", "issuance": "0x0"}));
    let receipt = rig.call("eth_getTransactionReceipt", json!([hashes[0]])).await;
    let price = u64::from_str_radix(&receipt["effectiveGasPrice"].as_str().unwrap()[2..], 16).unwrap();
    assert_eq!(details["totalFees"], format!("{:#x}", 3 * 21_000 * price));

    let last = rig.call("ots_getBlockTransactions", json!([1, 0, 2])).await;
    let shown = |page: &Value| {
        let transactions = page["fullblock"]["transactions"].as_array().unwrap().clone();
        transactions.into_iter().map(|tx| tx["hash"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&last), [json!(hashes[1]), json!(hashes[2])]);
    assert_eq!(
        (&last["receipts"][1]["transactionHash"], &last["receipts"][1]["logs"]),
        (&json!(hashes[2]), &Value::Null)
    );
    assert_eq!((&last["fullblock"]["transactionCount"], &last["receipts"][0]["logsBloom"]), (&json!(3), &Value::Null));
    assert_eq!(shown(&rig.call("ots_getBlockTransactions", json!([1, 1, 2])).await), [json!(hashes[0])]);
    assert_eq!(shown(&rig.call("ots_getBlockTransactions", json!([1, 2, 2])).await), Vec::<Value>::new());
    for method in ["ots_getBlockDetails", "ots_getBlockTransactions"] {
        let params = if method.ends_with("Details") { json!([9]) } else { json!([9, 0, 25]) };
        assert_eq!(rig.call(method, params).await, Value::Null, "{method}");
    }
}

#[tokio::test]
async fn input_is_cut_to_its_selector() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    send(&rig, 0, 1, contract, 0, words(1, 2)).await;
    let page = rig.call("ots_getBlockTransactions", json!([2, 0, 25])).await;
    assert_eq!(page["fullblock"]["transactions"][0]["input"], "0x00000000");
}

#[tokio::test]
async fn a_transactions_inside_is_shown() {
    let rig = Rig::dev().await;
    let forward = rig.deploy(0, 0, constructor(&FORWARD)).await;
    let factory = rig.deploy(0, 1, constructor(&FACTORY)).await;
    let reverter = rig.deploy(0, 2, constructor(&REVERTER)).await;
    let paid = send(&rig, 0, 3, forward, 7, word(address(9))).await;
    let made = send(&rig, 0, 4, factory, 0, Bytes::new()).await;
    let failed = send(&rig, 0, 5, reverter, 0, words(1, 2)).await;

    let operations = rig.call("ots_getInternalOperations", json!([paid])).await;
    assert_eq!(operations, json!([{"type": 0, "from": forward, "to": address(9), "value": "0x7"}]));
    let operations = rig.call("ots_getInternalOperations", json!([made])).await;
    assert_eq!(operations, json!([{"type": 2, "from": factory, "to": factory.create(1), "value": "0x0"}]));
    assert_eq!(rig.call("ots_getTransactionError", json!([paid])).await, "0x");
    assert_eq!(rig.call("ots_getTransactionError", json!([failed])).await, json!(words(1, 2)));

    let trace = rig.call("ots_traceTransaction", json!([made])).await;
    let kinds: Vec<_> = trace.as_array().unwrap().iter().map(|entry| (&entry["type"], &entry["depth"])).collect();
    assert_eq!(kinds, [(&json!("CALL"), &json!(0)), (&json!("CREATE"), &json!(1))]);
    assert_eq!((&trace[1]["to"], &trace[1]["output"]), (&json!(factory.create(1)), &json!("0x00")));

    let creator = rig.call("ots_getContractCreator", json!([factory.create(1)])).await;
    assert_eq!(creator, json!({"hash": made, "creator": factory}));
    let creator = rig.call("ots_getContractCreator", json!([factory])).await;
    assert_eq!(creator["creator"], json!(address(0)));
    assert_eq!(rig.call("ots_getContractCreator", json!([address(0)])).await, Value::Null);
    for method in ["ots_getInternalOperations", "ots_getTransactionError", "ots_traceTransaction"] {
        assert_eq!(rig.refused(method, json!([B256::ZERO])).await, (-32000, "transaction not found".into()));
    }
}

#[tokio::test]
async fn transactions_are_found_by_sender_and_nonce() {
    let rig = Rig::dev().await;
    let mut hashes = Vec::new();
    for nonce in 0..5 {
        hashes.push(rig.submit(&transfer(&rig.spec, 0, 2 * nonce, address(1))).await);
        hashes.push(rig.submit(&transfer(&rig.spec, 0, 2 * nonce + 1, address(1))).await);
        rig.mine().await;
        rig.mine().await;
    }
    for (nonce, hash) in hashes.iter().enumerate() {
        assert_eq!(rig.call("ots_getTransactionBySenderAndNonce", json!([address(0), nonce])).await, json!(hash));
    }
    assert_eq!(rig.call("ots_getTransactionBySenderAndNonce", json!([address(0), 10])).await, Value::Null);
    assert_eq!(rig.call("ots_getTransactionBySenderAndNonce", json!([address(7), 0])).await, Value::Null);
}

/// Every transaction of an address, by pages in one direction.
async fn pages(rig: &Rig, method: &str, address: Address, size: u64) -> Vec<Value> {
    let (mut from, mut found) = (0, Vec::new());
    let before = method.ends_with("Before");
    loop {
        let page = rig.call(method, json!([address, from, size])).await;
        let txs = page["txs"].as_array().unwrap().clone();
        let receipts = page["receipts"].as_array().unwrap();
        let pairs = txs.iter().zip(receipts);
        assert!(pairs.into_iter().all(|(tx, receipt)| receipt["transactionHash"] == tx["hash"]));
        assert!(receipts.iter().all(|receipt| receipt["timestamp"].is_string() && receipt["logs"].is_array()));
        let (first, last) = (page["firstPage"] == true, page["lastPage"] == true);
        assert_eq!(from == 0, if before { first } else { last });
        let edge = if before { txs.last() } else { txs.first() };
        let Some(edge) = edge else { return found };
        from = u64::from_str_radix(&edge["blockNumber"].as_str().unwrap()[2..], 16).unwrap();
        let hashes = txs.iter().map(|tx| tx["hash"].clone());
        if before {
            found.extend(hashes);
        } else {
            found.splice(0..0, hashes);
        }
        if if before { last } else { first } {
            return found;
        }
    }
}

#[tokio::test]
async fn an_addresss_transactions_are_found_page_by_page() {
    let rig = Rig::dev().await;
    let forward = rig.deploy(0, 0, constructor(&FORWARD)).await;
    let reverter = rig.deploy(0, 1, constructor(&REVERTER)).await;
    let mut paid = Vec::new();
    for nonce in 2..9 {
        paid.push(json!(send(&rig, 0, nonce, forward, 1, word(address(9))).await));
        rig.submit(&transfer(&rig.spec, 1, 2 * nonce - 4, address(2))).await;
        rig.submit(&transfer(&rig.spec, 1, 2 * nonce - 3, address(2))).await;
        rig.mine().await;
    }
    paid.reverse();
    for size in [1, 2, 3, 100] {
        for method in ["ots_searchTransactionsBefore", "ots_searchTransactionsAfter"] {
            assert_eq!(pages(&rig, method, address(9), size).await, paid, "paid from inside: {method}, {size}");
            assert_eq!(pages(&rig, method, address(2), size).await.len(), 14, "paid directly: {method}, {size}");
            assert_eq!(pages(&rig, method, address(0), size).await.len(), 9, "sent: {method}, {size}");
        }
    }
    let failed = send(&rig, 0, 9, reverter, 0, words(1, 0)).await;
    let found = pages(&rig, "ots_searchTransactionsBefore", reverter, 25).await;
    assert_eq!((found.len(), &found[0]), (2, &json!(failed)), "created, and called in vain");
    assert!(pages(&rig, "ots_searchTransactionsBefore", address(5), 25).await.is_empty());
}

#[tokio::test]
async fn pages_have_a_largest_size() {
    let rig = Rig::dev().await;
    for size in [0, 101] {
        let refused = rig.refused("ots_searchTransactionsBefore", json!([address(0), 0, size])).await;
        assert_eq!(refused, (-32005, "page size must be from 1 to 100".into()));
    }
}

#[tokio::test]
async fn a_block_that_is_not_announced_is_not_searched() {
    let rig = Rig::dev().await;
    let tx = eip1559(&rig.spec, 0, 0, TxKind::Call(address(1)), U256::from(1), Bytes::new());
    rig.submit(&tx).await;
    let block = rig.commit_unannounced();
    assert!(pages(&rig, "ots_searchTransactionsBefore", address(1), 25).await.is_empty());
    assert_eq!(rig.call("trace_transaction", json!([tx.tx_hash()])).await, Value::Null);
    assert_eq!(rig.call("ots_getTransactionBySenderAndNonce", json!([address(0), 0])).await, Value::Null);
    rig.announce(block).await;
    assert_eq!(pages(&rig, "ots_searchTransactionsBefore", address(1), 25).await, [json!(tx.tx_hash())]);
}
