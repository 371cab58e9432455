//! Decoded blocks and receipts that were read or written recently.

use lru::LruCache;
use parking_lot::Mutex;

/// Values by height, least recently used first out, bounded by the bytes they were decoded from.
pub(crate) struct Cache<V> {
    entries: Mutex<Entries<V>>,
    bytes_max: usize,
}

struct Entries<V> {
    lru: LruCache<u64, (V, usize)>,
    bytes: usize,
}

impl<V: Clone> Cache<V> {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { entries: Mutex::new(Entries { lru: LruCache::unbounded(), bytes: 0 }), bytes_max }
    }

    pub(crate) fn get(&self, height: u64) -> Option<V> {
        self.entries.lock().lru.get(&height).map(|(value, _)| value.clone())
    }

    /// `bytes` is the encoded size of the value.
    pub(crate) fn insert(&self, height: u64, value: V, bytes: usize) {
        let mut entries = self.entries.lock();
        if let Some((_, old)) = entries.lru.put(height, (value, bytes)) {
            entries.bytes -= old;
        }
        entries.bytes += bytes;
        while entries.bytes > self.bytes_max {
            let Some((_, (_, old))) = entries.lru.pop_lru() else { break };
            entries.bytes -= old;
        }
    }
}
