use super::{host::Hosts, origin::Origins};
use crate::RpcConfig;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use jsonrpsee::{core::BoxError, server::HttpBody};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::timeout;
use tower::Service;

/// What stands before the JSON-RPC service: refuses foreign hosts, answers probes, and hands on
/// a request only when its body is here, whole and within the limit.
#[derive(Clone, Debug)]
pub(crate) struct Surface<S> {
    inner: S,
    hosts: Hosts,
    origins: Origins,
    body_bytes_max: usize,
    body_timeout: Duration,
}

impl<S> Surface<S> {
    pub(crate) fn new(inner: S, config: &RpcConfig, origins: Origins) -> Self {
        Self {
            inner,
            hosts: Hosts::new(&config.hosts),
            origins,
            body_bytes_max: config.limits.request_bytes as usize,
            body_timeout: config.limits.body_timeout,
        }
    }
}

type Answer = Response<HttpBody>;

impl<S> Service<Request<Incoming>> for Surface<S>
where
    S: Service<Request<Bytes>, Response = Answer, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Answer;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let mut inner = self.inner.clone();
        if let Some(answer) = self.at_once(&request) {
            return Box::pin(async { Ok(answer) });
        }
        let (bytes_max, time_max) = (self.body_bytes_max, self.body_timeout);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            match collect(body, &head.headers, bytes_max, time_max).await {
                Ok(body) => inner.call(Request::from_parts(head, body)).await,
                Err(status) => Ok(plain(status)),
            }
        })
    }
}

impl<S> Surface<S> {
    /// The answer that needs no JSON-RPC, if this is such a request.
    fn at_once(&self, request: &Request<Incoming>) -> Option<Answer> {
        if !self.hosts.allow(request.uri(), request.headers()) {
            return Some(text(StatusCode::FORBIDDEN, "invalid host specified\n"));
        }
        let upgrade = request.headers().contains_key(header::UPGRADE);
        if upgrade && !self.origins.allow_upgrade(request.headers()) {
            return Some(text(StatusCode::FORBIDDEN, "origin not allowed\n"));
        }
        // A load balancer's probe.
        let probe = request.method() == Method::GET && !upgrade;
        probe.then(|| plain(StatusCode::OK))
    }
}

/// The body, or the status that says why there is none.
async fn collect(
    body: Incoming,
    headers: &HeaderMap,
    bytes_max: usize,
    time_max: Duration,
) -> Result<Bytes, StatusCode> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > bytes_max) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match timeout(time_max, Limited::new(body, bytes_max).collect()).await {
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Ok(Ok(body)) => Ok(body.to_bytes()),
    }
}

fn plain(status: StatusCode) -> Answer {
    let mut answer = Response::new(HttpBody::empty());
    *answer.status_mut() = status;
    answer
}

fn text(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(HttpBody::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    answer
}
