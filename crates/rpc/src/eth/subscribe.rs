//! `eth_subscribe` over WebSocket.

use crate::{
    api::Api,
    arguments::Arguments,
    error::RpcError,
    json::{HeaderJson, TransactionJson},
    log_query::LogRequest,
    methods::{Methods, to_raw},
};
use jsonrpsee::{PendingSubscriptionSink, SubscriptionSink, types::Params};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::sync::broadcast::{Receiver, error::RecvError};

pub(super) fn register(methods: &mut Methods) {
    let subscribe = |params: Params<'static>, pending: PendingSubscriptionSink, api: Arc<Api>, _| async move {
        match Subscription::take(&params, &api) {
            Ok(subscription) => subscription.run(pending, api).await,
            Err(error) => pending.reject(error).await,
        }
    };
    methods
        .module
        .register_subscription("eth_subscribe", "eth_subscription", "eth_unsubscribe", subscribe)
        .expect("method names are distinct");
}

/// What a client wants to be told.
enum Subscription {
    NewHeads,
    Logs(LogRequest),
    PendingTransactions(Shown),
    Syncing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Hash,
    Whole,
}

impl Subscription {
    fn take(params: &Params<'_>, api: &Api) -> Result<Self, RpcError> {
        let mut arguments = Arguments::new(params, 2)?;
        let kind: String = arguments.required()?;
        match kind.as_str() {
            "newHeads" => Ok(Self::NewHeads),
            "logs" => Self::logs(&mut arguments, api).map(Self::Logs),
            "newPendingTransactions" => Ok(Self::PendingTransactions(match arguments.optional::<bool>()? {
                Some(true) => Shown::Whole,
                _ => Shown::Hash,
            })),
            "syncing" => Ok(Self::Syncing),
            _ => Err(RpcError::UnknownSubscription(kind)),
        }
    }

    fn logs(arguments: &mut Arguments<'_>, api: &Api) -> Result<LogRequest, RpcError> {
        // Blocks it names are not looked at: the stream starts with the next.
        arguments.optional()?.unwrap_or_else(LogRequest::everything).within(&api.config.limits)
    }

    async fn run(self, pending: PendingSubscriptionSink, api: Arc<Api>) {
        // Before the answer, so that nothing falls between the two.
        let blocks = api.chain.subscribe();
        let hashes = matches!(self, Self::PendingTransactions(_)).then(|| api.pool.pending_hashes());
        let Ok(sink) = pending.accept().await else { return };
        let edition = api.config.edition;
        match self {
            Self::NewHeads => {
                forward(blocks, sink, |block| vec![HeaderJson::new(&block.block.header, block.block.hash())]).await;
            }
            Self::Logs(request) => forward(blocks, sink, |block| request.matches(block, edition)).await,
            Self::PendingTransactions(shown) => {
                let Some(hashes) = hashes else { return };
                forward(hashes, sink, |hashes| hashes.iter().filter_map(|hash| api.pending(hash, shown)).collect())
                    .await;
            }
            // A node answers clients only when it is in step: there is nothing to tell.
            Self::Syncing => forward(blocks, sink, |_| Vec::<bool>::new()).await,
        }
    }
}

impl Api {
    fn pending(&self, hash: &althing_primitives::B256, shown: Shown) -> Option<Box<RawValue>> {
        match shown {
            Shown::Hash => to_raw(hash).ok(),
            Shown::Whole => {
                let pooled = self.pool.get(hash)?;
                let tx = pooled.transaction().inner();
                to_raw(&TransactionJson::pending(tx, pooled.sender(), self.config.edition)).ok()
            }
        }
    }
}

/// Sends what each event gives, until the client goes or falls too far behind: a gap it cannot
/// see would be worse than the end.
async fn forward<E, T>(mut events: Receiver<E>, sink: SubscriptionSink, show: impl Fn(&E) -> Vec<T>)
where
    E: Clone,
    T: Serialize,
{
    loop {
        let event = tokio::select! {
            () = sink.closed() => return,
            event = events.recv() => event,
        };
        let event = match event {
            Ok(event) => event,
            Err(RecvError::Lagged(_) | RecvError::Closed) => return,
        };
        for item in show(&event) {
            let Ok(item) = to_raw(&item) else { return };
            if sink.send(item).await.is_err() {
                return;
            }
        }
    }
}
