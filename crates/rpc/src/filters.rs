use crate::{config::Limits, error::RpcError, log_query::LogRequest};
use althing_primitives::{B256, BlockNumber, HashMap};
use parking_lot::Mutex;
use rand::Rng;
use std::{collections::VecDeque, sync::Arc};

/// Polled filters. Each is a position in the chain or in the stream of pending transactions, so
/// an unasked filter costs the same few bytes whatever happens meanwhile. Times are the node's
/// clock in milliseconds.
#[derive(Debug)]
pub(crate) struct Filters {
    filters: Mutex<HashMap<String, Filter>>,
    pending: Mutex<Backlog>,
    /// Whether somebody notes pending transactions: nobody does while no filter asks for them.
    following: Mutex<bool>,
    max: usize,
    lifetime_ms: u64,
}

#[derive(Debug)]
struct Filter {
    kind: FilterKind,
    asked_ms: u64,
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
            following: Mutex::new(false),
            max: limits.filters,
            lifetime_ms: limits.filter_lifetime.as_millis() as u64,
        }
    }

    /// A new filter's id.
    ///
    /// # Errors
    /// Too many filters live.
    pub(crate) fn add(&self, kind: FilterKind, now_ms: u64) -> Result<String, RpcError> {
        let mut filters = self.filters.lock();
        if filters.len() >= self.max {
            filters.retain(|_, filter| self.lives(filter, now_ms));
        }
        if filters.len() >= self.max {
            return Err(RpcError::Limit(format!("too many filters, at most {}", self.max).into()));
        }
        let id = random_id();
        filters.insert(id.clone(), Filter { kind, asked_ms: now_ms });
        Ok(id)
    }

    /// A filter that starts with the next pending transaction.
    pub(crate) fn add_pending(&self, now_ms: u64) -> Result<String, RpcError> {
        let from = self.pending.lock().next;
        self.add(FilterKind::Pending { from }, now_ms)
    }

    /// A filter as it stands; asking keeps it alive.
    pub(crate) fn get(&self, id: &str, now_ms: u64) -> Result<FilterKind, RpcError> {
        self.touch(id, now_ms, |kind| kind.clone())
    }

    /// Sets a block or log filter to report what comes after `number`, unless another call did.
    pub(crate) fn advance(&self, id: &str, number: BlockNumber, now_ms: u64) -> Result<(), RpcError> {
        self.touch(id, now_ms, |kind| match kind {
            FilterKind::Blocks { after } | FilterKind::Logs { after, .. } => *after = number.max(*after),
            FilterKind::Pending { .. } => {}
        })
    }

    /// Pending hashes since the last call.
    pub(crate) fn take_pending(&self, id: &str, now_ms: u64) -> Result<Vec<B256>, RpcError> {
        let backlog = self.pending.lock();
        self.touch(id, now_ms, |kind| match kind {
            FilterKind::Pending { from } => backlog.since(std::mem::replace(from, backlog.next)),
            _ => Vec::new(),
        })
    }

    /// Forgets a filter; says whether there was one.
    pub(crate) fn remove(&self, id: &str) -> bool {
        self.filters.lock().remove(id).is_some()
    }

    /// Whether the caller is to [`Filters::follow`] the pool: nobody does yet.
    pub(crate) fn start_following(&self) -> bool {
        !std::mem::replace(&mut *self.following.lock(), true)
    }

    /// Notes pending transactions; says whether any filter still asks for them. If not, the
    /// caller stops following.
    pub(crate) fn note_pending(&self, hashes: &[B256], now_ms: u64) -> bool {
        let mut following = self.following.lock();
        let filters = self.filters.lock();
        let pending = |filter: &Filter| matches!(filter.kind, FilterKind::Pending { .. });
        *following = filters.values().any(|filter| pending(filter) && self.lives(filter, now_ms));
        drop(filters);
        self.pending.lock().extend(hashes);
        *following
    }

    fn touch<T>(&self, id: &str, now_ms: u64, change: impl FnOnce(&mut FilterKind) -> T) -> Result<T, RpcError> {
        let mut filters = self.filters.lock();
        let filter = filters.get_mut(id).filter(|filter| self.lives(filter, now_ms));
        let filter = filter.ok_or_else(|| RpcError::refused("filter not found"))?;
        filter.asked_ms = now_ms;
        Ok(change(&mut filter.kind))
    }

    const fn lives(&self, filter: &Filter, now_ms: u64) -> bool {
        now_ms.saturating_sub(filter.asked_ms) < self.lifetime_ms
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

/// 16 random bytes, as a quantity: whoever knows an id may read the filter.
pub(crate) fn random_id() -> String {
    format!("{:#x}", rand::rng().random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const BLOCKS: FilterKind = FilterKind::Blocks { after: 0 };

    fn filters(max: usize) -> Filters {
        let filter_lifetime = Duration::from_secs(10);
        Filters::new(&Limits { filters: max, filter_lifetime, filter_backlog: 2, ..Limits::default() })
    }

    #[test]
    fn an_unasked_filter_expires_and_an_asked_one_lives() {
        let filters = filters(8);
        let id = filters.add(BLOCKS, 0).unwrap();
        assert!(filters.get(&id, 9_000).is_ok());
        assert!(filters.get(&id, 18_000).is_ok());
        assert_eq!(filters.get(&id, 29_000).unwrap_err().to_string(), "filter not found");
    }

    #[test]
    fn expired_filters_make_room() {
        let filters = filters(1);
        filters.add(BLOCKS, 0).unwrap();
        assert!(filters.add(BLOCKS, 9_000).is_err());
        assert!(filters.add(BLOCKS, 10_000).is_ok());
    }

    #[test]
    fn pending_hashes_are_reported_once_and_the_oldest_dropped() {
        let filters = filters(1);
        let id = filters.add_pending(0).unwrap();
        let hashes = [1, 2, 3].map(B256::with_last_byte);
        assert!(filters.start_following());
        assert!(filters.note_pending(&hashes, 1));
        assert_eq!(filters.take_pending(&id, 1).unwrap(), hashes[1..]);
        assert!(filters.take_pending(&id, 2).unwrap().is_empty());
    }

    #[test]
    fn the_pool_is_followed_only_while_a_filter_asks() {
        let filters = filters(1);
        let id = filters.add_pending(0).unwrap();
        assert!(filters.start_following());
        assert!(!filters.start_following());
        assert!(filters.note_pending(&[], 1));
        filters.remove(&id);
        assert!(!filters.note_pending(&[], 2));
        assert!(filters.start_following());
    }
}
