use crate::{
    Kind, LoadArgs, Rate,
    accounts::{Account, Act},
    contracts,
    setup::{Contracts, Stage, gas_limit},
};
use althing_primitives::{B256, B256Map, Bytes, TxKind, U256, hex};
use rayon::prelude::*;
use std::{ops::Range, time::Duration};

const BEFORE: &str = r#","method":"eth_sendRawTransaction","params":[""#;
const AFTER: &str = r#""]}"#;

/// Every request of a run, signed and encoded.
pub(crate) struct Plan {
    /// By connection, then in the order they are sent.
    pub(crate) connections: Vec<Vec<Request>>,
    /// Hashes by request number, then by place in the request.
    pub(crate) hashes: Vec<B256>,
    pub(crate) batch: usize,
}

impl Plan {
    /// Where each hash lies in `hashes`.
    pub(crate) fn places(&self) -> B256Map<u32> {
        self.hashes.iter().enumerate().map(|(place, hash)| (*hash, place as u32)).collect()
    }
}

/// One request: a batch of `eth_sendRawTransaction`.
pub(crate) struct Request {
    /// Number over all connections; its transactions are `number * batch ..` in `hashes`.
    pub(crate) number: usize,
    pub(crate) body: hyper::body::Bytes,
    /// Where each transaction's hex lies in the body, for sending one again.
    pub(crate) raw: Vec<Range<usize>>,
    /// When it is due after the start; zero with rate `max`.
    pub(crate) due: Duration,
}

/// Numbers of a run that follow from its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    connections: usize,
    batch: usize,
    /// Requests of one connection.
    requests: usize,
    rate: Rate,
}

impl Shape {
    pub(crate) fn new(args: &LoadArgs) -> Self {
        let per_second = match args.rate {
            Rate::Max => args.presign,
            Rate::PerSecond(rate) => rate,
        };
        let total = u64::from(per_second).saturating_mul(args.duration);
        // A sender's transactions all go through one connection, so that they arrive in order.
        let connections = args.connections.min(args.accounts);
        let requests = total.div_ceil(u64::from(connections) * u64::from(args.batch)).max(1);
        Self {
            connections: connections as usize,
            batch: args.batch as usize,
            requests: requests as usize,
            rate: args.rate,
        }
    }

    pub(crate) const fn transactions(&self) -> usize {
        self.connections * self.requests * self.batch
    }

    /// Transactions of one sender at most.
    pub(crate) fn each(&self, accounts: u32) -> u64 {
        let senders = (accounts as usize / self.connections).max(1);
        (self.requests * self.batch).div_ceil(senders) as u64
    }

    fn due(&self, connection: usize, request: usize) -> Duration {
        match self.rate {
            Rate::Max => Duration::ZERO,
            Rate::PerSecond(rate) => {
                let before = (request * self.connections + connection) * self.batch;
                Duration::from_secs_f64(before as f64 / f64::from(rate))
            }
        }
    }
}

/// Signs everything, on all cores.
pub(crate) fn sign(shape: Shape, kind: Kind, stage: &Stage) -> Plan {
    let Shape { connections, requests, batch, .. } = shape;
    let signed: Vec<(Request, Vec<B256>)> =
        (0..connections * requests).into_par_iter().map(|number| sign_request(shape, kind, stage, number)).collect();
    let mut plan = Plan { connections: Vec::new(), hashes: Vec::with_capacity(connections * requests * batch), batch };
    plan.connections.resize_with(connections, Vec::new);
    for (request, hashes) in signed {
        plan.hashes.extend(hashes);
        plan.connections[request.number / requests].push(request);
    }
    plan
}

fn sign_request(shape: Shape, kind: Kind, stage: &Stage, number: usize) -> (Request, Vec<B256>) {
    let (connection, request) = (number / shape.requests, number % shape.requests);
    // Senders connection, connection + connections, ...
    let count = stage.senders.len();
    let own = (count - connection).div_ceil(shape.connections);
    let mut body = String::with_capacity(shape.batch * 400);
    let (mut raw, mut hashes) = (Vec::with_capacity(shape.batch), Vec::with_capacity(shape.batch));
    for place in 0..shape.batch {
        let nth = request * shape.batch + place;
        let index = connection + (nth % own) * shape.connections;
        let sender = &stage.senders[index];
        let turn = nth / own;
        let act = act(kind, &stage.contracts, &stage.senders, index, turn);
        let signed = sender.sign_with(sender.nonce + turn as u64, act, &stage.terms);
        raw.push(push_call(&mut body, place, &signed.raw));
        hashes.push(signed.hash);
    }
    let body = match shape.batch {
        1 => body,
        _ => wrap(body, &mut raw),
    };
    (Request { number, body: body.into(), raw, due: shape.due(connection, request) }, hashes)
}

/// Appends one call; where its hex lies.
pub(crate) fn push_call(body: &mut String, id: usize, raw: &[u8]) -> Range<usize> {
    if !body.is_empty() {
        body.push(',');
    }
    body.push_str(r#"{"jsonrpc":"2.0","id":"#);
    body.push_str(&id.to_string());
    body.push_str(BEFORE);
    let start = body.len();
    body.push_str(&hex::encode_prefixed(raw));
    let range = start..body.len();
    body.push_str(AFTER);
    range
}

/// Calls made an array; moves the ranges along.
fn wrap(calls: String, raw: &mut [Range<usize>]) -> String {
    for range in raw {
        *range = range.start + 1..range.end + 1;
    }
    format!("[{calls}]")
}

fn act(kind: Kind, contracts: &Contracts, senders: &[Account], index: usize, turn: usize) -> Act {
    // Another sender, a different one each time.
    let to = senders[(index + 1 + turn * 7919) % senders.len()].address;
    let kind = match (kind, (index + turn) % 10) {
        (Kind::Mixed, 0..5) => Kind::Transfer,
        (Kind::Mixed, 5..8) => Kind::Erc20,
        (Kind::Mixed, _) => Kind::Swap,
        (kind, _) => kind,
    };
    let gas_limit = gas_limit(kind);
    let call = |to, input| Act { to: TxKind::Call(to), value: U256::ZERO, input, gas_limit };
    match kind {
        Kind::Transfer => Act { value: U256::ONE, ..call(to, Bytes::new()) },
        Kind::Erc20 => call(contracts.token, contracts::transfer_input(to, U256::ONE)),
        Kind::Swap | Kind::Mixed => {
            let amount = U256::from(1_000_000_000_u64 + turn as u64);
            call(contracts.pair, contracts::swap_input((index + turn).is_multiple_of(2), amount))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{self, Terms};
    use althing_primitives::{
        Transaction, TransactionExt, consensus::transaction::SignerRecoverable, eips::Decodable2718,
    };
    use clap::Parser;
    use std::collections::HashMap;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: LoadArgs,
    }

    fn plan(more: &[&str]) -> (Plan, Shape, LoadArgs) {
        let args = Cli::parse_from([&["load", "--rpc", "http://localhost:1"][..], more].concat()).args;
        let stage = Stage {
            terms: Terms { chain_id: 1, max_fee: 0, tip: 0 },
            senders: accounts::senders("test", args.accounts).unwrap(),
            contracts: Contracts::default(),
        };
        let shape = Shape::new(&args);
        (sign(shape, args.kind, &stage), shape, args)
    }

    #[test]
    fn every_sender_has_its_nonces_in_order_on_one_connection() {
        let more = ["--accounts", "7", "--connections", "3", "--batch", "4", "--rate", "50", "--duration", "1"];
        let (plan, shape, args) = plan(&more);
        assert_eq!(plan.hashes.len(), shape.transactions());
        let mut next: HashMap<_, (usize, u64)> = HashMap::new();
        for (connection, request) in
            plan.connections.iter().enumerate().flat_map(|(c, r)| r.iter().map(move |r| (c, r)))
        {
            for (place, range) in request.raw.iter().enumerate() {
                let raw = hex::decode(&request.body[range.clone()]).unwrap();
                let tx = Transaction::decode_2718_exact(&raw).unwrap();
                assert_eq!(*tx.tx_hash(), plan.hashes[request.number * plan.batch + place]);
                let (on, nonce) = next.entry(tx.recover_signer().unwrap()).or_insert((connection, 0));
                assert_eq!((*on, *nonce), (connection, tx.nonce()));
                *nonce += 1;
            }
        }
        assert_eq!(next.len(), 7);
        assert!(next.values().all(|(_, sent)| *sent <= shape.each(args.accounts)));
    }

    #[test]
    fn requests_are_due_evenly() {
        let (plan, ..) =
            plan(&["--accounts", "4", "--connections", "2", "--batch", "5", "--rate", "100", "--duration", "1"]);
        let mut due: Vec<_> = plan.connections.iter().flatten().map(|request| request.due.as_millis()).collect();
        due.sort_unstable();
        assert_eq!(due, (0..20).map(|n| n * 50).collect::<Vec<_>>());
    }

    #[test]
    fn bodies_are_json_rpc() {
        for (batch, array) in [("1", false), ("3", true)] {
            let (plan, ..) =
                plan(&["--accounts", "2", "--connections", "1", "--batch", batch, "--rate", "3", "--duration", "1"]);
            let body: serde_json::Value = serde_json::from_slice(&plan.connections[0][0].body).unwrap();
            assert_eq!(body.is_array(), array);
            let call = body.get(0).unwrap_or(&body);
            assert_eq!((&call["method"], &call["id"]), (&"eth_sendRawTransaction".into(), &0.into()));
        }
    }
}
