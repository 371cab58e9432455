use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// Different error texts kept; the rest is counted together.
const TEXTS_MAX: usize = 32;
/// Characters of an error text kept.
const TEXT_CHARS: usize = 120;

/// What happened so far, shared by senders and follower.
pub(crate) struct Track {
    pub(crate) start: Instant,
    pub(crate) sent: AtomicU64,
    pub(crate) accepted: AtomicU64,
    pub(crate) included: AtomicU64,
    /// When a request was due (or sent, with rate `max`), in microseconds after the start, plus one;
    /// zero until then.
    offered_us: Vec<AtomicU64>,
    errors: Mutex<BTreeMap<String, u64>>,
}

impl Track {
    pub(crate) fn new(requests: usize) -> Self {
        Self {
            start: Instant::now(),
            sent: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            included: AtomicU64::new(0),
            offered_us: (0..requests).map(|_| AtomicU64::new(0)).collect(),
            errors: Mutex::default(),
        }
    }

    pub(crate) fn now_us(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }

    pub(crate) fn offer(&self, request: usize, at_us: u64, transactions: usize) {
        self.offered_us[request].store(at_us + 1, Relaxed);
        self.sent.fetch_add(transactions as u64, Relaxed);
    }

    /// When a request was offered, in microseconds after the start.
    pub(crate) fn offered_us(&self, request: usize) -> Option<u64> {
        self.offered_us[request].load(Relaxed).checked_sub(1)
    }

    /// Sent and neither included nor known to have failed.
    pub(crate) fn in_flight(&self) -> u64 {
        let known = self.included.load(Relaxed) + self.failed();
        self.sent.load(Relaxed).saturating_sub(known)
    }

    pub(crate) fn fail(&self, text: &str, transactions: u64) {
        let text: String = text.chars().take(TEXT_CHARS).collect();
        let mut errors = self.errors.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let key = if errors.len() < TEXTS_MAX || errors.contains_key(&text) { text } else { "(others)".into() };
        *errors.entry(key).or_default() += transactions;
    }

    pub(crate) fn errors(&self) -> BTreeMap<String, u64> {
        self.errors.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    fn failed(&self) -> u64 {
        self.errors().values().sum()
    }
}
