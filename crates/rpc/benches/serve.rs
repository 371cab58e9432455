//! Processor time the server spends on a request, over a real socket: everything but the client's
//! own thread. `cargo bench -p althing-rpc`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    dead_code,
    missing_docs,
    reason = "a bench: prints its table, reads Linux's clock of processor time, is its own client"
)]

#[path = "../tests/served/code.rs"]
mod code;
#[path = "../tests/served/rig.rs"]
mod rig;

use althing_primitives::{Transaction, consensus::transaction::SignerRecoverable};
use althing_txpool::Origin;
use rig::{Rig, address, raw, transfer};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// The tenth account deploys.
const SENDERS: u64 = 9;
const SINGLE: u64 = 3_600;
const BATCHES: u64 = 72;
const BATCH: u64 = 100;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let rig = runtime.block_on(Rig::dev());
    let to = rig.address();
    let each = (SINGLE + 2 * BATCHES * BATCH) / SENDERS;
    let sent: Vec<Transaction> = (0..each)
        .flat_map(|nonce| (0..SENDERS).map(move |account| (account, nonce)))
        .map(|(account, nonce)| transfer(&rig.spec, account as u32, nonce, address(0)))
        .collect();

    let recover = recover_us(&sent);
    println!("recover a sender                        {recover:8.2} µs");
    measure("eth_chainId, one a request", to, 1, &vec![call(1, "eth_chainId", json!([])); 20_000]);
    let balance = call(1, "eth_getBalance", json!([address(0), "latest"]));
    measure("eth_getBalance, one a request", to, 1, &vec![balance; 20_000]);
    let contract = runtime.block_on(rig.deploy(9, 0, rig::constructor(&code::STORE)));
    let read = call(1, "eth_call", json!([{"to": contract}, "latest"]));
    measure("eth_call of one slot, one a request", to, 1, &vec![read; 10_000]);
    let raw_calls: Vec<Value> = sent.iter().map(|tx| call(1, "eth_sendRawTransaction", json!([raw(tx)]))).collect();
    let (single, batched) = raw_calls.split_at(SINGLE as usize);
    let one = measure("eth_sendRawTransaction, one a request", to, 1, single);
    println!("  besides recovery                      {:8.2} µs", one - recover);
    let (batched, direct) = batched.split_at((BATCHES * BATCH) as usize);
    let batches: Vec<Value> = batched.chunks(BATCH as usize).map(|calls| json!(calls)).collect();
    let many = measure("eth_sendRawTransaction, batches of 100", to, BATCH, &batches);
    let pool = submit_us(&rig, &sent[sent.len() - direct.len()..]);
    println!("the pool alone, batches of 100          {pool:8.2} µs");
    println!("  JSON-RPC's part of a batched one      {:8.2} µs", many - pool);
    assert_eq!(rig.pool.status().pending, sent.len());
}

fn call(id: u64, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// Prints and gives the server's microseconds for each of the calls.
fn measure(name: &str, to: SocketAddr, calls_a_request: u64, requests: &[Value]) -> f64 {
    let requests: Vec<Vec<u8>> = requests.iter().map(|request| http(&request.to_string())).collect();
    let mut client = TcpStream::connect(to).unwrap();
    client.set_nodelay(true).unwrap();
    let before = (process_us(), thread_us());
    for request in &requests {
        client.write_all(request).unwrap();
        read_answer(&mut client);
    }
    let server = (process_us() - before.0) - (thread_us() - before.1);
    let each = server / (requests.len() as u64 * calls_a_request) as f64;
    println!("{name:40}{each:8.2} µs");
    each
}

fn http(body: &str) -> Vec<u8> {
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length:";
    format!("{head} {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Reads one answer with a content length.
fn read_answer(client: &mut TcpStream) {
    let mut answer = Vec::with_capacity(64 * 1024);
    let mut chunk = [0; 64 * 1024];
    loop {
        let count = client.read(&mut chunk).unwrap();
        assert_ne!(count, 0, "the server closed");
        answer.extend_from_slice(&chunk[..count]);
        let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).unwrap();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if answer.len() >= head + 4 + length.parse::<usize>().unwrap() {
            assert!(!answer.windows(7).any(|window| window == b"\"error\""), "an error was answered");
            return;
        }
    }
}

/// What the pool costs without a server.
fn submit_us(rig: &Rig, transactions: &[Transaction]) -> f64 {
    let batches: Vec<Vec<_>> =
        transactions.chunks(BATCH as usize).map(|batch| batch.iter().map(raw).collect()).collect();
    let before = process_us();
    for batch in batches {
        assert!(rig.pool.submit(batch, Origin::Local).iter().all(Result::is_ok));
    }
    (process_us() - before) / transactions.len() as f64
}

fn recover_us(transactions: &[Transaction]) -> f64 {
    let sample = &transactions[..2_000];
    let before = thread_us();
    for tx in sample {
        std::hint::black_box(tx.recover_signer().unwrap());
    }
    (thread_us() - before) / sample.len() as f64
}

/// Processor time of this thread.
fn thread_us() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1_000.0
}

/// Processor time of all threads that live.
fn process_us() -> f64 {
    let threads = fs::read_dir("/proc/self/task").unwrap().filter_map(Result::ok);
    threads
        .filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok())
        .map(|text| text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1_000.0)
        .sum()
}
