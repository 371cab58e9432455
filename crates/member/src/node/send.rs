use super::{At, LogJson, Node};
use crate::{
    abi::Call,
    answer::remark,
    keys::{KeyArgs, Signed, Signer},
    node::NodeArgs,
};
use althing_primitives::{Address, B256, U64, U256, consensus::TxEip1559};
use eyre::{WrapErr, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Between two looks for a receipt; blocks come 250 ms apart.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Looks before giving up: two minutes, for a network that has just lost a validator.
const LOOKS_MAX: u32 = 1200;
/// Gas beyond the estimate, in percent: another member's ballot in between may change what ours costs.
const GAS_MARGIN: u64 = 15;

/// A node and somebody's key.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) node: Node,
    signer: Signer,
}

/// What became of a transaction.
#[derive(Debug)]
pub(crate) enum Sent {
    /// It is in a block, and final.
    Included(Receipt),
    /// Nobody was asked to sign it.
    Unsigned(Value),
}

/// What is read of a receipt.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    pub(crate) transaction_hash: B256,
    block_number: U64,
    gas_used: U64,
    status: U64,
    pub(crate) logs: Vec<LogJson>,
}

impl Receipt {
    pub(crate) fn block(&self) -> u64 {
        self.block_number.to()
    }

    pub(crate) fn json(&self) -> Value {
        json!({"transactionHash": self.transaction_hash, "blockNumber": self.block(), "gasUsed": self.gas_used.to::<u64>()})
    }

    /// `in block 7: 0x…, 81,000 gas`
    pub(crate) fn text(&self) -> String {
        format!("in block {}: transaction {}, {} gas", self.block(), self.transaction_hash, self.gas_used)
    }
}

impl Desk {
    pub(crate) async fn open(node: &NodeArgs, key: &KeyArgs) -> eyre::Result<Self> {
        Ok(Self { node: node.connect()?, signer: key.open().await? })
    }

    pub(crate) const fn account(&self) -> Address {
        self.signer.account()
    }

    /// Fills, signs and sends a call and waits until it is in a block, which is final.
    ///
    /// # Errors
    /// The call would revert (the reason in words), the signer refuses, or the network does not include it.
    pub(crate) async fn send(&self, call: &Call) -> eyre::Result<Sent> {
        let transaction = self.fill(call).await?;
        let raw = match self.signer.sign(transaction).await? {
            Signed::Raw(raw) => raw,
            Signed::Unsigned(unsigned) => return Ok(Sent::Unsigned(unsigned)),
        };
        let hash: B256 = self.node.request("eth_sendRawTransaction", vec![json!(raw)]).await?;
        let receipt = self.receipt(hash).await?;
        if receipt.status.is_zero() {
            bail!("transaction {hash} failed: {}", self.reason(call, receipt.block()).await);
        }
        Ok(Sent::Included(receipt))
    }

    async fn fill(&self, call: &Call) -> eyre::Result<TxEip1559> {
        let from = self.account();
        let request = json!({"from": from, "to": call.target, "value": call.value, "input": call.data});
        let gas: U64 = self.node.request("eth_estimateGas", vec![request]).await?;
        let nonce: U64 = self.node.request("eth_getTransactionCount", vec![json!(from), json!("pending")]).await?;
        let tip: U256 = self.node.request("eth_maxPriorityFeePerGas", vec![]).await?;
        let tip = u128::try_from(tip).wrap_err("the priority fee of the node")?;
        let base = self.node.latest().await?.base_fee();
        let gas = gas.to::<u64>();
        Ok(TxEip1559 {
            chain_id: self.node.chain_id().await?,
            nonce: nonce.to(),
            gas_limit: gas.saturating_add(gas / 100 * GAS_MARGIN),
            max_fee_per_gas: base.saturating_mul(2).saturating_add(tip),
            max_priority_fee_per_gas: tip,
            to: call.target.into(),
            value: call.value,
            input: call.data.clone(),
            ..Default::default()
        })
    }

    async fn receipt(&self, hash: B256) -> eyre::Result<Receipt> {
        for look in 0..LOOKS_MAX {
            if let Some(receipt) = self.node.request("eth_getTransactionReceipt", vec![json!(hash)]).await? {
                return Ok(receipt);
            }
            if look == 100 {
                remark(&format!("waiting for transaction {hash}"));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        bail!("transaction {hash} is not in a block after two minutes; it may still come")
    }

    /// Why a call fails on the state it met.
    async fn reason(&self, call: &Call, block: u64) -> String {
        let request = json!({"from": self.account(), "to": call.target, "value": call.value, "input": call.data});
        match self.node.call(request, &At::block(block.saturating_sub(1))).await {
            Ok(_) => "something changed before it in the same block, or it ran out of gas".to_owned(),
            Err(error) => error.to_string(),
        }
    }
}
