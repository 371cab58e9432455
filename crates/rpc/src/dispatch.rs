use crate::{api::Api, arguments::Arguments, error::RpcError, eth};
use althing_primitives::{B256, Bytes};
use jsonrpsee::{
    BatchResponseBuilder, MethodResponse, ResponsePayload,
    core::middleware::{Batch, BatchEntry, Notification, RpcServiceT},
    server::middleware::rpc::RpcService,
    types::{ErrorObjectOwned, Id, Params, Request, error::INTERNAL_ERROR_CODE},
};
use std::{collections::HashSet, future::Future, net::IpAddr, sync::Arc};

/// The method whose batches are taken as one.
pub(crate) const SEND_RAW: &str = "eth_sendRawTransaction";

/// Between jsonrpsee and the methods: geth's words for unknown methods, and batches of raw
/// transactions handed to the pool in one piece, which recovers their senders in parallel.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch {
    pub(crate) inner: RpcService,
    pub(crate) api: Arc<Api>,
    pub(crate) names: Arc<HashSet<&'static str>>,
    pub(crate) client: IpAddr,
}

impl RpcServiceT for Dispatch {
    type MethodResponse = MethodResponse;
    type NotificationResponse = MethodResponse;
    type BatchResponse = MethodResponse;

    fn call<'a>(&self, request: Request<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let refused = self.refused(request.method_name());
        let subscribes = matches!(request.method_name(), "eth_subscribe" | "eth_unsubscribe");
        let id = (refused.is_some() || subscribes).then(|| request.id.clone());
        let inner = refused.is_none().then(|| self.inner.call(request));
        async move {
            let (Some(response), None) = (option(inner).await, &refused) else {
                return refuse(id.unwrap_or(Id::Null), refused.unwrap_or(RpcError::Internal("dispatch: no call")));
            };
            match id {
                // Over HTTP nobody can be notified; jsonrpsee calls that an internal error.
                Some(id) if response.as_error_code() == Some(INTERNAL_ERROR_CODE) => MethodResponse::error(
                    id,
                    ErrorObjectOwned::owned(-32601, "notifications not supported", None::<()>),
                ),
                _ => response,
            }
        }
    }

    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        let this = self.clone();
        async move { this.answer(batch).await }
    }

    fn notification<'a>(&self, notification: Notification<'a>) -> impl Future<Output = MethodResponse> + Send + 'a {
        self.inner.notification(notification)
    }
}

async fn option<F: Future>(future: Option<F>) -> Option<F::Output> {
    match future {
        Some(future) => Some(future.await),
        None => None,
    }
}

impl Dispatch {
    /// Why a call of this method is not made, if it is not.
    fn refused(&self, method: &str) -> Option<RpcError> {
        let known = self.names.contains(method);
        self.api.admit(self.client).err().or_else(|| (!known).then(|| RpcError::UnknownMethod(method.to_owned())))
    }

    async fn answer(&self, batch: Batch<'_>) -> MethodResponse {
        let mut answers = BatchResponseBuilder::new_with_limit(self.api.config.limits.response_bytes as usize);
        let mut notified = false;
        let mut entries = batch.into_iter().peekable();
        while let Some(entry) = entries.next() {
            let answered = match entry {
                Ok(BatchEntry::Call(first)) if first.method_name() == SEND_RAW && self.names.contains(SEND_RAW) => {
                    let mut run = vec![first];
                    while let Some(next) = entries.next_if(is_send_raw) {
                        run.extend(into_call(next));
                    }
                    self.send(run).await.into_iter().try_for_each(|answer| answers.append(answer))
                }
                Ok(BatchEntry::Call(request)) => answers.append(self.call(request).await),
                Ok(BatchEntry::Notification(notification)) => {
                    notified = true;
                    self.inner.notification(notification).await;
                    Ok(())
                }
                Err(invalid) => {
                    let (error, id) = invalid.into_parts();
                    answers.append(MethodResponse::error(id, error))
                }
            };
            if let Err(too_large) = answered {
                return too_large;
            }
        }
        if answers.is_empty() && notified {
            return MethodResponse::notification();
        }
        MethodResponse::from_batch(answers.finish())
    }

    /// Submits a run of raw transactions at once; one answer each, in order.
    async fn send(&self, run: Vec<Request<'_>>) -> Vec<MethodResponse> {
        let raw = run.iter().map(|request| self.api.admit(self.client).and_then(|()| raw_transaction(request)));
        let results = eth::submit_parsed(&self.api, raw.collect()).await;
        run.iter().zip(results).map(|(request, result)| respond(request.id.clone(), result)).collect()
    }
}

fn is_send_raw(entry: &Result<BatchEntry<'_>, jsonrpsee::core::middleware::BatchEntryErr<'_>>) -> bool {
    matches!(entry, Ok(BatchEntry::Call(request)) if request.method_name() == SEND_RAW)
}

fn into_call<'a, E>(entry: Result<BatchEntry<'a>, E>) -> Option<Request<'a>> {
    match entry {
        Ok(BatchEntry::Call(request)) => Some(request),
        _ => None,
    }
}

fn raw_transaction(request: &Request<'_>) -> Result<Bytes, RpcError> {
    let params = Params::new(request.params.as_ref().map(|params| params.get()));
    Arguments::new(&params, 1)?.required()
}

fn respond(id: Id<'_>, result: Result<B256, RpcError>) -> MethodResponse {
    match result {
        Ok(hash) => MethodResponse::response(id, ResponsePayload::success(hash), usize::MAX),
        Err(error) => refuse(id, error),
    }
}

fn refuse(id: Id<'_>, error: RpcError) -> MethodResponse {
    MethodResponse::error(id, ErrorObjectOwned::from(error))
}
