use crate::{
    code::{LOGGER, words},
    rig::{Rig, address, constructor, eip1559, transfer},
};
use althing_chainspec::Genesis;
use althing_primitives::{B256, U256};
use jsonrpsee::{
    core::{
        client::{ClientT, Subscription, SubscriptionClientT},
        params::ArrayParams,
    },
    rpc_params,
    ws_client::{WsClient, WsClientBuilder},
};
use serde_json::{Value, json};

async fn connect(rig: &Rig) -> WsClient {
    WsClientBuilder::default().build(format!("ws://{}/any/path", rig.address())).await.unwrap()
}

async fn subscribe(client: &WsClient, params: ArrayParams) -> Subscription<Value> {
    client.subscribe("eth_subscribe", params, "eth_unsubscribe").await.unwrap()
}

#[tokio::test]
async fn calls_work_over_websocket() {
    let rig = Rig::dev().await;
    let client = connect(&rig).await;
    let chain: Value = client.request("eth_chainId", rpc_params![]).await.unwrap();
    assert_eq!(chain, "0xe3472");
    let error = client.request::<Value, _>("eth_nothing", rpc_params![]).await.unwrap_err();
    assert!(error.to_string().contains("does not exist/is not available"), "{error}");
}

#[tokio::test]
async fn new_heads_come_as_they_are_announced() {
    let rig = Rig::dev().await;
    let client = connect(&rig).await;
    let mut heads = subscribe(&client, rpc_params!["newHeads"]).await;
    for _ in 0..3 {
        let mined = rig.mine().await;
        let head = heads.next().await.unwrap().unwrap();
        assert_eq!(head["hash"], json!(mined.block.hash()));
        assert_eq!(head["number"], format!("{:#x}", mined.block.number()));
        assert!(head.get("transactions").is_none());
    }
}

#[tokio::test]
async fn logs_come_filtered() {
    let rig = Rig::dev().await;
    let client = connect(&rig).await;
    let contract = rig.deploy(0, 0, constructor(&LOGGER)).await;
    let filter = json!({"address": contract, "topics": [B256::with_last_byte(2)]});
    let mut logs = subscribe(&client, rpc_params!["logs", filter]).await;
    for (nonce, topic) in [(1, 1), (2, 2)] {
        rig.submit(&eip1559(&rig.spec, 0, nonce, contract.into(), U256::ZERO, words(topic, 0))).await;
    }
    rig.mine().await;
    let log = logs.next().await.unwrap().unwrap();
    assert_eq!(log["topics"], json!([B256::with_last_byte(2)]));
    assert_eq!(log["logIndex"], "0x1");
}

#[tokio::test]
async fn pending_transactions_come_as_hashes_or_whole() {
    let rig = Rig::dev().await;
    let client = connect(&rig).await;
    let mut hashes = subscribe(&client, rpc_params!["newPendingTransactions"]).await;
    let mut whole = subscribe(&client, rpc_params!["newPendingTransactions", true]).await;
    let hash = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    assert_eq!(hashes.next().await.unwrap().unwrap(), json!(hash));
    assert_eq!(whole.next().await.unwrap().unwrap()["hash"], json!(hash));
}

#[tokio::test]
async fn an_ended_subscription_is_silent() {
    let rig = Rig::dev().await;
    let client = connect(&rig).await;
    let first = subscribe(&client, rpc_params!["newHeads"]).await;
    let mut second = subscribe(&client, rpc_params!["newHeads"]).await;
    first.unsubscribe().await.unwrap();
    rig.mine().await;
    assert!(second.next().await.unwrap().is_ok());
    let gone: bool = client.request("eth_unsubscribe", rpc_params!["0x1"]).await.unwrap();
    assert!(!gone);
}

#[tokio::test]
async fn subscriptions_are_counted_and_named() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.subscriptions = 1).await;
    let client = connect(&rig).await;
    let unknown = client.subscribe::<Value, _>("eth_subscribe", rpc_params!["nothing"], "eth_unsubscribe").await;
    assert!(unknown.unwrap_err().to_string().contains("no \\\"nothing\\\" subscription"));
    let _held = subscribe(&client, rpc_params!["newHeads"]).await;
    let more = client.subscribe::<Value, _>("eth_subscribe", rpc_params!["newHeads"], "eth_unsubscribe").await;
    assert!(more.is_err());
}

#[tokio::test]
async fn nobody_subscribes_over_http() {
    let rig = Rig::dev().await;
    for method in ["eth_subscribe", "eth_unsubscribe"] {
        let refused = rig.refused(method, json!(["newHeads"])).await;
        assert_eq!(refused, (-32601, "notifications not supported".into()));
    }
}

#[tokio::test]
async fn pages_open_websockets_only_where_they_may_read() {
    let opens = async |rig: &Rig| {
        let headers = http::HeaderMap::from_iter([(http::header::ORIGIN, "https://app.example".parse().unwrap())]);
        let url = format!("ws://{}", rig.address());
        WsClientBuilder::default().set_headers(headers).build(url).await.is_ok()
    };
    assert!(opens(&Rig::dev().await).await);
    let closed = Rig::with(Genesis::dev(), |config| config.cors = althing_rpc::Cors::Nobody).await;
    assert!(!opens(&closed).await);
    connect(&closed).await;
}

#[tokio::test]
async fn stopping_closes_connections() {
    let rig = Rig::dev().await;
    let client = connect(&rig).await;
    let mut heads = subscribe(&client, rpc_params!["newHeads"]).await;
    let address = rig.address();
    rig.server.stop().await;
    assert!(heads.next().await.is_none());
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
