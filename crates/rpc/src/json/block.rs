use super::{Edition, Inclusion, TransactionJson, quantity, quantity_opt};
use crate::prices::Prices;
use althing_primitives::{
    Address, B64, B256, Block, Bloom, Bytes, Header, RecoveredBlock, U256, eips::eip4895::Withdrawal, rlp::Encodable,
};
use serde::Serialize;

/// A header, as `newHeads` shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeaderJson {
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    base_fee_per_gas: Option<u64>,
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    blob_gas_used: Option<u64>,
    difficulty: U256,
    #[serde(serialize_with = "quantity_opt", skip_serializing_if = "Option::is_none")]
    excess_blob_gas: Option<u64>,
    extra_data: Bytes,
    #[serde(serialize_with = "quantity")]
    gas_limit: u64,
    #[serde(serialize_with = "quantity")]
    gas_used: u64,
    hash: B256,
    logs_bloom: Bloom,
    miner: Address,
    mix_hash: B256,
    nonce: B64,
    #[serde(serialize_with = "quantity")]
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_beacon_block_root: Option<B256>,
    parent_hash: B256,
    receipts_root: B256,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_hash: Option<B256>,
    #[serde(rename = "sha3Uncles")]
    ommers_hash: B256,
    state_root: B256,
    #[serde(serialize_with = "quantity")]
    timestamp: u64,
    transactions_root: B256,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawals_root: Option<B256>,
}

impl HeaderJson {
    /// `hash` is the header's own, computed by whoever has the block.
    pub(crate) fn new(header: &Header, hash: B256) -> Self {
        Self {
            base_fee_per_gas: header.base_fee_per_gas,
            blob_gas_used: header.blob_gas_used,
            difficulty: header.difficulty,
            excess_blob_gas: header.excess_blob_gas,
            extra_data: header.extra_data.clone(),
            gas_limit: header.gas_limit,
            gas_used: header.gas_used,
            hash,
            logs_bloom: header.logs_bloom,
            miner: header.beneficiary,
            mix_hash: header.mix_hash,
            nonce: header.nonce,
            number: header.number,
            parent_beacon_block_root: header.parent_beacon_block_root,
            parent_hash: header.parent_hash,
            receipts_root: header.receipts_root,
            requests_hash: header.requests_hash,
            ommers_hash: header.ommers_hash,
            state_root: header.state_root,
            timestamp: header.timestamp,
            transactions_root: header.transactions_root,
            withdrawals_root: header.withdrawals_root,
        }
    }
}

/// A block with its transactions, or an uncle without.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlockJson {
    #[serde(flatten)]
    header: HeaderJson,
    /// Bytes of the block's RLP.
    #[serde(serialize_with = "quantity")]
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    transactions: Option<TransactionsJson>,
    uncles: Vec<B256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawals: Option<Vec<WithdrawalJson>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum TransactionsJson {
    Hashes(Vec<B256>),
    Full(Vec<TransactionJson>),
}

/// Whether a block's transactions are wanted whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transactions {
    Hashes,
    Full,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawalJson {
    #[serde(serialize_with = "quantity")]
    index: u64,
    #[serde(serialize_with = "quantity")]
    validator_index: u64,
    address: Address,
    /// In gwei.
    #[serde(serialize_with = "quantity")]
    amount: u64,
}

impl From<&Withdrawal> for WithdrawalJson {
    fn from(withdrawal: &Withdrawal) -> Self {
        let Withdrawal { index, validator_index, address, amount } = *withdrawal;
        Self { index, validator_index, address, amount }
    }
}

impl BlockJson {
    pub(crate) fn new(block: &RecoveredBlock, transactions: Transactions, prices: &Prices, edition: Edition) -> Self {
        let body = &block.block().body;
        let transactions = match transactions {
            Transactions::Hashes => {
                TransactionsJson::Hashes(body.transactions.iter().map(|tx| *tx.tx_hash()).collect())
            }
            Transactions::Full => TransactionsJson::Full(full(block, prices, edition)),
        };
        Self {
            header: HeaderJson::new(&block.header, block.hash()),
            size: block.block().length() as u64,
            transactions: Some(transactions),
            uncles: body.ommers.iter().map(Header::hash_slow).collect(),
            withdrawals: body.withdrawals.as_ref().map(|list| list.iter().map(Into::into).collect()),
        }
    }

    /// An uncle: a header that is shown as a block with an empty body, without its transactions.
    pub(crate) fn uncle(header: &Header) -> Self {
        let size = Block::new(header.clone(), Default::default()).length() as u64;
        Self {
            header: HeaderJson::new(header, header.hash_slow()),
            size,
            transactions: None,
            uncles: Vec::new(),
            withdrawals: None,
        }
    }
}

fn full(block: &RecoveredBlock, prices: &Prices, edition: Edition) -> Vec<TransactionJson> {
    let transactions = block.transactions().zip(0..);
    transactions
        .map(|((tx, from), index)| TransactionJson::mined(tx, from, Inclusion::of(block, tx, index, prices), edition))
        .collect()
}

impl Inclusion {
    /// Where `tx` stands: at `index` of `block`.
    pub(crate) fn of(
        block: &RecoveredBlock,
        tx: &althing_primitives::Transaction,
        index: usize,
        prices: &Prices,
    ) -> Self {
        Self {
            block_hash: block.hash(),
            block_number: block.number(),
            block_timestamp: block.header.timestamp,
            index: index as u64,
            gas_price: prices.effective(index, tx),
        }
    }
}
