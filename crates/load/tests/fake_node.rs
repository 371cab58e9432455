//! The whole of a load against a node that makes a block when it is asked for the next one.
#![allow(missing_docs, reason = "tests")]

use althing_load::{LoadArgs, Report, measure};
use althing_primitives::{B256, Transaction, eips::Decodable2718, hex};
use clap::Parser;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Bytes, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: LoadArgs,
}

#[derive(Default)]
struct Node {
    /// Every so many-th transaction is refused the first time.
    refuse_every: usize,
    /// Refuses all, with this text.
    refuse_all: Option<&'static str>,
    seen: usize,
    refused: HashSet<B256>,
    waiting: Vec<B256>,
    blocks: Vec<Vec<B256>>,
}

impl Node {
    fn answer(&mut self, call: &Value) -> Value {
        let answer = match call["method"].as_str().unwrap() {
            "eth_chainId" => Ok(json!("0x1")),
            "eth_gasPrice" | "eth_maxPriorityFeePerGas" | "eth_getTransactionCount" => Ok(json!("0x0")),
            "eth_getBalance" => Ok(json!("0xffffffffffff")),
            "eth_blockNumber" => Ok(json!(format!("0x{:x}", self.blocks.len()))),
            "eth_sendRawTransaction" => self.take(call["params"][0].as_str().unwrap()),
            "eth_getBlockByNumber" => Ok(self.block(call["params"][0].as_str().unwrap())),
            "eth_getBlockReceipts" => Ok(json!([{"status": "0x1"}, {"status": "0x0"}])),
            other => Err(format!("the method {other} does not exist")),
        };
        match answer {
            Ok(result) => json!({"jsonrpc": "2.0", "id": call["id"], "result": result}),
            Err(message) => json!({"jsonrpc": "2.0", "id": call["id"], "error": {"code": -32000, "message": message}}),
        }
    }

    fn take(&mut self, raw: &str) -> Result<Value, String> {
        let hash = *Transaction::decode_2718_exact(&hex::decode(raw).unwrap()).unwrap().tx_hash();
        if let Some(text) = self.refuse_all {
            return Err(text.into());
        }
        self.seen += 1;
        if self.refuse_every > 0 && self.seen.is_multiple_of(self.refuse_every) && self.refused.insert(hash) {
            return Err("txpool is full".into());
        }
        self.waiting.push(hash);
        Ok(json!(hash))
    }

    fn block(&mut self, number: &str) -> Value {
        let number = usize::from_str_radix(&number[2..], 16).unwrap();
        if number == self.blocks.len() + 1 && !self.waiting.is_empty() {
            self.blocks.push(std::mem::take(&mut self.waiting));
        }
        match self.blocks.get(number.wrapping_sub(1)) {
            Some(hashes) => json!({"number": format!("0x{number:x}"), "gasUsed": "0x5208", "transactions": hashes}),
            None => Value::Null,
        }
    }
}

async fn serve(node: Arc<Mutex<Node>>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let mut node = node.lock().unwrap();
    let answer = match &body {
        Value::Array(calls) => calls.iter().map(|call| node.answer(call)).collect(),
        call => node.answer(call),
    };
    Ok(Response::new(Full::new(answer.to_string().into())))
}

async fn run(node: Node, more: &[&str]) -> eyre::Result<Report> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let node = Arc::new(Mutex::new(node));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let node = node.clone();
            let service = service_fn(move |request| serve(node.clone(), request));
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    let fixed = ["load", "--rpc", &url, "--accounts", "6", "--connections", "3", "--duration", "1"];
    measure(Cli::try_parse_from([&fixed[..], more].concat())?.args).await
}

#[tokio::test]
async fn all_that_is_offered_is_followed_into_blocks() {
    let report = run(Node::default(), &["--rate", "120", "--batch", "4", "--validators", "4"]).await.unwrap();
    assert_eq!((report.offered, report.accepted, report.included), (120, 120, 120));
    assert!(report.errors.is_empty() && !report.ran_out);
    assert!(report.latency.p50_ms > 0.0 && report.latency.p50_ms <= report.latency.max_ms);
    assert_eq!(report.failed_share, Some(0.5), "of the sampled receipts");
    let expected = report.included_per_second * 4.0 / (report.cores as f64 * report.recovers_per_second);
    assert!((report.efficiency - expected).abs() < 1e-9);
    assert!(report.processes.iter().any(|process| process.pid == std::process::id()));
}

#[tokio::test]
async fn what_is_refused_for_a_moment_is_sent_again() {
    let node = Node { refuse_every: 7, ..Node::default() };
    let report = run(node, &["--rate", "60", "--batch", "5"]).await.unwrap();
    assert_eq!((report.accepted, report.included), (report.offered, report.offered));
    assert!(report.errors.is_empty());
}

#[tokio::test]
async fn what_is_refused_for_good_is_counted_by_its_text() {
    let node = Node { refuse_all: Some("not today"), ..Node::default() };
    let report = run(node, &["--rate", "6", "--batch", "1", "--drain", "3"]).await.unwrap();
    assert_eq!((report.accepted, report.included), (0, 0));
    assert_eq!(report.errors.get("not today"), Some(&report.offered));
}

#[tokio::test]
async fn with_rate_max_no_more_is_under_way_than_allowed() {
    let more = ["--rate", "max", "--presign", "300", "--batch", "10", "--in-flight", "30"];
    let report = run(Node::default(), &more).await.unwrap();
    assert_eq!((report.offered, report.included, report.ran_out), (300, 300, true));
    assert!(report.transactions_per_block <= 30.0);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let args = Cli::parse_from(["load", "--rpc", &url, "--duration", "1"]).args;
    let error = format!("{:#}", measure(args).await.unwrap_err());
    assert!(error.starts_with(&format!("no answer from {url}: cannot connect to {free}")), "{error}");
}
