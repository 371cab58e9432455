//! HTTP batches of nothing but `eth_sendRawTransaction`, the one request whose cost decides how
//! fast a chain takes transactions: read in one pass and answered without a detour. Everything
//! else, and everything unusual, goes on to jsonrpsee as it came.

use crate::{api::Api, error::RpcError, eth, hex_text};
use althing_primitives::{B256, Bytes};
use http::{Method, Request, Response, header};
use http_body_util::Full;
use jsonrpsee::{core::BoxError, server::HttpBody, types::ErrorObjectOwned};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;
use std::{
    fmt::Write,
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service;

/// Characters of an answer: id, envelope and hash.
const ANSWER_CHARS: usize = 128;

/// In front of jsonrpsee.
#[derive(Clone, Debug)]
pub(crate) struct RawBatches<S> {
    pub(crate) inner: S,
    pub(crate) api: Arc<Api>,
    /// Whether the port serves the method at all.
    pub(crate) served: bool,
    pub(crate) client: IpAddr,
}

impl<S> Service<Request<bytes::Bytes>> for RawBatches<S>
where
    S: Service<Request<HttpBody>, Response = Response<HttpBody>, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response<HttpBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<HttpBody>, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<bytes::Bytes>) -> Self::Future {
        if self.served && is_json_post(&request) && request.body().first() == Some(&b'[') {
            let calls = parse(request.body(), self.api.config.limits.batch_calls as usize);
            if let Some((ids, raw)) = calls {
                let (api, client) = (self.api.clone(), self.client);
                let raw = raw.into_iter().map(move |raw| api.admit(client).and(raw)).collect();
                let api = self.api.clone();
                return Box::pin(async move { Ok(json(answer(&api, ids, raw).await)) });
            }
        }
        Box::pin(self.inner.call(request.map(|body| HttpBody::new(Full::new(body)))))
    }
}

fn is_json_post(request: &Request<bytes::Bytes>) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    request.method() == Method::POST
        && content_type.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"application/json"))
}

fn json(body: String) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::from(body));
    let content_type = header::HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// A call as every client writes it: no escapes, one string as parameter.
#[derive(Deserialize)]
struct Call<'a> {
    #[serde(rename = "jsonrpc", deserialize_with = "two_point_zero")]
    _version: (),
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(rename = "method", deserialize_with = "send_raw")]
    _method: (),
    params: [&'a str; 1],
}

fn two_point_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    exactly(deserializer, "2.0")
}

fn send_raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    exactly(deserializer, "eth_sendRawTransaction")
}

fn exactly<'de, D: Deserializer<'de>>(deserializer: D, wanted: &str) -> Result<(), D::Error> {
    let found = <&str>::deserialize(deserializer)?;
    if found == wanted { Ok(()) } else { Err(D::Error::custom("another call")) }
}

/// Ids as they were written, and transactions or what is wrong with them.
type Calls = (Vec<Box<str>>, Vec<Result<Bytes, RpcError>>);

/// Reads a batch; `None` where it holds anything else, or more than `max` calls.
fn parse(body: &[u8], max: usize) -> Option<Calls> {
    let calls: Vec<Call<'_>> = serde_json::from_slice(body).ok()?;
    let plain_id = |id: &str| matches!(id.as_bytes().first(), Some(b'0'..=b'9' | b'"'));
    if calls.is_empty() || calls.len() > max || !calls.iter().all(|call| plain_id(call.id.get())) {
        return None;
    }
    let decode = |[text]: [&str; 1]| hex_text::bytes(text).map_err(|reason| RpcError::argument(0, reason));
    Some(calls.into_iter().map(|call| (Box::from(call.id.get()), decode(call.params))).unzip())
}

/// Submits the transactions and writes one answer each, in order.
async fn answer(api: &Arc<Api>, ids: Vec<Box<str>>, raw: Vec<Result<Bytes, RpcError>>) -> String {
    let results = eth::submit_parsed(api, raw).await;
    let mut out = String::with_capacity(2 + ids.len() * ANSWER_CHARS);
    for (id, result) in ids.iter().zip(results) {
        out.push(if out.is_empty() { '[' } else { ',' });
        out.push_str("{\"jsonrpc\":\"2.0\",\"id\":");
        out.push_str(id);
        write_result(&mut out, result);
        out.push('}');
    }
    out.push(']');
    out
}

fn write_result(out: &mut String, result: Result<B256, RpcError>) {
    // Writing to a string does not fail.
    let _ = match result {
        Ok(hash) => write!(out, ",\"result\":\"{hash}\""),
        Err(error) => {
            let error = serde_json::to_string(&ErrorObjectOwned::from(error)).unwrap_or_default();
            write!(out, ",\"error\":{error}")
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: &str = r#"{"jsonrpc":"2.0","id":7,"method":"eth_sendRawTransaction","params":["0x01"]}"#;

    #[test]
    fn plain_batches_are_read_with_their_ids() {
        let other = SEND.replace('7', "\"seven\"").replace("0x01", "zz");
        let (ids, raw) = parse(format!("[{SEND}, {other}]").as_bytes(), 2).unwrap();
        assert_eq!(ids.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["7", "\"seven\""]);
        assert_eq!(raw[0].as_ref().unwrap(), &Bytes::from([1]));
        assert!(raw[1].is_err());
    }

    #[test]
    fn everything_else_goes_on() {
        for body in [
            "[]".to_owned(),
            "[1]".to_owned(),
            format!("[{SEND}"),
            format!("[{SEND},{SEND},{SEND}]"),
            format!("[{SEND},{}]", SEND.replace("eth_sendRawTransaction", "eth_chainId")),
            format!("[{}]", SEND.replace("\"id\":7,", "")),
            format!("[{}]", SEND.replace('7', "null")),
            format!("[{}]", SEND.replace('7', "{}")),
            format!("[{}]", SEND.replace("2.0", "1.0")),
            format!("[{}]", SEND.replace("[\"0x01\"]", "[]")),
            format!("[{}]", SEND.replace("0x01", "\\u0030x01")),
        ] {
            assert!(parse(body.as_bytes(), 2).is_none(), "{body}");
        }
    }
}
