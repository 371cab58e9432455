use crate::{chain::Chain, seeds};
use althing_chainspec::Genesis;
use althing_primitives::CommittedBlock;
use althing_rpc::{Limits, RpcConfig, RpcHandle, RpcServer};
use serde_json::Value;
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};
use tokio::{runtime::Runtime, sync::broadcast};

/// Bytes that are to be the body of a JSON-RPC request, posted to a server on a chain with blocks, logs and
/// transactions that wait: the answer is JSON, comes in time, and is never that something here is broken.
pub fn request(bytes: &[u8]) {
    let mut connection = SERVER.connection.lock().expect("a panic ends the process");
    let (status, answer) = exchange(&mut connection, SERVER.address, bytes).expect("an answer in time");
    assert!(status < 500, "status {status}");
    if !answer.is_empty() {
        let answer: Value = serde_json::from_slice(&answer).expect("an answer is JSON");
        check(&answer);
    }
}

/// No internal error in an answer, or in one of a batch. A notification's is `null`.
fn check(answer: &Value) {
    match answer {
        Value::Null => return,
        Value::Array(answers) => return answers.iter().for_each(check),
        _ => {}
    }
    let message = answer["error"]["message"].as_str();
    assert!(message.is_none_or(|message| !INTERNAL.contains(&message)), "{answer}");
    assert!(answer.get("error").is_some() != answer.get("result").is_some(), "{answer}");
}

/// What the server and its library say when something of theirs is broken.
const INTERNAL: [&str; 2] = ["server error", "Internal error"];
/// Longest wait for an answer, with a sanitizer's counters and another fuzzer on the machine.
const ANSWER_MAX: Duration = Duration::from_secs(20);

struct Server {
    address: SocketAddr,
    connection: Mutex<Option<BufReader<TcpStream>>>,
    _handle: RpcHandle,
    _events: broadcast::Sender<Arc<CommittedBlock>>,
    _runtime: Runtime,
}

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

impl Server {
    fn start() -> Self {
        let chain = Chain::new(Genesis::dev());
        for transactions in seeds::history(&chain.spec) {
            chain.mine(transactions);
        }
        let (events, context) = chain.context();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
        let mut config = RpcConfig::new(vec![SocketAddr::from(([127, 0, 0, 1], 0)).into()], "Althing/fuzz");
        config.limits = short();
        let handle = runtime.block_on(RpcServer::start(config, context)).expect("a free port");
        let address = handle.addresses()[0];
        Self { address, connection: Mutex::default(), _handle: handle, _events: events, _runtime: runtime }
    }
}

/// The node's limits, but for how long an answer may take.
fn short() -> Limits {
    Limits {
        call_gas: 1_000_000,
        call_time: Duration::from_millis(100),
        trace_time: Duration::from_millis(200),
        sync_timeout: Duration::from_millis(1),
        sync_timeout_max: Duration::from_millis(2),
        workers: 1,
        ..Limits::default()
    }
}

/// Posts a body over the connection that is open, or a new one; status and body of the answer.
fn exchange(
    connection: &mut Option<BufReader<TcpStream>>,
    address: SocketAddr,
    body: &[u8],
) -> io::Result<(u16, Vec<u8>)> {
    let mut stream = match connection.take() {
        Some(stream) => stream,
        None => connect(address)?,
    };
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.get_mut().write_all(&[head.as_bytes(), body].concat())?;
    let (status, length) = read_head(&mut stream)?;
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    *connection = (status == 200).then_some(stream);
    Ok((status, answer))
}

#[expect(clippy::disallowed_methods, reason = "the client of a server in this process, for tests")]
fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    Ok(BufReader::new(stream))
}

/// Status and length of the body.
fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<(u16, usize)> {
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        match line.trim_end().split_once([' ', ':']) {
            Some(("HTTP/1.1", rest)) => status = rest.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
            }
            Some((name, _)) if name.eq_ignore_ascii_case("transfer-encoding") => {
                return Err(io::Error::other("answers have a length"));
            }
            Some(_) => {}
            None if line.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            None => return Ok((status, length)),
        }
    }
}
