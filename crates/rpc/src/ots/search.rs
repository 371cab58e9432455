//! Transactions that concern an address, page by page.
//!
//! Storage's index names the blocks that changed the account, called it directly or in which it
//! logged; these are executed again to see which of their transactions it took part in. So a
//! contract that a transaction only calls from inside, without changing it or making it log, is
//! not found by that transaction.

use crate::{
    allowance::Allowance,
    arguments::{Arguments, Count},
    chain::state_error,
    error::RpcError,
    eth::receipt_context,
    json::{Inclusion, TimedReceipt, TransactionJson},
    methods::Reads,
    trace::traced,
};
use alloy_rpc_types_trace::parity::{Action, TransactionTrace};
use althing_evm::TraceTypes;
use althing_primitives::{Address, BlockNumber, CommittedBlock, RecoveredBlock, Transaction, TransactionExt};
use serde::Serialize;
use std::{ops::RangeInclusive, sync::Arc};

/// Blocks looked for in the index at first; a step that finds few quadruples the next...
const WINDOW_MIN: u64 = 1 << 8;
/// ...up to so many, whose list takes half a megabyte.
const WINDOW_MAX: u64 = 1 << 16;

/// Which way a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To older blocks.
    Before,
    /// To newer ones.
    After,
}

/// Newest first.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    txs: Vec<TransactionJson>,
    receipts: Vec<TimedReceipt>,
    /// Nothing newer there.
    first_page: bool,
    /// Nothing older there.
    last_page: bool,
}

/// Arguments: address, block to start from (0 for the chain's end), transactions wanted. The last
/// block is always shown whole, so a page may hold more.
pub(super) fn search(reads: Reads<'_>, arguments: &mut Arguments<'_>, direction: Direction) -> Result<Page, RpcError> {
    let address: Address = arguments.required()?;
    let (Count(from), Count(size)) = (arguments.required()?, arguments.required()?);
    let most = reads.api.config.limits.search_page;
    if !(1..=most).contains(&size) {
        return Err(RpcError::Limit(format!("page size must be from 1 to {most}").into()));
    }
    let head = reads.api.chain.head().number;
    let candidates = Candidates { reads, address, direction, rest: span(direction, from, head), window: WINDOW_MIN };
    let (mut found, more) = collect(reads, candidates, size as usize)?;
    let (first_page, last_page) = match direction {
        Direction::Before => (from == 0 || from > head, !more),
        Direction::After => (!more, from == 0),
    };
    if direction == Direction::After {
        found.reverse();
    }
    let shown = found.iter().flat_map(|(block, indices)| indices.iter().rev().map(move |index| (block, *index)));
    let shown: Result<Vec<_>, _> = shown.map(|(block, index)| show(reads, block, index)).collect();
    let (txs, receipts) = shown?.into_iter().flatten().unzip();
    Ok(Page { txs, receipts, first_page, last_page })
}

/// Heights to look in; `None` where there are none.
fn span(direction: Direction, from: BlockNumber, head: BlockNumber) -> Option<RangeInclusive<BlockNumber>> {
    match (direction, from) {
        (Direction::Before, 0) => Some(0..=head),
        (Direction::Before, from) => Some(0..=head.min(from - 1)),
        (Direction::After, 0) => Some(0..=head),
        (Direction::After, from) => (from < head).then(|| from + 1..=head),
    }
}

/// Blocks with the transactions in them that concern the address.
type Found = Vec<(Arc<CommittedBlock>, Vec<usize>)>;

/// At least `size` transactions if there are so many, and whether there are more. When time is up, what was found is
/// a page, and there may be more.
fn collect(reads: Reads<'_>, candidates: Candidates<'_>, size: usize) -> Result<(Found, bool), RpcError> {
    let allowance = Allowance::new(reads.api);
    let address = candidates.address;
    let (mut found, mut count) = (Found::new(), 0);
    for number in candidates.blocks() {
        let block = reads.api.chain.committed(number?, reads.reach)?;
        let indices = match concerned(reads, &allowance, &block.block, &address) {
            Ok(indices) => indices,
            Err(_) if allowance.is_over() && count > 0 => return Ok((found, true)),
            Err(error) => return Err(error),
        };
        if count >= size && !indices.is_empty() {
            return Ok((found, true));
        }
        if !indices.is_empty() {
            count += indices.len();
            found.push((block, indices));
        }
        if allowance.is_over() {
            return if count > 0 { Ok((found, true)) } else { Err(RpcError::refused("search aborted (timeout)")) };
        }
    }
    Ok((found, false))
}

/// Which of a block's transactions an address took part in.
fn concerned(
    reads: Reads<'_>,
    allowance: &Allowance<'_>,
    block: &RecoveredBlock,
    address: &Address,
) -> Result<Vec<usize>, RpcError> {
    let direct = |(tx, sender): (&Transaction, Address)| sender == *address || tx.to() == Some(*address);
    if block.transactions().all(direct) {
        return Ok((0..block.senders().len()).collect());
    }
    let results = traced(reads, allowance, block, 0..block.senders().len(), TraceTypes::TRACE)?;
    let takes_part = |traces: &[TransactionTrace]| traces.iter().any(|trace| names(trace, address));
    let transactions = block.transactions().zip(&results).enumerate();
    let hits = transactions.filter(|(_, (tx, results))| direct(*tx) || takes_part(&results.trace));
    Ok(hits.map(|(index, _)| index).collect())
}

fn names(trace: &TransactionTrace, address: &Address) -> bool {
    let heir = matches!(&trace.action, Action::Selfdestruct(end) if end.refund_address == *address);
    heir || trace.contains_address(*address)
}

type Shown = (TransactionJson, TimedReceipt);

fn show(reads: Reads<'_>, block: &CommittedBlock, index: usize) -> Result<Option<Shown>, RpcError> {
    let context = receipt_context(reads, block)?;
    let Some((tx, sender)) = block.block.transactions().nth(index) else { return Ok(None) };
    let at = Inclusion::of(&block.block, tx, index, &context.prices);
    let Some(receipt) = context.one(index) else { return Ok(None) };
    let timed = TimedReceipt { receipt, timestamp: block.block.header.timestamp };
    Ok(Some((TransactionJson::mined(tx, sender, at, reads.api.config.edition), timed)))
}

/// Blocks the index names, window by window.
struct Candidates<'a> {
    reads: Reads<'a>,
    address: Address,
    direction: Direction,
    rest: Option<RangeInclusive<BlockNumber>>,
    window: u64,
}

impl<'a> Candidates<'a> {
    fn blocks(mut self) -> impl Iterator<Item = Result<BlockNumber, RpcError>> + use<'a> {
        let windows = std::iter::from_fn(move || self.next_window());
        windows.flat_map(|window| match window {
            Ok(blocks) => blocks.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        })
    }

    fn next_window(&mut self) -> Option<Result<Vec<BlockNumber>, RpcError>> {
        let window = self.take_window()?;
        let storage = self.reads.api.chain.storage();
        let blocks = storage.account_candidates(&self.address, window).map_err(state_error);
        Some(blocks.map(|mut blocks| {
            if blocks.len() < WINDOW_MIN as usize / 4 {
                self.window = WINDOW_MAX.min(4 * self.window);
            }
            if self.direction == Direction::Before {
                blocks.reverse();
            }
            blocks
        }))
    }

    fn take_window(&mut self) -> Option<RangeInclusive<BlockNumber>> {
        let (from, to) = self.rest.take()?.into_inner();
        let more = self.window - 1;
        match self.direction {
            Direction::Before => {
                let start = from.max(to.saturating_sub(more));
                self.rest = (start > from).then(|| from..=start - 1);
                Some(start..=to)
            }
            Direction::After => {
                let end = to.min(from.saturating_add(more));
                self.rest = (end < to).then(|| end + 1..=to);
                Some(from..=end)
            }
        }
    }
}
