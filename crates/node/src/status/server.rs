use super::{Health, health::Report};
use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// Scrapers and probes connected at once; there are a handful.
const CONNECTIONS_MAX: usize = 32;
/// A client that does not finish its request line and headers by then is dropped.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// Histograms are folded at this pace, or they grow.
const UPKEEP: Duration = Duration::from_secs(5);

type Answer = Response<Full<hyper::body::Bytes>>;

/// Serves `/metrics`, `/health` and `/ready` over HTTP. Stops when dropped.
#[derive(Debug)]
pub(crate) struct StatusServer {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

/// Everything measured in this process.
pub(crate) struct Measured {
    recorder: PrometheusHandle,
    consensus: OnceLock<Box<dyn Fn() -> String + Send + Sync>>,
}

impl Measured {
    /// Collects what `metrics!` records from now on. Once a process.
    ///
    /// # Errors
    /// It was installed before.
    pub(crate) fn install() -> eyre::Result<Arc<Self>> {
        let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
        let recorder = PrometheusBuilder::new().set_buckets(&buckets)?.install_recorder()?;
        Ok(Arc::new(Self { recorder, consensus: OnceLock::new() }))
    }

    /// Adds what consensus measures, in Prometheus' text format. Later calls are ignored.
    pub(crate) fn add_consensus(&self, text: impl Fn() -> String + Send + Sync + 'static) {
        let _ = self.consensus.set(Box::new(text));
    }

    fn render(&self) -> String {
        let consensus = self.consensus.get().map(|text| text()).unwrap_or_default();
        self.recorder.render() + &consensus
    }
}

impl StatusServer {
    /// Listens on `address` (port 0 takes a free one).
    ///
    /// # Errors
    /// The port is taken or forbidden.
    pub(crate) async fn start(address: SocketAddr, health: Arc<Health>, metrics: Arc<Measured>) -> eyre::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| eyre::eyre!("--metrics {address}: cannot listen: {error}"))?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(serve(listener, health, metrics));
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for StatusServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, health: Arc<Health>, metrics: Arc<Measured>) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut upkeep = tokio::time::interval(UPKEEP);
    loop {
        tokio::select! {
            _ = upkeep.tick() => metrics.recorder.run_upkeep(),
            accepted = listener.accept() => {
                // Beyond the maximum a connection is closed at once; a failed accept is the peer's.
                if let (Ok((stream, _)), Ok(permit)) = (accepted, permits.clone().try_acquire_owned()) {
                    let (health, metrics) = (health.clone(), metrics.clone());
                    tokio::spawn(async move {
                        connection(stream, health, metrics).await;
                        drop(permit);
                    });
                }
            }
        }
    }
}

async fn connection(stream: TcpStream, health: Arc<Health>, metrics: Arc<Measured>) {
    let service = service_fn(|request: Request<Incoming>| {
        let answer = route(request.uri().path(), &health, &metrics);
        async move { Ok::<_, Infallible>(answer) }
    });
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn route(path: &str, health: &Health, metrics: &Measured) -> Answer {
    match path {
        "/metrics" => answer(StatusCode::OK, "text/plain; version=0.0.4", metrics.render()),
        "/health" => report(&health.health()),
        "/ready" => report(&health.ready()),
        _ => answer(StatusCode::NOT_FOUND, "text/plain", "/metrics, /health, /ready\n".to_owned()),
    }
}

fn report(report: &Report) -> Answer {
    let status = if report.ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer(status, "application/json", serde_json::to_string(report).unwrap_or_default())
}

fn answer(status: StatusCode, content_type: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    answer
}
