use crate::{
    Application, Config, Signals,
    engine::{self, Monitor, Parts},
    network,
};
use althing_keys::Keyring;
use althing_ledger::Ledger;
use commonware_macros::select;
use commonware_runtime::{Metrics as _, Runner as _, Spawner as _, Supervisor as _, tokio as runtime};
use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};
use thiserror::Error;
use tokio::sync::{oneshot, watch};

/// How long tasks may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A running consensus. Dropping it stops it too, without waiting.
pub struct Handle {
    monitor: Monitor,
    stop: Mutex<Option<oneshot::Sender<()>>>,
    ended: watch::Receiver<Option<Result<(), String>>>,
    context: runtime::Context,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What consensus is doing, for health and metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Peers heard from within ten seconds.
    pub peers: usize,
    /// Current epoch.
    pub epoch: u64,
    /// Current view in it, zero for a follower.
    pub view: u64,
    /// Whether this node votes in the current epoch.
    pub validator: bool,
    /// Validators of the current epoch whose votes decide.
    pub quorum: usize,
    /// Highest height known to be final, here or by what two thirds of the peers say.
    pub finalized: u64,
    /// Highest height committed here.
    pub committed: u64,
    /// Own clock minus the median of the peers' clocks, milliseconds.
    pub clock_skew_ms: i64,
}

/// Why consensus cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The listening port.
    #[error("cannot listen on {0} for peers: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// A thread.
    #[error("cannot start the consensus thread: {0}")]
    Thread(std::io::Error),
    /// The thread ended before it ran.
    #[error("consensus ended at its start")]
    Ended,
}

impl Handle {
    /// What it is doing now.
    pub fn status(&self) -> Status {
        self.monitor.status()
    }

    /// Its metrics in Prometheus' text format.
    pub fn metrics(&self) -> String {
        self.context.encode()
    }

    /// Resolves when consensus has ended; with the reason, where nobody asked it to.
    pub async fn stopped(&self) -> Option<String> {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await {
            Ok(result) => result.clone().and_then(Result::err),
            Err(_) => Some("consensus panicked".to_owned()),
        }
    }

    /// Asks it to stop and blocks until it has. Votes were synced before they left, so nothing
    /// is lost by not calling it.
    pub fn shutdown(&self) {
        if let Some(stop) = lock(&self.stop).take() {
            // Ended by itself if nobody listens.
            let _ = stop.send(());
        }
        if let Some(thread) = lock(&self.thread).take() {
            // A panic was reported through `stopped`.
            let _ = thread.join();
        }
    }
}

/// Starts consensus on a thread of its own.
///
/// # Errors
/// See [`StartError`].
pub fn start(
    config: Config,
    application: Arc<dyn Application>,
    ledger: Ledger,
    keyring: Arc<Keyring>,
    signals: Signals,
) -> Result<Handle, StartError> {
    let parts = Parts { application, ledger, keyring, signals, journal_prefix: String::new() };
    probe(config.listen)?;
    let epoch = parts.application.head().saturating_add(1) / config.epoch_length.max(1);
    let capacity = network::capacity(parts.application.peers(epoch).len());
    let monitor = Monitor::new(parts.application.clone(), config.epoch_length);
    let (stop, stopping) = oneshot::channel();
    let (end, ended) = watch::channel(None);
    let (share, shared) = std::sync::mpsc::channel();
    let running = monitor.clone();
    let thread = std::thread::Builder::new()
        .name("consensus".to_owned())
        .spawn(move || {
            let runner = runtime::Runner::new(
                runtime::Config::new().with_worker_threads(2).with_storage_directory(&config.journals),
            );
            let result = runner.start(|context| async move {
                // `start` waits for it.
                let _ = share.send(context.child("metrics"));
                let network = network::start(&context, &config, &parts.keyring, capacity);
                let node =
                    context.child("node").spawn(move |context| engine::run(context, config, parts, network, running));
                select! {
                    _ = stopping => {
                        let _ = context.stop(0, Some(STOP_TIMEOUT)).await;
                        Ok(())
                    },
                    ended = node => ended.unwrap_or_else(|error| Err(error.to_string())),
                }
            });
            end.send_replace(Some(result));
        })
        .map_err(StartError::Thread)?;
    let context = shared.recv().map_err(|_| StartError::Ended)?;
    Ok(Handle { monitor, stop: Mutex::new(Some(stop)), ended, context, thread: Mutex::new(Some(thread)) })
}

/// The network binds later, where it could only panic.
#[allow(clippy::disallowed_methods, reason = "the peer surface is this crate's")]
fn probe(listen: SocketAddr) -> Result<(), StartError> {
    TcpListener::bind(listen).map(drop).map_err(|error| StartError::Listen(listen, error))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
