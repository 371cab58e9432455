use crate::rig::{Rig, address, legacy, raw, transfer};
use serde_json::json;

#[tokio::test]
async fn refusals_have_the_texts_wallets_match() {
    let rig = Rig::dev().await;
    let tx = transfer(&rig.spec, 0, 0, address(1));
    rig.submit(&tx).await;
    assert_eq!(rig.refused("eth_sendRawTransaction", json!([raw(&tx)])).await, (-32000, "already known".into()));
    rig.mine().await;
    let again = legacy(&rig.spec, 0, 0, address(1));
    let (code, text) = rig.refused("eth_sendRawTransaction", json!([raw(&again)])).await;
    assert_eq!(code, -32000);
    assert!(text.starts_with("nonce too low"), "{text}");
    assert_eq!(rig.refused("eth_sendRawTransaction", json!(["0x03c0"])).await.0, -32000);
    assert_eq!(rig.refused("eth_sendRawTransaction", json!(["0x"])).await.0, -32000);
    assert_eq!(rig.refused("eth_sendRawTransaction", json!(["zz"])).await.0, -32602);
    assert_eq!(rig.refused("eth_sendRawTransaction", json!([])).await.0, -32602);
}

#[tokio::test]
async fn sending_in_step_answers_with_the_receipt() {
    let rig = Rig::dev().await;
    let tx = transfer(&rig.spec, 0, 0, address(1));
    let sent = rig.call("eth_sendRawTransactionSync", json!([raw(&tx), "0x7530"]));
    let mined = async {
        while rig.pool.is_empty() {
            tokio::task::yield_now().await;
        }
        rig.mine().await
    };
    let (receipt, _) = tokio::join!(sent, mined);
    assert_eq!(receipt, rig.call("eth_getTransactionReceipt", json!([tx.tx_hash()])).await);
    assert_eq!(receipt["status"], "0x1");
}

#[tokio::test]
async fn waiting_in_step_ends_and_names_the_transaction() {
    let rig = Rig::dev().await;
    let tx = transfer(&rig.spec, 0, 0, address(1));
    let answer = rig.answer("eth_sendRawTransactionSync", json!([raw(&tx), 5])).await;
    assert_eq!(answer["error"]["code"], 4);
    assert_eq!(answer["error"]["data"], json!(tx.tx_hash()));
    assert!(!rig.pool.is_empty(), "the transaction stays");
    let zero = rig.refused("eth_sendRawTransactionSync", json!([raw(&tx), "0x0"])).await;
    assert_eq!(zero.0, -32602);
    let known = rig.refused("eth_sendRawTransactionSync", json!([raw(&tx)])).await;
    assert_eq!(known, (-32000, "already known".into()));
}
