use crate::accounts::Signed;
use crate::connection::{Connection, Endpoint};
use althing_primitives::{Address, B256, U64, U256, hex};
use eyre::{Context, Result, bail, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;

/// Calls in one request while setting up: every node takes that many.
const CHUNK: usize = 100;
/// Between two looks for a receipt.
const RECEIPT_POLL: Duration = Duration::from_millis(50);
/// Looks before giving up: a minute, for nodes with slow blocks.
const RECEIPT_LOOKS: u32 = 1200;

/// Typed JSON-RPC for what happens before and after the clock runs, when cost does not matter.
pub(crate) struct Rpc {
    connection: Connection,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    id: usize,
    result: Option<Value>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
pub(crate) struct Failure {
    pub(crate) message: String,
}

impl Rpc {
    pub(crate) const fn new(endpoint: Endpoint) -> Self {
        Self { connection: Connection::new(endpoint) }
    }

    pub(crate) async fn call<T: DeserializeOwned>(&mut self, method: &str, params: Value) -> Result<T> {
        let body = json!({"jsonrpc": "2.0", "id": 0, "method": method, "params": params}).to_string();
        let answer = self.connection.post(body.into()).await?;
        let answer: Answer = serde_json::from_slice(&answer).wrap_err_with(|| format!("answer to {method}"))?;
        read(answer, method)
    }

    /// Many calls of one method, answers in order.
    pub(crate) async fn calls<T: DeserializeOwned>(&mut self, method: &str, params: &[Value]) -> Result<Vec<T>> {
        let mut results = Vec::with_capacity(params.len());
        for chunk in params.chunks(CHUNK) {
            results.extend(self.batch(method, chunk).await?);
        }
        Ok(results)
    }

    async fn batch<T: DeserializeOwned>(&mut self, method: &str, params: &[Value]) -> Result<Vec<T>> {
        let call = |(id, params)| json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        let body = Value::from_iter(params.iter().enumerate().map(call)).to_string();
        let answer = self.connection.post(body.into()).await?;
        let mut answers: Vec<Answer> =
            serde_json::from_slice(&answer).wrap_err_with(|| format!("answer to a batch of {method}"))?;
        answers.sort_by_key(|answer| answer.id);
        if answers.len() != params.len() {
            bail!("{} answers to {} calls of {method}", answers.len(), params.len());
        }
        answers.into_iter().map(|answer| read(answer, method)).collect()
    }

    pub(crate) async fn chain_id(&mut self) -> Result<u64> {
        Ok(self.call::<U64>("eth_chainId", json!([])).await?.to())
    }

    pub(crate) async fn block_number(&mut self) -> Result<u64> {
        Ok(self.call::<U64>("eth_blockNumber", json!([])).await?.to())
    }

    pub(crate) async fn balances(&mut self, accounts: &[Address]) -> Result<Vec<U256>> {
        let params: Vec<_> = accounts.iter().map(|account| json!([account, "latest"])).collect();
        self.calls("eth_getBalance", &params).await
    }

    pub(crate) async fn nonces(&mut self, accounts: &[Address]) -> Result<Vec<u64>> {
        let params: Vec<_> = accounts.iter().map(|account| json!([account, "pending"])).collect();
        let nonces: Vec<U64> = self.calls("eth_getTransactionCount", &params).await?;
        Ok(nonces.into_iter().map(|nonce| nonce.to()).collect())
    }

    /// Sends raw transactions and waits until all are included and successful.
    pub(crate) async fn send_all(&mut self, raw: &[Signed]) -> Result<Vec<Receipt>> {
        let params: Vec<_> = raw.iter().map(|tx| json!([hex::encode_prefixed(&tx.raw)])).collect();
        self.calls::<B256>("eth_sendRawTransaction", &params).await?;
        let params: Vec<_> = raw.iter().map(|tx| json!([tx.hash])).collect();
        for _ in 0..RECEIPT_LOOKS {
            let receipts: Vec<Option<Receipt>> = self.calls("eth_getTransactionReceipt", &params).await?;
            let receipts: Vec<Receipt> = receipts.into_iter().flatten().collect();
            if receipts.len() == raw.len() {
                ensure!(receipts.iter().all(Receipt::is_success), "a transaction of the set-up reverted");
                return Ok(receipts);
            }
            tokio::time::sleep(RECEIPT_POLL).await;
        }
        bail!("transactions of the set-up were not included within a minute")
    }
}

fn read<T: DeserializeOwned>(answer: Answer, method: &str) -> Result<T> {
    if let Some(Failure { message }) = answer.error {
        bail!("{method}: {message}");
    }
    serde_json::from_value(answer.result.unwrap_or_default()).wrap_err_with(|| format!("result of {method}"))
}

/// What a receipt says that we ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    pub(crate) contract_address: Option<Address>,
    status: Option<U64>,
}

impl Receipt {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.to::<u64>() == 1)
    }
}
