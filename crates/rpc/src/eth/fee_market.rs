//! What gas costs. In fee mode zero: nothing, everywhere and at all times.

use crate::{
    api::Api,
    arguments::{Arguments, Count, Json},
    block_ref::BlockRef,
    chain::{Reach, state_error},
    error::RpcError,
    fees::Pricing,
    json::quantity,
    methods::{Methods, Reads},
    prices::Prices,
};
use althing_contracts::is_system;
use althing_evm::next_base_fee;
use althing_primitives::{BlockNumber, CommittedBlock, Header, Transaction, TransactionExt, U64, U256};
use serde::Serialize;

/// Blocks whose tips are looked at for a suggestion (geth's number).
const SAMPLED_BLOCKS: u64 = 20;
/// Cheapest transactions of each that count (geth's number).
const SAMPLED_TRANSACTIONS: usize = 3;
/// The suggestion is this percentile of them (geth's number).
const SUGGESTED_PERCENTILE: usize = 60;
/// Suggestion where nobody has paid yet, in wei (geth's number).
const DEFAULT_TIP: u128 = 1_000_000_000;
/// Most a suggestion follows a spike, in wei (geth's number).
const TIP_MAX: u128 = 500_000_000_000;
/// Percentiles one `eth_feeHistory` may ask (geth's number).
const PERCENTILES_MAX: usize = 100;

pub(super) fn register(methods: &mut Methods) {
    methods.inline("eth_gasPrice", 0, |api, _| Ok(U256::from(gas_price(api)?)));
    methods.inline("eth_maxPriorityFeePerGas", 0, |api, _| Ok(U256::from(suggested_tip(api)?)));
    methods.inline("eth_baseFee", 0, |api, _| Ok(U64::from(base_fee_of_next(api)?)));
    methods.inline("eth_blobBaseFee", 0, |api, _| Ok(U256::from(blob_base_fee(api, &head(api)?.block.header))));
    methods.reading("eth_feeHistory", 3, fee_history);
}

fn head(api: &Api) -> Result<std::sync::Arc<CommittedBlock>, RpcError> {
    match api.chain.committed(api.chain.head().number, Reach::Memory) {
        Err(RpcError::OnDisk) => Err(RpcError::Internal("the head is not in memory")),
        head => head,
    }
}

/// A header that follows, as far as fees go.
fn successor(parent: &Header) -> Header {
    Header { number: parent.number + 1, timestamp: parent.timestamp + 1, ..Header::default() }
}

/// Base fee of the next block in wei, 0 where there is none.
pub(super) fn base_fee_of_next(api: &Api) -> Result<u64, RpcError> {
    let head = head(api)?;
    let parent = &head.block.header;
    let view = api.chain.view(BlockRef::Number(parent.number), Reach::Memory)?;
    let fees = api.executor.terms(&view).map_err(state_error)?.fees;
    Ok(next_base_fee(&api.spec, fees, parent, &successor(parent)).unwrap_or_default())
}

/// A legacy gas price that pays for the next block, in wei.
pub(super) fn gas_price(api: &Api) -> Result<u128, RpcError> {
    // As geth does: with the head's base fee, not the next one's, unless the members just agreed on fees or none.
    let base_fee = match head(api)?.block.header.base_fee_per_gas.unwrap_or_default() {
        base_fee if (base_fee == 0) == api.is_free() => base_fee,
        _ => base_fee_of_next(api)?,
    };
    Ok(suggested_tip(api)?.saturating_add(base_fee.into()))
}

/// A tip that lately was enough, in wei.
pub(super) fn suggested_tip(api: &Api) -> Result<u128, RpcError> {
    if api.is_free() {
        return Ok(0);
    }
    let head = api.chain.head().number;
    let first = head.saturating_sub(SAMPLED_BLOCKS - 1).max(api.chain.recent_from());
    let mut tips = Vec::new();
    for number in first..=head {
        tips.extend(lowest_tips(&*api.chain.committed(number, Reach::Memory)?, api.pricing));
    }
    tips.sort_unstable();
    let last = tips.len().saturating_sub(1);
    Ok(tips.get(last * SUGGESTED_PERCENTILE / 100).copied().unwrap_or(DEFAULT_TIP).min(TIP_MAX))
}

/// The lowest tips of a block that are worth something.
fn lowest_tips(block: &CommittedBlock, pricing: Pricing) -> Vec<u128> {
    let base_fee = block.block.header.base_fee_per_gas;
    // Members' calls of system contracts may be free, whatever they offer.
    let says_nothing = |tx: &Transaction| pricing == Pricing::Agreed && tx.to().is_some_and(|to| is_system(&to));
    let paying = block.block.transactions().filter(|(tx, _)| !says_nothing(tx));
    let mut tips: Vec<u128> = paying.map(|(tx, _)| pricing.tip(tx, base_fee)).filter(|tip| *tip > 1).collect();
    tips.sort_unstable();
    tips.truncate(SAMPLED_TRANSACTIONS);
    tips
}

/// Wei per unit of blob gas in a block. No vote changes it: only imported chains have blobs.
pub(super) fn blob_base_fee(api: &Api, header: &Header) -> u128 {
    let params = api.spec.forks().blob_params(header.timestamp);
    params.zip(header.excess_blob_gas).map_or(0, |(params, excess)| params.calc_blob_fee(excess))
}

/// Wei per unit of blob gas in the block after this one.
fn blob_base_fee_of_next(api: &Api, parent: &Header) -> u128 {
    let Some(params) = api.spec.forks().blob_params(parent.timestamp) else { return 0 };
    let (Some(excess), Some(used)) = (parent.excess_blob_gas, parent.blob_gas_used) else { return 0 };
    let base_fee = parent.base_fee_per_gas.unwrap_or_default();
    params.calc_blob_fee(params.next_block_excess_blob_gas_osaka(excess, used, base_fee))
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct FeeHistory {
    #[serde(serialize_with = "quantity")]
    oldest_block: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reward: Option<Vec<Vec<U256>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    base_fee_per_gas: Vec<U256>,
    gas_used_ratio: Vec<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    base_fee_per_blob_gas: Vec<U256>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blob_gas_used_ratio: Vec<f64>,
}

fn fee_history(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<FeeHistory, RpcError> {
    let Count(wanted) = arguments.required()?;
    let newest: BlockRef = arguments.required()?;
    let percentiles = arguments.optional::<Json<Vec<f64>>>()?.map(|Json(list)| list).unwrap_or_default();
    check_percentiles(&percentiles)?;
    let chain = &reads.api.chain;
    let newest = chain.number(newest).ok_or_else(|| beyond_head(chain.head().number))?;
    let count = wanted.min(reads.api.config.limits.fee_history_blocks).min(newest + 1);
    let mut history = FeeHistory::new(newest + 1 - count, !percentiles.is_empty());
    for number in newest + 1 - count..=newest {
        if count == 0 {
            break;
        }
        history.add(reads, number, &percentiles)?;
    }
    history.add_next(reads, newest, count)?;
    Ok(history)
}

fn beyond_head(head: BlockNumber) -> RpcError {
    RpcError::refused(format!("request beyond head block: head {head}"))
}

fn check_percentiles(percentiles: &[f64]) -> Result<(), RpcError> {
    if percentiles.len() > PERCENTILES_MAX {
        return Err(RpcError::refused(format!("over the query limit {PERCENTILES_MAX}")));
    }
    if let Some(wrong) = percentiles.iter().find(|percentile| !(0.0..=100.0).contains(*percentile)) {
        return Err(RpcError::refused(format!("invalid reward percentile: {wrong}")));
    }
    match percentiles.windows(2).find(|pair| pair[0] > pair[1]) {
        Some(pair) => Err(RpcError::refused(format!("invalid reward percentile: #{} > #{}", pair[0], pair[1]))),
        None => Ok(()),
    }
}

impl FeeHistory {
    fn new(oldest_block: u64, rewards: bool) -> Self {
        Self {
            oldest_block,
            reward: rewards.then(Vec::new),
            base_fee_per_gas: Vec::new(),
            gas_used_ratio: Vec::new(),
            base_fee_per_blob_gas: Vec::new(),
            blob_gas_used_ratio: Vec::new(),
        }
    }

    fn add(&mut self, reads: Reads<'_>, number: BlockNumber, percentiles: &[f64]) -> Result<(), RpcError> {
        let block = reads.api.chain.committed(number, reads.reach)?;
        let header = &block.block.header;
        self.base_fee_per_gas.push(U256::from(header.base_fee_per_gas.unwrap_or_default()));
        self.gas_used_ratio.push(ratio(header.gas_used, header.gas_limit));
        self.base_fee_per_blob_gas.push(U256::from(blob_base_fee(reads.api, header)));
        let blob_gas_max = reads.api.spec.forks().blob_params(header.timestamp);
        let blob_gas_max = blob_gas_max.map_or(0, |params| params.max_blob_gas_per_block());
        self.blob_gas_used_ratio.push(ratio(header.blob_gas_used.unwrap_or_default(), blob_gas_max));
        if let Some(reward) = &mut self.reward {
            reward.push(rewards(&block, &Prices::of(reads, &block.block)?, percentiles));
        }
        Ok(())
    }

    /// The fees of the block after the newest, which are known already.
    fn add_next(&mut self, reads: Reads<'_>, newest: BlockNumber, count: u64) -> Result<(), RpcError> {
        if count == 0 {
            self.oldest_block = 0;
            self.reward = None;
            return Ok(());
        }
        let block = reads.api.chain.block(newest, reads.reach)?;
        let next = match newest < reads.api.chain.head().number {
            true => reads.api.chain.block(newest + 1, reads.reach)?.header.base_fee_per_gas.unwrap_or_default(),
            false => base_fee_of_next(reads.api)?,
        };
        self.base_fee_per_gas.push(U256::from(next));
        self.base_fee_per_blob_gas.push(U256::from(blob_base_fee_of_next(reads.api, &block.header)));
        Ok(())
    }
}

fn ratio(used: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { used as f64 / of as f64 }
}

/// For each percentile of the block's gas, the tip paid there.
fn rewards(block: &CommittedBlock, prices: &Prices, percentiles: &[f64]) -> Vec<U256> {
    let mut used_before = 0;
    let mut paid: Vec<(u128, u64)> = Vec::with_capacity(block.receipts.len());
    for (index, ((tx, _), receipt)) in block.block.transactions().zip(block.receipts.iter()).enumerate() {
        paid.push((prices.tip(index, tx), receipt.cumulative_gas_used - used_before));
        used_before = receipt.cumulative_gas_used;
    }
    paid.sort_by_key(|(tip, _)| *tip);
    let gas_used = block.block.header.gas_used as f64;
    let mut sum = paid.first().map_or(0, |(_, gas)| *gas);
    let mut index = 0;
    let reward = |percentile: &f64| {
        let threshold = (gas_used * percentile / 100.0) as u64;
        while sum < threshold && index + 1 < paid.len() {
            index += 1;
            sum += paid[index].1;
        }
        paid.get(index).map_or(U256::ZERO, |(tip, _)| U256::from(*tip))
    };
    percentiles.iter().map(reward).collect()
}
