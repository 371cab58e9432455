//! Raw transactions into the pool.

use super::{blocks::receipt_context, hook, transactions::find_receipt};
use crate::{
    api::Api,
    arguments::Arguments,
    chain::Reach,
    error::RpcError,
    json::ReceiptJson,
    methods::{Methods, Reads},
};
use althing_primitives::{B256, Bytes, TxType, keccak256};
use althing_txpool::{Origin, PoolError};
use jsonrpsee::types::Params;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};

/// Besu's code of a transaction that the network's permissions exclude; the texts of the lists are Subnet-EVM's.
const SENDER_NOT_AUTHORIZED: i32 = -32007;
/// So many are recovered where they are; for more a worker is worth the way.
const INLINE_MAX: usize = 2;

pub(super) fn register(methods: &mut Methods) {
    methods.reading("eth_sendRawTransaction", 1, send);
    let sync = |params: Params<'static>, api: Arc<Api>, _| async move { send_sync(&api, &params).await };
    methods.module.register_async_method("eth_sendRawTransactionSync", sync).expect("method names are distinct");
}

fn send(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<B256, RpcError> {
    let raw: Bytes = arguments.required()?;
    match reads.reach {
        Reach::Memory if is_slow(reads.api, &raw) => Err(RpcError::OnDisk),
        _ => submit(reads.api, raw),
    }
}

/// Whether it carries blobs, whose proofs take milliseconds to check.
fn is_blob(raw: &[u8]) -> bool {
    raw.first() == Some(&TxType::Eip4844.into())
}

/// Whether taking it is a worker's: blobs are to be proven, or a contract is to be asked.
fn is_slow(api: &Api, raw: &[u8]) -> bool {
    is_blob(raw) || hook::is_set(api)
}

/// Submits one transaction: some 50 µs, most of it the recovery of its sender, if it is not slow.
pub(super) fn submit(api: &Api, raw: Bytes) -> Result<B256, RpcError> {
    let answer = take(api, vec![raw]).pop();
    answer.ok_or(RpcError::Internal("pool: an answer is missing"))?.map_err(pool_error)
}

/// Where a contract is to be asked, one after another: what a client has the EVM do is no work for the threads that check
/// blocks, and it gets the time of a call for all of them.
fn take(api: &Api, raw: Vec<Bytes>) -> Vec<Result<B256, PoolError>> {
    if !hook::is_set(api) {
        return api.pool.submit(raw, Origin::Local);
    }
    let due = Instant::now() + api.config.limits.call_time;
    let one = |raw| match Instant::now() < due {
        true => api.pool.submit_allowed(vec![raw], Origin::Local, &|tx| hook::check(api, tx)),
        false => vec![Err(PoolError::HookNotAsked)],
    };
    raw.into_iter().flat_map(one).collect()
}

/// Submits many at once, so that their senders are recovered in parallel. One answer each, in order.
async fn submit_all(api: &Arc<Api>, raw: Vec<Bytes>) -> Vec<Result<B256, RpcError>> {
    if raw.len() <= INLINE_MAX && !raw.iter().any(|raw| is_slow(api, raw)) {
        return raw.into_iter().map(|raw| submit(api, raw)).collect();
    }
    let (shared, count) = (api.clone(), raw.len());
    match api.workers.run(move || Ok(take(&shared, raw))).await {
        Ok(answers) => answers.into_iter().map(|answer| answer.map_err(pool_error)).collect(),
        Err(_) => (0..count).map(|_| Err(RpcError::Limit("server is busy, try again".into()))).collect(),
    }
}

/// [`submit_all`] for what was parsed, mistakes included.
pub(crate) async fn submit_parsed(api: &Arc<Api>, raw: Vec<Result<Bytes, RpcError>>) -> Vec<Result<B256, RpcError>> {
    let good = raw.iter().filter_map(|raw| raw.as_ref().ok()).cloned().collect();
    let mut submitted = submit_all(api, good).await.into_iter();
    let mut next = |_: Bytes| submitted.next().unwrap_or(Err(RpcError::Internal("pool: an answer is missing")));
    raw.into_iter().map(|raw| raw.and_then(&mut next)).collect()
}

/// The pool's words are geth's already; only its own failure is nobody's business.
fn pool_error(error: PoolError) -> RpcError {
    match error {
        PoolError::State => RpcError::Internal("pool: state"),
        error @ PoolError::HookNotAsked => RpcError::Limit(error.to_string().into()),
        error @ (PoolError::SenderNotAllowed(_) | PoolError::DeployerNotAllowed(_) | PoolError::RefusedByHook) => {
            RpcError::Coded { code: SENDER_NOT_AUTHORIZED, message: error.to_string().into() }
        }
        error => RpcError::refused(error.to_string()),
    }
}

/// EIP-7966: submits and answers with the receipt.
async fn send_sync(api: &Arc<Api>, params: &Params<'static>) -> Result<ReceiptJson, RpcError> {
    let (raw, wait) = sync_arguments(api, params)?;
    if is_blob(&raw) {
        // Chains that take them make no blocks here, so there is nothing to wait for.
        return Err(RpcError::refused("blob transactions are not sent in step; use eth_sendRawTransaction"));
    }
    let hash = keccak256(&raw);
    // Before submitting, so that no block comes in between.
    let included = api.waiters.wait(hash)?;
    submit_all(api, vec![raw]).await.pop().ok_or(RpcError::Internal("pool: an answer is missing"))??;
    if let Ok(Ok((block, index))) = timeout(wait, included).await {
        let receipt = receipt_context(Reads { api, reach: Reach::Memory }, &block)?.one(index);
        return receipt.ok_or(RpcError::Internal("a receipt is missing"));
    }
    // The notification may have been lost (a lag of the whole window); the index does not lie.
    let reads = Reads { api, reach: Reach::Memory };
    let late = find_receipt(reads, &hash).ok().flatten();
    late.ok_or(RpcError::NotMinedInTime { seconds: wait.as_secs(), hash })
}

/// The transaction, and how long to wait: at most what the server allows.
fn sync_arguments(api: &Api, params: &Params<'_>) -> Result<(Bytes, Duration), RpcError> {
    let mut arguments = Arguments::new(params, 2)?;
    let raw = arguments.required()?;
    let limits = &api.config.limits;
    let wait = match arguments.optional::<crate::arguments::Count>()? {
        Some(crate::arguments::Count(0)) => return Err(RpcError::argument(1, "timeout must be above 0")),
        Some(crate::arguments::Count(wait_ms)) => Duration::from_millis(wait_ms).min(limits.sync_timeout_max),
        None => limits.sync_timeout,
    };
    Ok((raw, wait))
}
