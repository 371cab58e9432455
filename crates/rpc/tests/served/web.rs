use crate::rig::{Body, Rig};
use althing_chainspec::Genesis;
use althing_rpc::{Cors, Listen};
use http::{Method, Request, StatusCode, header};
use serde_json::json;

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"net_version"}"#;
const ANSWER: &str = r#"{"jsonrpc":"2.0","id":1,"result":"930930"}"#;

fn post(rig: &Rig, path: &str) -> http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .uri(format!("http://{}{path}", rig.address()))
        .header(header::CONTENT_TYPE, "application/json")
}

#[tokio::test]
async fn any_path_is_served() {
    let rig = Rig::dev().await;
    for path in ["/", "/rpc", "/v1/mainnet?key=1", "/s/token"] {
        let (status, _, body) = rig.send(post(&rig, path).body(Body::from(CALL)).unwrap()).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, ANSWER), "{path}");
    }
}

#[tokio::test]
async fn only_hosts_that_cannot_be_rebound_are_served() {
    let rig = Rig::with(Genesis::dev(), |config| config.hosts = vec!["node.example".into()]).await;
    for (host, status) in [
        ("localhost:8545", StatusCode::OK),
        ("127.0.0.1", StatusCode::OK),
        ("[::1]:8545", StatusCode::OK),
        ("192.168.0.9:8545", StatusCode::OK),
        ("node.example", StatusCode::OK),
        ("evil.example", StatusCode::FORBIDDEN),
        ("localhost.evil.example", StatusCode::FORBIDDEN),
    ] {
        let request = post(&rig, "/").header(header::HOST, host).body(Body::from(CALL)).unwrap();
        assert_eq!(rig.send(request).await.0, status, "{host}");
    }
}

#[tokio::test]
async fn a_port_serves_the_namespaces_it_was_given() {
    let rig = Rig::with(Genesis::dev(), |config| {
        let namespaces = |names: [&str; 2]| Some(names.map(str::to_owned).to_vec());
        config.listen[0].namespaces = namespaces(["net", "web3"]);
        let second = Listen { namespaces: namespaces(["eth", "net"]), ..config.listen[0].clone() };
        config.listen.push(second);
    })
    .await;
    assert_eq!(rig.call("rpc_modules", json!([])).await, json!({"net": "1.0", "rpc": "1.0", "web3": "1.0"}));
    assert_eq!(rig.call("net_version", json!([])).await, "930930");
    assert_eq!(rig.refused("eth_blockNumber", json!([])).await.0, -32601);
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["0x00"]}]"#;
    assert!(rig.post(batch).await.1.contains("-32601"), "the quick way in keeps to the list too");

    let second = format!("http://{}/", rig.server.addresses()[1]);
    let request = post(&rig, "/").uri(second).body(Body::from(CALL.replace("net_version", "eth_blockNumber"))).unwrap();
    assert_eq!(rig.send(request).await.2, r#"{"jsonrpc":"2.0","id":1,"result":"0x0"}"#);
}

async fn preflight(rig: &Rig, origin: &str) -> Option<String> {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri(rig.url())
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type,authorization")
        .body(Body::default())
        .unwrap();
    let (status, headers, _) = rig.send(request).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_HEADERS], "content-type,authorization");
    let allowed = headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    allowed.map(|origin| origin.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn pages_may_ask_an_insecure_network_by_default() {
    let rig = Rig::dev().await;
    assert_eq!(preflight(&rig, "https://app.example").await.as_deref(), Some("*"));
    let request = post(&rig, "/").header(header::ORIGIN, "https://app.example").body(Body::from(CALL)).unwrap();
    let (status, headers, body) = rig.send(request).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ANSWER));
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
}

#[tokio::test]
async fn pages_may_not_ask_other_networks_unless_listed() {
    let mut genesis = Genesis::dev();
    genesis.althing.as_mut().unwrap().insecure = false;
    let closed = Rig::with(genesis.clone(), |_| {}).await;
    let request = post(&closed, "/").header(header::ORIGIN, "https://app.example").body(Body::from(CALL)).unwrap();
    let (_, headers, _) = closed.send(request).await;
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    let listed = Rig::with(genesis, |config| config.cors = Cors::Origins(vec!["https://app.example".into()])).await;
    assert_eq!(preflight(&listed, "https://app.example").await.as_deref(), Some("https://app.example"));
    assert_eq!(preflight(&listed, "https://evil.example").await, None);
}

#[tokio::test]
async fn a_probe_is_answered_and_other_requests_are_refused() {
    let rig = Rig::dev().await;
    let get = Request::builder().uri(rig.url()).body(Body::default()).unwrap();
    assert_eq!(rig.send(get).await.0, StatusCode::OK);
    let put = Request::builder().method(Method::PUT).uri(rig.url()).body(Body::from(CALL)).unwrap();
    assert_eq!(rig.send(put).await.0, StatusCode::METHOD_NOT_ALLOWED);
    let text = Request::builder().method(Method::POST).uri(rig.url()).header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(rig.send(text.body(Body::from(CALL)).unwrap()).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
