use super::timed::Timed;
use crate::config::Limits;
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use jsonrpsee::{core::BoxError, server::HttpBody};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tower::Service;

/// Pause after `accept` failed (out of file descriptors), so that it does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A bound port with its connection limits; `permits` are those of all ports together.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: TcpListener,
    permits: Arc<Semaphore>,
    head_timeout: Duration,
    write_timeout: Duration,
}

impl Listener {
    pub(crate) async fn bind(address: SocketAddr, limits: &Limits, permits: Arc<Semaphore>) -> io::Result<Self> {
        let (head_timeout, write_timeout) = (limits.head_timeout, limits.write_timeout);
        Ok(Self { socket: TcpListener::bind(address).await?, permits, head_timeout, write_timeout })
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

/// Accepts until `stop` changes. `service` makes the service of one client's connection. Connections past
/// the limit are closed unread.
pub(crate) async fn serve<S>(listener: Listener, service: impl Fn(IpAddr) -> S, mut stop: watch::Receiver<bool>)
where
    S: Service<Request<Incoming>, Response = Response<HttpBody>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
{
    loop {
        let socket = tokio::select! {
            _ = stop.changed() => return,
            accepted = listener.socket.accept() => accepted,
        };
        let Ok((socket, peer)) = socket else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Ok(permit) = listener.permits.clone().try_acquire_owned() else {
            metrics::counter!("althing_rpc_connections_refused").increment(1);
            continue;
        };
        let io = TokioIo::new(Timed::new(without_delay(socket), listener.write_timeout, permit));
        tokio::spawn(connection(io, service(peer.ip()), listener.head_timeout, stop.clone()));
    }
}

/// Small answers leave at once.
fn without_delay(socket: TcpStream) -> TcpStream {
    let _ = socket.set_nodelay(true);
    socket
}

/// Serves one connection until it ends; finishes the running request when stopped.
async fn connection<S>(
    io: TokioIo<Timed<TcpStream, OwnedSemaphorePermit>>,
    service: S,
    head_timeout: Duration,
    mut stop: watch::Receiver<bool>,
) where
    S: Service<Request<Incoming>, Response = Response<HttpBody>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .serve_connection(io, TowerToHyperService::new(service))
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
