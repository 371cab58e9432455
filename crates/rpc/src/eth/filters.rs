//! Polled filters.

use super::logs;
use crate::{
    arguments::Arguments,
    chain::Reach,
    error::RpcError,
    filters::FilterKind,
    json::LogJson,
    log_query::LogRequest,
    methods::{Methods, Reads},
};
use althing_primitives::{B256, BlockNumber};
use serde::Serialize;
use std::{ops::RangeInclusive, sync::Arc};

pub(super) fn register(methods: &mut Methods) {
    methods.inline("eth_newFilter", 1, |api, arguments| {
        let request = Arc::new(LogRequest::take(arguments, &api.config.limits)?);
        api.filters.add(FilterKind::Logs { after: api.chain.head().number, request }, (api.now_ms)())
    });
    methods.inline("eth_newBlockFilter", 0, |api, _| {
        api.filters.add(FilterKind::Blocks { after: api.chain.head().number }, (api.now_ms)())
    });
    // The flag that asks for whole transactions is taken and, as a filter reports hashes, not followed.
    methods.inline("eth_newPendingTransactionFilter", 1, |api, _| api.filters.add_pending((api.now_ms)()));
    methods.inline("eth_uninstallFilter", 1, |api, arguments| Ok(api.filters.remove(&arguments.required::<String>()?)));
    methods.reading("eth_getFilterChanges", 1, changes);
    methods.reading("eth_getFilterLogs", 1, all_logs);
}

#[derive(Clone, Serialize)]
#[serde(untagged)]
enum Changes {
    Hashes(Vec<B256>),
    Logs(Vec<LogJson>),
}

fn changes(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Changes, RpcError> {
    let id: String = arguments.required()?;
    let filters = &reads.api.filters;
    let now_ms = (reads.api.now_ms)();
    match filters.get(&id, now_ms)? {
        FilterKind::Pending { .. } => Ok(Changes::Hashes(filters.take_pending(&id, now_ms)?)),
        FilterKind::Blocks { after } => {
            let range = new_blocks(reads, after);
            let hash = |number| reads.api.chain.block(number, reads.reach).map(|block| block.hash());
            let hashes = range.clone().map(hash).collect::<Result<_, _>>()?;
            filters.advance(&id, *range.end(), now_ms)?;
            Ok(Changes::Hashes(hashes))
        }
        FilterKind::Logs { after, request } => {
            let range = new_blocks(reads, after);
            let found = new_logs(reads, &request, range.clone())?;
            filters.advance(&id, *range.end(), now_ms)?;
            Ok(Changes::Logs(found))
        }
    }
}

/// Heights above `after`; after a long pause only as many as one query may span.
fn new_blocks(reads: Reads<'_>, after: BlockNumber) -> RangeInclusive<BlockNumber> {
    let head = reads.api.chain.head().number;
    let oldest = (head + 1).saturating_sub(reads.api.config.limits.log_blocks);
    (after + 1).max(oldest)..=head
}

fn new_logs(
    reads: Reads<'_>,
    request: &LogRequest,
    range: RangeInclusive<BlockNumber>,
) -> Result<Vec<LogJson>, RpcError> {
    if range.is_empty() {
        return Ok(Vec::new());
    }
    let api = reads.api;
    let reach = if *range.start() >= api.chain.recent_from() { Reach::Memory } else { reads.reach };
    request.search(&api.chain, range, reach, &api.config.limits, api.config.edition)
}

fn all_logs(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<LogJson>, RpcError> {
    let id: String = arguments.required()?;
    match reads.api.filters.get(&id, (reads.api.now_ms)())? {
        FilterKind::Logs { request, .. } => logs::search(reads, &request),
        _ => Err(RpcError::refused("filter not found")),
    }
}
