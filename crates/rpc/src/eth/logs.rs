//! `eth_getLogs`.

use crate::{
    arguments::Arguments,
    error::RpcError,
    json::LogJson,
    log_query::LogRequest,
    methods::{Methods, Reads},
};

pub(super) fn register(methods: &mut Methods) {
    methods.reading("eth_getLogs", 1, logs);
}

fn logs(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<LogJson>, RpcError> {
    let request = LogRequest::take(arguments, &reads.api.config.limits)?;
    search(reads, &request)
}

/// Every log a request matches.
pub(super) fn search(reads: Reads<'_>, request: &LogRequest) -> Result<Vec<LogJson>, RpcError> {
    let limits = &reads.api.config.limits;
    let range = request.range(&reads.api.chain, limits)?;
    request.search(&reads.api.chain, range, reads.reach, limits, reads.api.config.edition)
}
