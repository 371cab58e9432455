use crate::rig::{Rig, address, raw, transfer};
use althing_chainspec::Genesis;
use althing_primitives::Transaction;
use http::StatusCode;
use serde_json::{Value, json};

fn call(id: u64, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

async fn batch(rig: &Rig, calls: &[Value]) -> Value {
    let (status, body) = rig.post(json!(calls).to_string()).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn answers_come_in_the_order_of_the_calls() {
    let rig = Rig::dev().await;
    let sent: Vec<Transaction> = (0..3).map(|nonce| transfer(&rig.spec, 0, nonce, address(1))).collect();
    let send = |id, tx| call(id, "eth_sendRawTransaction", json!([raw(tx)]));
    let calls = [
        send(1, &sent[0]),
        send(2, &sent[1]),
        call(3, "eth_sendRawTransaction", json!(["0x01zz"])),
        send(4, &sent[0]),
        call(5, "eth_getTransactionCount", json!([address(0), "pending"])),
        call(6, "eth_nothing", json!([])),
        send(7, &sent[2]),
        call(8, "eth_getTransactionByHash", json!([sent[2].tx_hash()])),
    ];
    let answers = batch(&rig, &calls).await;
    let ids: Vec<_> = answers.as_array().unwrap().iter().map(|answer| answer["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(answers[0]["result"], json!(sent[0].tx_hash()));
    assert_eq!(answers[1]["result"], json!(sent[1].tx_hash()));
    assert_eq!(answers[2]["error"]["code"], -32602);
    assert_eq!(answers[3]["error"]["message"], "already known");
    assert_eq!(answers[4]["result"], "0x2");
    assert_eq!(answers[5]["error"]["code"], -32601);
    assert_eq!(answers[6]["result"], json!(sent[2].tx_hash()));
    assert_eq!(answers[7]["result"]["hash"], json!(sent[2].tx_hash()));
}

#[tokio::test]
async fn a_hundred_transactions_are_taken_at_once() {
    let rig = Rig::dev().await;
    let sent: Vec<Transaction> = (0..100).map(|nonce| transfer(&rig.spec, 0, nonce, address(1))).collect();
    let calls: Vec<_> =
        sent.iter().zip(0..).map(|(tx, id)| call(id, "eth_sendRawTransaction", json!([raw(tx)]))).collect();
    let answers = batch(&rig, &calls).await;
    for ((answer, tx), id) in answers.as_array().unwrap().iter().zip(&sent).zip(0..) {
        assert_eq!(answer, &json!({"jsonrpc": "2.0", "id": id, "result": tx.tx_hash()}));
    }
    assert_eq!(rig.mine().await.block.body.transactions.len(), 100);
}

#[tokio::test]
async fn wrong_entries_do_not_spoil_the_others() {
    let rig = Rig::dev().await;
    let answers = batch(&rig, &[json!(1), json!({"id": 2}), call(3, "eth_chainId", json!([]))]).await;
    assert_eq!(answers[0]["error"]["code"], -32600);
    assert_eq!(answers[1]["error"]["code"], -32600);
    assert_eq!(answers[2]["result"], "0xe3472");
}

#[tokio::test]
async fn empty_and_too_long_batches_are_refused() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.batch_calls = 4).await;
    assert_eq!(batch(&rig, &[]).await["error"]["code"], -32600);
    let calls: Vec<_> = (0..5).map(|id| call(id, "eth_chainId", json!([]))).collect();
    assert!(batch(&rig, &calls).await.get("error").is_some());
    assert_eq!(batch(&rig, &calls[..4]).await.as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn an_answer_past_the_limit_is_refused_whole() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.response_bytes = 2_000).await;
    let calls: Vec<_> = (0..10).map(|id| call(id, "eth_getBlockByNumber", json!(["0x0", false]))).collect();
    let answer = batch(&rig, &calls).await;
    assert!(answer["error"]["code"].as_i64().unwrap() < 0, "{answer}");
}

#[tokio::test]
async fn notifications_get_no_answer() {
    let rig = Rig::dev().await;
    let (status, body) = rig.post(json!([{"jsonrpc": "2.0", "method": "eth_chainId"}]).to_string()).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "null"));
}
