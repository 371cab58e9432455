//! `txpool_*`: what waits for a block.

use crate::{
    api::Api,
    arguments::Arguments,
    error::RpcError,
    json::TransactionJson,
    methods::{Methods, Reads},
};
use althing_primitives::{Address, TransactionExt, U64};
use althing_txpool::{Content, PooledTransaction};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

pub(crate) fn register(methods: &mut Methods) {
    methods.inline("txpool_status", 0, status);
    methods.working("txpool_content", 0, content);
    methods.working("txpool_inspect", 0, inspect);
    methods.working("txpool_contentFrom", 1, content_from);
}

/// Executable and waiting ones.
#[derive(Clone, Serialize)]
struct Split<T> {
    pending: T,
    queued: T,
}

/// By nonce, in decimal.
type ByNonce<T> = BTreeMap<String, T>;
/// By sender, then nonce.
type BySender<T> = BTreeMap<String, ByNonce<T>>;

fn status(api: &Api, _: &mut Arguments<'_>) -> Result<Split<U64>, RpcError> {
    let status = api.pool.status();
    Ok(Split { pending: U64::from(status.pending), queued: U64::from(status.queued) })
}

fn content(reads: Reads<'_>, _: &mut Arguments<'_>) -> Result<Split<BySender<TransactionJson>>, RpcError> {
    let show = |tx: &PooledTransaction| pending(reads.api, tx);
    Ok(split(reads.api.pool.content(), show))
}

fn inspect(reads: Reads<'_>, _: &mut Arguments<'_>) -> Result<Split<BySender<String>>, RpcError> {
    Ok(split(reads.api.pool.content(), summary))
}

fn content_from(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Split<ByNonce<TransactionJson>>, RpcError> {
    let sender: Address = arguments.required()?;
    let Content { mut pending, mut queued } = reads.api.pool.content_of(&sender);
    let show = |list: Option<Vec<Arc<PooledTransaction>>>| {
        by_nonce(list.unwrap_or_default(), |tx| self::pending(reads.api, tx))
    };
    Ok(Split { pending: show(pending.remove(&sender)), queued: show(queued.remove(&sender)) })
}

fn split<T>(content: Content, show: impl Fn(&PooledTransaction) -> T) -> Split<BySender<T>> {
    let by_sender = |list: BTreeMap<Address, Vec<Arc<PooledTransaction>>>| {
        list.into_iter().map(|(sender, list)| (sender.to_checksum(None), by_nonce(list, &show))).collect()
    };
    Split { pending: by_sender(content.pending), queued: by_sender(content.queued) }
}

fn by_nonce<T>(list: Vec<Arc<PooledTransaction>>, show: impl Fn(&PooledTransaction) -> T) -> ByNonce<T> {
    list.iter().map(|tx| (tx.nonce().to_string(), show(tx))).collect()
}

fn pending(api: &Api, tx: &PooledTransaction) -> TransactionJson {
    TransactionJson::pending(tx.transaction().inner(), tx.sender(), api.config.edition)
}

/// geth's one-line form.
fn summary(tx: &PooledTransaction) -> String {
    let inner = tx.transaction().inner();
    let to = inner.to().map_or_else(|| "contract creation".to_owned(), |to| to.to_checksum(None));
    format!("{to}: {} wei + {} gas × {} wei", inner.value(), inner.gas_limit(), inner.max_fee_per_gas())
}
