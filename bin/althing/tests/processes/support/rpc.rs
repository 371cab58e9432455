use althing_primitives::hex;
use serde_json::{Value, json};
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Longest wait for anything: far above what a loaded machine needs.
const DEADLINE: Duration = Duration::from_secs(90);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until there is something to see.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < DEADLINE, "waited {} s for {what}", DEADLINE.as_secs());
        std::thread::park_timeout(PAUSE);
    }
}

/// Tests that hold a network to times do not load the machine for each other.
pub(crate) fn timed() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A JSON-RPC client, one connection a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rpc(pub(crate) SocketAddr);

impl Rpc {
    /// The result, or the error object.
    pub(crate) fn call(&self, method: &str, params: Value) -> Result<Value, Value> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
        let answer = self.post(&body).map_err(|error| json!({"transport": error.to_string()}))?;
        let mut answer: Value = serde_json::from_str(&answer).map_err(|error| json!({"json": error.to_string()}))?;
        match answer.get_mut("result").map(Value::take) {
            Some(result) => Ok(result),
            None => Err(answer["error"].take()),
        }
    }

    /// The result; an error fails the test.
    pub(crate) fn get(&self, method: &str, params: Value) -> Value {
        self.call(method, params).unwrap_or_else(|error| panic!("{method} at {}: {error}", self.0))
    }

    /// Height of the head, once the node answers.
    pub(crate) fn height(&self) -> u64 {
        until("eth_blockNumber", || self.call("eth_blockNumber", json!([])).ok().map(|value| hex_u64(&value)))
    }

    /// A block by height, once it is there.
    pub(crate) fn block(&self, number: u64) -> Value {
        until("a block", || {
            let block = self.call("eth_getBlockByNumber", json!([format!("{number:#x}"), false])).ok()?;
            (!block.is_null()).then_some(block)
        })
    }

    /// A receipt, once the transaction is in a block.
    pub(crate) fn receipt(&self, hash: &str) -> Value {
        until("a receipt", || {
            let receipt = self.call("eth_getTransactionReceipt", json!([hash])).ok()?;
            (!receipt.is_null()).then_some(receipt)
        })
    }

    /// Waits for a height.
    pub(crate) fn reach(&self, height: u64) {
        until(&format!("height {height} at {}", self.0), || (self.height() >= height).then_some(()));
    }

    /// Longest time between two blocks in a row, by their own clocks, milliseconds.
    pub(crate) fn longest_gap_ms(&self, from: u64, to: u64) -> u64 {
        let times: Vec<_> = (from..=to).map(|height| time_ms(&self.block(height))).collect();
        times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap()
    }

    /// Body of a GET, with its status.
    pub(crate) fn http_get(address: SocketAddr, path: &str) -> io::Result<(u16, String)> {
        exchange(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"))
    }

    fn post(&self, body: &str) -> io::Result<String> {
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.0,
            body.len()
        );
        exchange(self.0, &request).map(|(_, body)| body)
    }
}

fn exchange(address: SocketAddr, request: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    Ok((status, if chunked { unchunk(body) } else { body.to_owned() }))
}

fn unchunk(mut body: &str) -> String {
    let mut out = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).unwrap_or(0);
        if length == 0 || rest.len() < length {
            break;
        }
        out.push_str(&rest[..length]);
        body = rest[length..].trim_start_matches("\r\n");
    }
    out
}

/// A block's time: seconds of the header, milliseconds at the end of `extraData`.
fn time_ms(block: &Value) -> u64 {
    let extra = hex::decode(block["extraData"].as_str().unwrap()).unwrap();
    let millis = u16::from_be_bytes(extra[24..26].try_into().unwrap());
    hex_u64(&block["timestamp"]) * 1000 + u64::from(millis)
}

/// A hexadecimal quantity.
pub(crate) fn hex_u64(value: &Value) -> u64 {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no quantity"));
    u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap()
}
