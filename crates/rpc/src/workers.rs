use crate::error::RpcError;
use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Threads for what computes or reads the disk, so that nobody's call holds up the reactor.
#[derive(Debug)]
pub(crate) struct Workers {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    waiting_max: usize,
}

impl Workers {
    /// `count` calls at once (0: two a core), `waiting_max` more in line.
    pub(crate) fn new(count: usize, waiting_max: usize) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let count = if count == 0 { 2 * cores } else { count };
        Self { permits: Arc::new(Semaphore::new(count)), waiting: AtomicUsize::new(0), waiting_max }
    }

    /// Runs `job` on a worker. If the caller goes away the job still ends on its own limits.
    ///
    /// # Errors
    /// The job's own, or the line is full.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T, RpcError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, RpcError> + Send + 'static,
    {
        let _place = Place::take(&self.waiting, self.waiting_max)?;
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| RpcError::Internal("workers"))?;
        let job = spawn_blocking(move || {
            let result = job();
            drop(permit);
            result
        });
        job.await.unwrap_or(Err(RpcError::Internal("worker panicked")))
    }
}

/// A place in line, given back when the caller is done or gone.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, max: usize) -> Result<Self, RpcError> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= max {
            return Err(RpcError::Limit("server is busy, try again".into()));
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_line_is_refused_and_empties_again() {
        let workers = Workers::new(1, 1);
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let first = workers.run(move || {
            let _ = wait.recv();
            Ok(1)
        });
        let second = async {
            tokio::task::yield_now().await;
            let refused = workers.run(|| Ok(2)).await;
            release.send(()).unwrap();
            refused
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!(first.unwrap(), 1);
        assert!(matches!(second, Err(RpcError::Limit(_))));
        assert_eq!(workers.run(|| Ok(3)).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error() {
        let workers = Workers::new(1, 1);
        let result: Result<(), _> = workers.run(|| panic!("boom")).await;
        assert!(matches!(result, Err(RpcError::Internal(_))));
    }
}
