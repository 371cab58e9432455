use crate::json::Edition;
use std::{net::SocketAddr, time::Duration};

/// Where the server listens, who may ask, and every bound it keeps.
#[derive(Clone, Debug)]
pub struct RpcConfig {
    /// Where it listens, and with which methods: at least one.
    pub listen: Vec<Listen>,
    /// What `web3_clientVersion` answers.
    pub client_version: String,
    /// Which web pages may read answers.
    pub cors: Cors,
    /// Host names besides `localhost` and IP literals that the `Host` header may carry; `*` for any.
    pub hosts: Vec<String>,
    /// Which edition of geth's answers to give.
    pub edition: Edition,
    /// What one client or all together may use.
    pub limits: Limits,
}

/// One port; it serves HTTP and WebSocket alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Address; port 0 takes a free one.
    pub address: SocketAddr,
    /// Namespaces served there (`eth`, `net`, …), `rpc` always among them; `None` for all.
    pub namespaces: Option<Vec<String>>,
}

impl From<SocketAddr> for Listen {
    /// Every namespace.
    fn from(address: SocketAddr) -> Self {
        Self { address, namespaces: None }
    }
}

/// Cross-origin rule for browsers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cors {
    /// Any page where the genesis declares the network insecure, none elsewhere.
    #[default]
    ByGenesis,
    /// No page of another origin.
    Nobody,
    /// Every page.
    Anyone,
    /// Pages of these origins.
    Origins(Vec<String>),
}

/// Bounds, each with the reason for its number.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open connections. Each costs some 20 KiB; a consortium node has tens of clients.
    pub connections: usize,
    /// Bytes of one request body or WebSocket message: a batch of a thousand transfers, or one of
    /// the largest transactions in hex.
    pub request_bytes: u32,
    /// Bytes of one answer: the largest block with its transactions whole fits.
    pub response_bytes: u32,
    /// Calls in one batch (geth's number).
    pub batch_calls: u32,
    /// Time a client has to send a request's head; also how long an idle connection is kept.
    pub head_timeout: Duration,
    /// Time a client has to send a request's body.
    pub body_timeout: Duration,
    /// Time a client may leave an answer unread.
    pub write_timeout: Duration,
    /// CPU-bound or disk-bound calls that run at once; 0 for two a core.
    pub workers: usize,
    /// Such calls that wait for a worker; further ones are refused.
    pub waiting: usize,
    /// Gas of one `eth_call`, estimate or trace (geth's number).
    pub call_gas: u64,
    /// Time of one of these (geth's number).
    pub call_time: Duration,
    /// Time of a trace, the transactions before it in its block included.
    pub trace_time: Duration,
    /// Blocks one `trace_filter` may span: each with transactions is executed again.
    pub trace_blocks: u64,
    /// Traces one answer of `trace_filter` may hold.
    pub traces: usize,
    /// Calls of one `trace_callMany`; all share one trace's time and bytes.
    pub trace_calls: usize,
    /// Transactions a page of Otterscan's searches may ask for.
    pub search_page: u64,
    /// Blocks one `eth_getLogs` may span.
    pub log_blocks: u64,
    /// Logs one answer may hold.
    pub logs: usize,
    /// Addresses, or topics in one position, of a log query (geth's number).
    pub log_alternatives: usize,
    /// Polled filters of all clients together.
    pub filters: usize,
    /// How long a filter lives unasked (geth's number).
    pub filter_lifetime: Duration,
    /// Hashes a polled filter keeps; the oldest are dropped.
    pub filter_backlog: usize,
    /// Subscriptions of one connection.
    pub subscriptions: u32,
    /// Notifications that wait for one connection.
    pub notifications: u32,
    /// Slots of one `eth_getProof` (geth's number).
    pub proof_slots: usize,
    /// Blocks of one `eth_feeHistory` (geth's number).
    pub fee_history_blocks: u64,
    /// Longest wait of `eth_sendRawTransactionSync`.
    pub sync_timeout_max: Duration,
    /// Its wait where the client names none (geth's number).
    pub sync_timeout: Duration,
    /// Transactions of all clients that are waited for.
    pub sync_waiters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            request_bytes: 15 * 1024 * 1024,
            response_bytes: 64 * 1024 * 1024,
            batch_calls: 1_000,
            head_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            workers: 0,
            waiting: 256,
            call_gas: 50_000_000,
            call_time: Duration::from_secs(5),
            trace_time: Duration::from_secs(20),
            trace_blocks: 1_000,
            traces: 20_000,
            trace_calls: 1_000,
            search_page: 100,
            log_blocks: 100_000,
            logs: 20_000,
            log_alternatives: 1_000,
            filters: 1_024,
            filter_lifetime: Duration::from_secs(300),
            filter_backlog: 10_000,
            subscriptions: 128,
            notifications: 1_024,
            proof_slots: 1_024,
            fee_history_blocks: 1_024,
            sync_timeout_max: Duration::from_secs(60),
            sync_timeout: Duration::from_secs(20),
            sync_waiters: 4_096,
        }
    }
}

impl RpcConfig {
    /// The defaults on these ports.
    pub fn new(listen: Vec<Listen>, client_version: impl Into<String>) -> Self {
        Self {
            listen,
            client_version: client_version.into(),
            cors: Cors::default(),
            hosts: Vec::new(),
            edition: Edition::default(),
            limits: Limits::default(),
        }
    }
}
