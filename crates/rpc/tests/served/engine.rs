use alloy_rpc_types_engine::Claims;
use althing_primitives::B256;
use althing_rpc::{EngineHandle, EngineServer, JwtSecret};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use std::sync::Arc;

const HERE: B256 = B256::repeat_byte(1);

fn secret() -> JwtSecret {
    JwtSecret::from_hex("7365637265747365637265747365637265747365637265747365637265747365").unwrap()
}

async fn server() -> EngineHandle {
    EngineServer::start(([127, 0, 0, 1], 0).into(), secret(), Arc::new(|hash| *hash == HERE)).await.unwrap()
}

async fn post(server: &EngineHandle, token: Option<String>, call: Value) -> (StatusCode, Value) {
    let mut request = Request::post(format!("http://{}/", server.address())).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let (head, body) = client.request(request.body(call.to_string().into()).unwrap()).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status, serde_json::from_slice(&body).unwrap_or_default())
}

fn token(secret: JwtSecret, age_seconds: u64) -> Option<String> {
    let mut claims = Claims::with_current_timestamp();
    claims.iat -= age_seconds;
    Some(secret.encode(&claims).unwrap())
}

fn forkchoice(head: B256, attributes: Value) -> Value {
    let state = json!({"headBlockHash": head, "safeBlockHash": head, "finalizedBlockHash": B256::ZERO});
    json!({"jsonrpc": "2.0", "id": 1, "method": "engine_forkchoiceUpdatedV3", "params": [state, attributes]})
}

#[tokio::test]
async fn a_head_of_this_chain_is_valid_and_any_other_is_waited_for() {
    let server = server().await;
    let (_, answer) = post(&server, token(secret(), 0), forkchoice(HERE, Value::Null)).await;
    let status = json!({"status": "VALID", "latestValidHash": HERE, "validationError": null});
    assert_eq!(answer["result"], json!({"payloadStatus": status, "payloadId": null}));
    let (_, answer) = post(&server, token(secret(), 0), forkchoice(B256::repeat_byte(2), Value::Null)).await;
    assert_eq!(answer["result"]["payloadStatus"]["status"], "SYNCING");
}

#[tokio::test]
async fn only_fresh_tokens_of_the_secret_are_heard() {
    let server = server().await;
    let call = forkchoice(HERE, Value::Null);
    let other = JwtSecret::from_hex("11".repeat(32)).unwrap();
    for refused in [None, Some("x.y.z".to_owned()), token(other, 0), token(secret(), 120)] {
        assert_eq!(post(&server, refused, call.clone()).await.0, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn no_payload_is_built_and_nonsense_is_refused() {
    let server = server().await;
    let (_, answer) = post(&server, token(secret(), 0), forkchoice(HERE, json!({"timestamp": "0x1"}))).await;
    assert_eq!(answer["error"]["code"], -38003);
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "engine_forkchoiceUpdatedV1", "params": ["0x"]});
    assert_eq!(post(&server, token(secret(), 0), call).await.1["error"]["code"], -32602);
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []});
    assert_eq!(post(&server, token(secret(), 0), call).await.1["error"]["code"], -32601);
}
