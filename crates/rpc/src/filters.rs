use crate::{config::Limits, error::RpcError, log_query::LogRequest};
use althing_primitives::{B256, BlockNumber, HashMap, hex};
use parking_lot::Mutex;
use rand::Rng;
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::Instant,
};

/// Polled filters. Each is a position in the chain or in the stream of pending transactions, so
/// an unasked filter costs the same few bytes whatever happens meanwhile.
#[derive(Debug)]
pub(crate) struct Filters {
    filters: Mutex<HashMap<String, Filter>>,
    pending: Mutex<Backlog>,
    max: usize,
    lifetime: Duration,
}

#[derive(Debug)]
struct Filter {
    kind: FilterKind,
    asked: Instant,
}

/// What a filter reports, and from where on.
#[derive(Clone, Debug)]
pub(crate) enum FilterKind {
    /// Blocks above `after`.
    Blocks { after: BlockNumber },
    /// Matching logs in blocks above `after`.
    Logs { after: BlockNumber, request: Arc<LogRequest> },
    /// Pending transactions from a position on.
    Pending { from: u64 },
}

/// The newest pending transactions' hashes, numbered.
#[derive(Debug, Default)]
struct Backlog {
    hashes: VecDeque<B256>,
    /// Number of the hash after the last.
    next: u64,
    max: usize,
}

impl Filters {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            filters: Mutex::default(),
            pending: Mutex::new(Backlog { max: limits.filter_backlog, ..Backlog::default() }),
            max: limits.filters,
            lifetime: limits.filter_lifetime,
        }
    }

    /// A new filter's id.
    ///
    /// # Errors
    /// Too many filters live.
    pub(crate) fn add(&self, kind: FilterKind) -> Result<String, RpcError> {
        let now = Instant::now();
        let mut filters = self.filters.lock();
        if filters.len() >= self.max {
            filters.retain(|_, filter| now.duration_since(filter.asked) < self.lifetime);
        }
        if filters.len() >= self.max {
            return Err(RpcError::Limit(format!("too many filters, at most {}", self.max).into()));
        }
        let id = random_id();
        filters.insert(id.clone(), Filter { kind, asked: now });
        Ok(id)
    }

    /// A filter that starts with the next pending transaction.
    pub(crate) fn add_pending(&self) -> Result<String, RpcError> {
        let from = self.pending.lock().next;
        self.add(FilterKind::Pending { from })
    }

    /// A filter as it stands; asking keeps it alive.
    pub(crate) fn get(&self, id: &str) -> Result<FilterKind, RpcError> {
        self.touch(id, |kind| kind.clone())
    }

    /// Sets a block or log filter to report what comes after `number`, unless another call did.
    pub(crate) fn advance(&self, id: &str, number: BlockNumber) -> Result<(), RpcError> {
        self.touch(id, |kind| match kind {
            FilterKind::Blocks { after } | FilterKind::Logs { after, .. } => *after = number.max(*after),
            FilterKind::Pending { .. } => {}
        })
    }

    /// Pending hashes since the last call.
    pub(crate) fn take_pending(&self, id: &str) -> Result<Vec<B256>, RpcError> {
        let backlog = self.pending.lock();
        self.touch(id, |kind| match kind {
            FilterKind::Pending { from } => backlog.since(std::mem::replace(from, backlog.next)),
            _ => Vec::new(),
        })
    }

    /// Forgets a filter; says whether there was one.
    pub(crate) fn remove(&self, id: &str) -> bool {
        self.filters.lock().remove(id).is_some()
    }

    /// Notes pending transactions as they come.
    pub(crate) async fn follow(&self, mut hashes: broadcast::Receiver<Arc<[B256]>>) {
        loop {
            match hashes.recv().await {
                Ok(hashes) => self.pending.lock().extend(&hashes),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn touch<T>(&self, id: &str, change: impl FnOnce(&mut FilterKind) -> T) -> Result<T, RpcError> {
        let now = Instant::now();
        let mut filters = self.filters.lock();
        let filter = filters.get_mut(id).filter(|filter| now.duration_since(filter.asked) < self.lifetime);
        let filter = filter.ok_or_else(|| RpcError::refused("filter not found"))?;
        filter.asked = now;
        Ok(change(&mut filter.kind))
    }
}

impl Backlog {
    fn extend(&mut self, hashes: &[B256]) {
        self.hashes.extend(hashes);
        self.next += hashes.len() as u64;
        let excess = self.hashes.len().saturating_sub(self.max);
        self.hashes.drain(..excess);
    }

    fn since(&self, from: u64) -> Vec<B256> {
        let wanted = usize::try_from(self.next - from).unwrap_or(usize::MAX);
        let skip = self.hashes.len().saturating_sub(wanted);
        self.hashes.iter().skip(skip).copied().collect()
    }
}

/// 16 random bytes: whoever knows an id may read the filter.
pub(crate) fn random_id() -> String {
    hex::encode_prefixed(rand::rng().random::<[u8; 16]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(limits: Limits) -> Filters {
        Filters::new(&limits)
    }

    #[tokio::test(start_paused = true)]
    async fn an_unasked_filter_expires_and_an_asked_one_lives() {
        let filters = filters(Limits { filter_lifetime: Duration::from_secs(10), ..Limits::default() });
        let id = filters.add(FilterKind::Blocks { after: 0 }).unwrap();
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(filters.get(&id).is_ok());
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(filters.get(&id).is_ok());
        tokio::time::advance(Duration::from_secs(11)).await;
        assert_eq!(filters.get(&id).unwrap_err().to_string(), "filter not found");
    }

    #[tokio::test(start_paused = true)]
    async fn expired_filters_make_room() {
        let limits = Limits { filters: 1, filter_lifetime: Duration::from_secs(10), ..Limits::default() };
        let filters = filters(limits);
        filters.add(FilterKind::Blocks { after: 0 }).unwrap();
        assert!(filters.add(FilterKind::Blocks { after: 0 }).is_err());
        tokio::time::advance(Duration::from_secs(11)).await;
        assert!(filters.add(FilterKind::Blocks { after: 0 }).is_ok());
    }

    #[tokio::test]
    async fn pending_hashes_are_reported_once_and_the_oldest_dropped() {
        let filters = filters(Limits { filter_backlog: 2, ..Limits::default() });
        let id = filters.add_pending().unwrap();
        let hashes = [1, 2, 3].map(B256::with_last_byte);
        filters.pending.lock().extend(&hashes);
        assert_eq!(filters.take_pending(&id).unwrap(), hashes[1..]);
        assert_eq!(filters.take_pending(&id).unwrap(), []);
    }
}
