//! `testing_*`, of insecure networks only: blocks as a proposer would make them, which nobody gets.

use crate::{
    api::Api,
    arguments::{Arguments, Json},
    block_ref::BlockRef,
    chain::state_error,
    error::RpcError,
    json::{PayloadJson, quantity_in},
    methods::{Methods, Reads},
};
use althing_evm::{BuildLimits, Built, NextBlock, Rejection, TransactionSource, transaction_error_text};
use althing_primitives::{
    Address, B256, Block, Bytes, EMPTY_OMMER_ROOT_HASH, Header, RecoveredTransaction, Transaction, U256,
    consensus::transaction::SignerRecoverable,
    eips::{
        eip1559::calculate_block_gas_limit,
        eip2718::Decodable2718,
        eip4895::{Withdrawal, Withdrawals},
    },
};
use althing_txpool::BestTransactions;
use serde::Deserialize;
use std::{sync::Arc, vec};
use tokio::time::Instant;

/// Where an imported chain's gas limit drifts to (geth's number).
const GAS_CEILING: u64 = 60_000_000;
/// Yellow paper: bytes of `extraData`.
const EXTRA_BYTES_MAX: usize = 32;

pub(crate) fn register(methods: &mut Methods) {
    methods.working("testing_buildBlockV1", 4, build_block);
}

/// engine API's `PayloadAttributesV3`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    #[serde(deserialize_with = "quantity_in")]
    timestamp: u64,
    prev_randao: B256,
    suggested_fee_recipient: Address,
    withdrawals: Option<Vec<Withdrawal>>,
    parent_beacon_block_root: Option<B256>,
}

fn build_block(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<PayloadJson, RpcError> {
    let parent: B256 = arguments.required()?;
    let Json(attributes) = arguments.required::<Json<Attributes>>()?;
    let transactions = arguments.optional::<Json<Vec<Bytes>>>()?.map(|Json(list)| list);
    let extra: Bytes = arguments.optional()?.unwrap_or_default();
    let head = reads.api.chain.head();
    if head.hash != parent {
        return Err(RpcError::refused("parentHash is not current head"));
    }
    let parent = reads.api.chain.block(head.number, reads.reach)?;
    let header = draft(reads, &parent, &attributes, extra)?;
    let withdrawals = Withdrawals::new(attributes.withdrawals.unwrap_or_default());
    build(reads, &parent, header, withdrawals, transactions)
}

/// All of the header that is decided before the transactions.
fn draft(reads: Reads<'_>, parent: &Block, attributes: &Attributes, extra: Bytes) -> Result<Header, RpcError> {
    let api = reads.api;
    let Attributes { timestamp, prev_randao, suggested_fee_recipient, parent_beacon_block_root, .. } = *attributes;
    let before = parent.header.timestamp;
    if timestamp <= before {
        return Err(RpcError::refused(format!("invalid timestamp, parent {before} given {timestamp}")));
    }
    if extra.len() > EXTRA_BYTES_MAX {
        return Err(RpcError::refused(format!("extra-data too long: {} > {EXTRA_BYTES_MAX}", extra.len())));
    }
    let next = NextBlock { timestamp, prevrandao: prev_randao, beneficiary: suggested_fee_recipient };
    let view = api.chain.view(BlockRef::Hash { hash: parent.hash(), canonical: true }, reads.reach)?;
    let terms = api.executor.terms(&view).map_err(state_error)?;
    let mut header = api.executor.next_header(&parent.header, next, &terms);
    if header.excess_blob_gas.is_some() != parent_beacon_block_root.is_some() {
        return Err(RpcError::arguments("parentBeaconBlockRoot is missing, or there before its fork"));
    }
    header.parent_hash = parent.hash();
    header.ommers_hash = EMPTY_OMMER_ROOT_HASH;
    header.extra_data = extra;
    header.parent_beacon_block_root = parent_beacon_block_root;
    if api.spec.consortium().is_none() {
        header.gas_limit = calculate_block_gas_limit(header.gas_limit, GAS_CEILING);
    }
    Ok(header)
}

fn build(
    reads: Reads<'_>,
    parent: &Block,
    header: Header,
    withdrawals: Withdrawals,
    transactions: Option<Vec<Bytes>>,
) -> Result<PayloadJson, RpcError> {
    let api = reads.api;
    let view = api.chain.view(BlockRef::Hash { hash: parent.hash(), canonical: true }, reads.reach)?;
    let mut source = match transactions {
        Some(raw) => Source::Given(Given::decode(raw)?),
        None => Source::Pool(api.pool.best(header.base_fee_per_gas.unwrap_or_default(), &[])),
    };
    let due = Instant::now() + api.config.limits.trace_time;
    let limits = BuildLimits { gas: header.gas_limit, bytes: usize::MAX, deadline: &|| Instant::now() >= due };
    let built = api.executor.build_draft(header, withdrawals, &view, &mut source, &limits);
    let Built { mut header, body, executed, .. } = built.map_err(|error| RpcError::refused(error.to_string()))?;
    source.all_taken(body.transactions.len())?;
    header.state_root = view.root_after(&executed.changes).map_err(state_error)?;
    let value = value(api, &header, &body.transactions, &executed.receipts);
    Ok(PayloadJson::new(&Block::new(header, body), value, &executed.requests))
}

/// What the fee recipient gets, in wei.
fn value(api: &Api, header: &Header, transactions: &[Transaction], receipts: &[althing_primitives::Receipt]) -> U256 {
    let mut before = 0;
    let mut value = U256::ZERO;
    for (tx, receipt) in transactions.iter().zip(receipts) {
        let gas = receipt.cumulative_gas_used - before;
        before = receipt.cumulative_gas_used;
        value += U256::from(gas) * U256::from(api.pricing.tip(tx, header.base_fee_per_gas));
    }
    value
}

/// Where the transactions come from.
enum Source {
    /// The client: all of them, in order.
    Given(Given),
    /// The pool: what fits.
    Pool(BestTransactions),
}

struct Given {
    rest: vec::IntoIter<Arc<RecoveredTransaction>>,
    count: usize,
    rejected: Option<Rejection>,
}

impl Given {
    fn decode(raw: Vec<Bytes>) -> Result<Self, RpcError> {
        let decoded = raw.iter().enumerate().map(|(index, raw)| recovered(index, raw));
        let transactions = decoded.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { count: transactions.len(), rest: transactions.into_iter(), rejected: None })
    }
}

fn recovered(index: usize, raw: &Bytes) -> Result<Arc<RecoveredTransaction>, RpcError> {
    let invalid = |reason: String| RpcError::refused(format!("invalid transaction {index}: {reason}"));
    let tx = Transaction::decode_2718_exact(raw).map_err(|error| invalid(error.to_string()))?;
    let sender = tx.recover_signer().map_err(|_| invalid("invalid transaction v, r, s values".to_owned()))?;
    Ok(Arc::new(RecoveredTransaction::new_unchecked(tx, sender)))
}

impl TransactionSource for Source {
    fn next(&mut self) -> Option<Arc<RecoveredTransaction>> {
        match self {
            Self::Given(given) => given.rest.next().filter(|_| given.rejected.is_none()),
            Self::Pool(best) => best.next(),
        }
    }

    fn reject(&mut self, hash: &B256, rejection: Rejection) {
        match self {
            Self::Given(given) => drop(given.rejected.get_or_insert(rejection)),
            // What a test cannot use stays in the pool.
            Self::Pool(best) => best.reject(hash, althing_txpool::Rejection::Later),
        }
    }
}

impl Source {
    /// The client's transactions are all in the block, or there is none.
    fn all_taken(&self, taken: usize) -> Result<(), RpcError> {
        match self {
            Self::Given(Given { rejected: Some(Rejection::Invalid(error)), .. }) => {
                Err(RpcError::refused(transaction_error_text(error)))
            }
            Self::Given(given) if taken < given.count => {
                Err(RpcError::refused("the transactions do not fit a block, or do not follow one another"))
            }
            _ => Ok(()),
        }
    }
}
