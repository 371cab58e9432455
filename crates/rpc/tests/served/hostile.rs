use crate::rig::Rig;
use althing_chainspec::Genesis;
use http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Whether the server still answers.
async fn alive(rig: &Rig) -> bool {
    rig.call("eth_chainId", json!([])).await == "0xe3472"
}

async fn connect(rig: &Rig) -> TcpStream {
    TcpStream::connect(rig.address()).await.unwrap()
}

/// What the server says to `head` before it closes.
async fn until_closed(rig: &Rig, head: &str) -> String {
    let mut stream = connect(rig).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn malformed_json_is_a_parse_error() {
    let rig = Rig::dev().await;
    for body in ["", "{", "[", "nonsense", "{]", "[1,", "\u{0}", "{\"jsonrpc\":"] {
        let (status, answer) = rig.post(body).await;
        assert!(status.is_client_error() || status == StatusCode::OK, "{body}: {status}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["error"]["code"], -32700, "{body}");
    }
    assert!(alive(&rig).await);
}

#[tokio::test]
async fn requests_that_are_no_calls_are_invalid() {
    let rig = Rig::dev().await;
    for body in [r#"{}"#, r#"{"jsonrpc":"2.0","id":1}"#, r#"{"jsonrpc":"1.0","id":1,"method":"eth_chainId"}"#] {
        let (_, answer) = rig.post(body).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(matches!(answer["error"]["code"].as_i64(), Some(-32600 | -32700)), "{body}: {answer}");
    }
    assert!(alive(&rig).await);
}

#[tokio::test]
async fn deep_nesting_ends_in_an_error() {
    let rig = Rig::dev().await;
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    for body in [
        deep.clone(),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{deep}]}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{{"topics":{deep}}}]}}"#),
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"eth_signTypedData_v4","params":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",{deep}]}}"#
        ),
    ] {
        let (_, answer) = rig.post(body).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let error = if answer.is_array() { &answer[0]["error"] } else { &answer["error"] };
        assert!(error["code"].as_i64().unwrap() < 0, "{answer}");
    }
    assert!(alive(&rig).await);
}

#[tokio::test]
async fn oversized_bodies_are_refused_announced_or_not() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.request_bytes = 1_000).await;
    let (status, _) = rig.post(" ".repeat(1_001)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let chunked = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                   transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let body = format!("{chunked}{:x}\r\n{}\r\n0\r\n\r\n", 2_000, "x".repeat(2_000));
    assert!(until_closed(&rig, &body).await.starts_with("HTTP/1.1 413"));
    assert!(alive(&rig).await);
}

#[tokio::test]
async fn slow_clients_are_let_go() {
    let adjust = |config: &mut althing_rpc::RpcConfig| {
        config.limits.head_timeout = Duration::from_millis(50);
        config.limits.body_timeout = Duration::from_millis(50);
    };
    let rig = Rig::with(Genesis::dev(), adjust).await;
    // The head never ends.
    until_closed(&rig, "POST / HTTP/1.1\r\nhost: localhost\r\n").await;
    // The body never ends.
    let body = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    assert!(until_closed(&rig, body).await.starts_with("HTTP/1.1 408"));
    assert!(alive(&rig).await);
}

#[tokio::test]
async fn connections_past_the_limit_are_closed_and_room_is_made_again() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.connections = 2).await;
    let held = [connect(&rig).await, connect(&rig).await];
    // Both are accepted once a third is turned away.
    assert_eq!(until_closed(&rig, "").await, "");
    drop(held);
    while rig_answers(&rig).await.is_err() {}
    assert!(alive(&rig).await);
}

/// One call over a connection of its own.
async fn rig_answers(rig: &Rig) -> std::io::Result<()> {
    let mut stream = connect(rig).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(std::io::ErrorKind::ConnectionReset.into()) }
}

#[tokio::test]
async fn a_full_line_of_work_is_refused_and_cheap_calls_go_on() {
    let adjust = |config: &mut althing_rpc::RpcConfig| {
        config.limits.workers = 1;
        config.limits.waiting = 0;
    };
    let rig = Rig::with(Genesis::dev(), adjust).await;
    let busy = rig.refused("eth_call", json!([{}])).await;
    assert_eq!(busy, (-32005, "server is busy, try again".into()));
    assert!(alive(&rig).await);
}

#[tokio::test]
async fn bytes_that_are_no_http_end_the_connection_only() {
    let rig = Rig::dev().await;
    until_closed(&rig, "\u{16}\u{3}\u{1} TLS?\r\n\r\n").await;
    assert!(alive(&rig).await);
}
