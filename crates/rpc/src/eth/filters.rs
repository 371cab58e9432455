//! Polled filters.

use super::logs;
use crate::{
    api::Api,
    arguments::Arguments,
    chain::Reach,
    error::RpcError,
    filters::FilterKind,
    json::LogJson,
    log_query::LogRequest,
    methods::{Methods, Reads},
};
use althing_primitives::{B256, BlockNumber};
use jsonrpsee::types::Params;
use serde::Serialize;
use std::{
    ops::RangeInclusive,
    sync::{Arc, Weak},
};
use tokio::sync::broadcast::{self, error::RecvError};

pub(super) fn register(methods: &mut Methods) {
    methods.inline("eth_newFilter", 1, |api, arguments| {
        let request = Arc::new(LogRequest::take(arguments, &api.config.limits)?);
        api.filters.add(FilterKind::Logs { after: api.chain.head().number, request }, (api.now_ms)())
    });
    methods.inline("eth_newBlockFilter", 0, |api, _| {
        api.filters.add(FilterKind::Blocks { after: api.chain.head().number }, (api.now_ms)())
    });
    // The flag that asks for whole transactions is taken and, as a filter reports hashes, not followed.
    let pending = |_: Params<'static>, api: Arc<Api>, _| async move { new_pending(&api) };
    methods
        .module
        .register_async_method("eth_newPendingTransactionFilter", pending)
        .expect("method names are distinct");
    methods.inline("eth_uninstallFilter", 1, |api, arguments| Ok(api.filters.remove(&arguments.required::<String>()?)));
    methods.reading("eth_getFilterChanges", 1, changes);
    methods.reading("eth_getFilterLogs", 1, all_logs);
}

/// A new filter, and somebody who feeds it.
fn new_pending(api: &Arc<Api>) -> Result<String, RpcError> {
    let hashes = api.pool.pending_hashes();
    let id = api.filters.add_pending((api.now_ms)())?;
    if api.filters.start_following() {
        tokio::spawn(follow(Arc::downgrade(api), hashes));
    }
    Ok(id)
}

/// Notes pending transactions until no filter asks for them any more, or the server is gone.
async fn follow(api: Weak<Api>, mut hashes: broadcast::Receiver<Arc<[B256]>>) {
    loop {
        let hashes = match hashes.recv().await {
            Ok(hashes) => hashes,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        let Some(api) = api.upgrade() else { return };
        if !api.filters.note_pending(&hashes, (api.now_ms)()) {
            return;
        }
    }
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
