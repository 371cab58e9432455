use super::{At, NodeError, Record};
use crate::abi::view;
use alloy_dyn_abi::DynSolValue;
use alloy_sol_types::SolCall;
use althing_primitives::{Address, B256, Bytes, U64};
use eyre::{WrapErr, ensure};
use jsonrpsee::{
    core::{client::ClientT, params::ArrayParams},
    http_client::HttpClient,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Largest answer read: a state of thousands of members, or their logs.
const ANSWER_BYTES_MAX: u32 = 64 << 20;
/// A person may have to press a button at the signer.
const ANSWER_TIME: Duration = Duration::from_secs(300);

/// Which node is asked.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct NodeArgs {
    /// JSON-RPC of any node; `https://user:password@host/` works
    #[arg(long, value_name = "URL", env = "ETH_RPC_URL", default_value = "http://127.0.0.1:8545")]
    rpc: String,
}

impl NodeArgs {
    pub(crate) fn connect(&self) -> eyre::Result<Node> {
        Node::connect(&self.rpc)
    }
}

/// Whoever answers JSON-RPC.
#[derive(Clone, Debug)]
pub(crate) struct Node(Source);

#[derive(Clone, Debug)]
enum Source {
    /// Over HTTP.
    Remote(HttpClient),
    /// Nobody: one state, and how it came about.
    Record(Arc<Record>),
}

/// What is read of a block's header.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Block {
    number: U64,
    pub(crate) hash: B256,
    timestamp: U64,
    base_fee_per_gas: Option<U64>,
}

/// A log as the node gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogJson {
    pub(crate) address: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Bytes,
    #[serde(default)]
    block_number: Option<U64>,
    #[serde(default)]
    block_timestamp: Option<U64>,
}

impl LogJson {
    pub(crate) fn block(&self) -> u64 {
        self.block_number.unwrap_or_default().to()
    }

    /// Seconds since 1970, where the node says it.
    pub(crate) fn time(&self) -> Option<u64> {
        self.block_timestamp.map(|time| time.to())
    }
}

impl Block {
    pub(crate) fn number(&self) -> u64 {
        self.number.to()
    }

    /// Seconds since 1970.
    pub(crate) fn timestamp(&self) -> u64 {
        self.timestamp.to()
    }

    /// Wei.
    pub(crate) fn base_fee(&self) -> u128 {
        self.base_fee_per_gas.unwrap_or_default().to()
    }
}

impl Node {
    pub(crate) fn connect(url: &str) -> eyre::Result<Self> {
        let builder = HttpClient::builder().max_response_size(ANSWER_BYTES_MAX).request_timeout(ANSWER_TIME);
        Ok(Self(Source::Remote(builder.build(url).wrap_err("the URL of the node")?)))
    }

    pub(crate) fn of(record: Record) -> Self {
        Self(Source::Record(Arc::new(record)))
    }

    pub(crate) async fn request<T: DeserializeOwned>(&self, method: &str, params: Vec<Value>) -> Result<T, NodeError> {
        let client = match &self.0 {
            Source::Remote(client) => client,
            Source::Record(record) => {
                let answer = record.answer(method, &params)?;
                return serde_json::from_value(answer).map_err(|error| NodeError::new(method, error.into()));
            }
        };
        let mut array = ArrayParams::new();
        for param in params {
            array.insert(param).map_err(|error| NodeError::new(method, error.into()))?;
        }
        client.request(method, array).await.map_err(|error| NodeError::new(method, error))
    }

    /// What a transaction would return.
    pub(crate) async fn call(&self, transaction: Value, at: &At) -> Result<Bytes, NodeError> {
        let params = [transaction].into_iter().chain(at.parameters()).collect();
        self.request("eth_call", params).await
    }

    /// What a view of a contract returns.
    pub(crate) async fn ask<C: SolCall>(&self, target: Address, call: &C, at: &At) -> eyre::Result<C::Return> {
        let input = Bytes::from(call.abi_encode());
        let output = self.call(json!({"to": target, "input": input}), at).await;
        let output = output.wrap_err_with(|| C::SIGNATURE)?;
        ensure!(
            !output.is_empty(),
            "no contract of governance answers: this network has none, or it is no Althing network"
        );
        C::abi_decode_returns(&output).wrap_err_with(|| C::SIGNATURE)
    }

    /// What a view of a system contract returns, as JSON.
    pub(crate) async fn read(
        &self,
        contract: &str,
        signature: &str,
        arguments: &[DynSolValue],
        at: &At,
    ) -> eyre::Result<Value> {
        let view = view(contract, signature)?;
        let transaction = json!({"to": view.contract.address, "input": view.input(arguments)?});
        let output = self.call(transaction, at).await.wrap_err_with(|| format!("{contract}.{signature}"))?;
        view.output(&output)
    }

    pub(crate) async fn chain_id(&self) -> eyre::Result<u64> {
        Ok(self.request::<U64>("eth_chainId", vec![]).await?.to())
    }

    pub(crate) async fn latest(&self) -> eyre::Result<Block> {
        self.block(json!("latest")).await
    }

    pub(crate) async fn block_at(&self, number: u64) -> eyre::Result<Block> {
        self.block(json!(U64::from(number))).await
    }

    async fn block(&self, which: Value) -> eyre::Result<Block> {
        let found: Option<Block> = self.request("eth_getBlockByNumber", vec![which.clone(), json!(false)]).await?;
        found.ok_or_else(|| eyre::eyre!("the node has no block {which}"))
    }

    /// The first block of at least that time, or the one after the last.
    pub(crate) async fn first_block_since(&self, timestamp: u64) -> eyre::Result<u64> {
        let (mut low, mut high) = (0, self.latest().await?.number() + 1);
        while low < high {
            let middle = low.midpoint(high);
            if self.block_at(middle).await?.timestamp() < timestamp { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    /// Logs of some addresses in a range of blocks, both ends included, oldest first.
    pub(crate) async fn logs(
        &self,
        addresses: &[Address],
        topic: Option<B256>,
        from: u64,
        to: u64,
    ) -> eyre::Result<Vec<LogJson>> {
        let topics = topic.into_iter().collect::<Vec<_>>();
        let filter =
            json!({"address": addresses, "topics": topics, "fromBlock": U64::from(from), "toBlock": U64::from(to)});
        Ok(self.request("eth_getLogs", vec![filter]).await?)
    }
}
