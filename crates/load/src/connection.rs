use eyre::{Context, Result, bail, ensure, eyre};
use http::{
    HeaderValue, Request, Uri,
    header::{CONTENT_TYPE, HOST},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Largest answer read: a block of a few hundred thousand hashes.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// Where a node listens.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    authority: String,
    path: String,
    host: HeaderValue,
    pub(crate) port: u16,
    pub(crate) is_local: bool,
}

impl Endpoint {
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let uri: Uri = url.parse().wrap_err_with(|| format!("{url} is no URL"))?;
        ensure!(uri.scheme_str() == Some("http"), "{url}: only http:// endpoints can be measured");
        let host = uri.host().ok_or_else(|| eyre!("{url} names no host"))?;
        let port = uri.port_u16().unwrap_or(80);
        let authority = format!("{host}:{port}");
        Ok(Self {
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            host: HeaderValue::from_str(&authority)?,
            authority,
            port,
            is_local: matches!(host, "127.0.0.1" | "localhost" | "[::1]"),
        })
    }
}

/// One kept-alive HTTP/1.1 connection, made anew when the server closes it.
pub(crate) struct Connection {
    endpoint: Endpoint,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    pub(crate) const fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, sender: None }
    }

    /// Posts a JSON body and reads the whole answer; once more where the server had closed the idle
    /// connection meanwhile (what we post may arrive twice: a transaction counts once).
    pub(crate) async fn post(&mut self, body: Bytes) -> Result<Bytes> {
        let was_open = self.sender.is_some();
        let mut answer = self.try_post(body.clone()).await;
        if was_open && answer.as_ref().is_err_and(is_closed) {
            self.sender = None;
            answer = self.try_post(body).await;
        }
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }

    async fn try_post(&mut self, body: Bytes) -> Result<Bytes> {
        let request = Request::post(self.endpoint.path.as_str())
            .header(HOST, self.endpoint.host.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::new(body))?;
        let answer = self.sender().await?.send_request(request).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await.map_err(|error| eyre!(error))?;
        let body = body.to_bytes();
        if !status.is_success() {
            bail!("HTTP {status}: {}", String::from_utf8_lossy(&body[..body.len().min(200)]));
        }
        Ok(body)
    }

    async fn sender(&mut self) -> Result<&mut SendRequest<Full<Bytes>>> {
        let usable = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !usable {
            self.sender = Some(connect(&self.endpoint).await?);
        }
        self.sender.as_mut().ok_or_else(|| eyre!("not connected"))
    }
}

/// The server closed the connection before it answered.
fn is_closed(error: &eyre::Report) -> bool {
    error.downcast_ref::<hyper::Error>().is_some_and(|error| error.is_incomplete_message() || error.is_closed())
}

async fn connect(endpoint: &Endpoint) -> Result<SendRequest<Full<Bytes>>> {
    let authority = &endpoint.authority;
    let stream = TcpStream::connect(authority).await.wrap_err_with(|| format!("cannot connect to {authority}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Ends with the connection; its errors reach the request that met them.
    tokio::spawn(connection);
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_or_refused_with_the_reason() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8545/path?x=1").unwrap();
        assert_eq!((endpoint.authority.as_str(), endpoint.path.as_str()), ("127.0.0.1:8545", "/path?x=1"));
        assert!(endpoint.is_local && endpoint.port == 8545);
        let error = Endpoint::parse("https://example.org").unwrap_err().to_string();
        assert_eq!(error, "https://example.org: only http:// endpoints can be measured");
    }
}
