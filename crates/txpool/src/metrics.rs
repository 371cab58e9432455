use crate::{PoolError, Status};
use althing_primitives::B256;
use metrics::{Counter, Gauge, counter, gauge};

/// Counts only: what a host may know.
pub(crate) struct PoolMetrics {
    accepted: Counter,
    refused: Counter,
    pending: Gauge,
    queued: Gauge,
    bytes: Gauge,
}

impl Default for PoolMetrics {
    fn default() -> Self {
        Self {
            accepted: counter!("althing_txpool_accepted_total"),
            refused: counter!("althing_txpool_refused_total"),
            pending: gauge!("althing_txpool_pending"),
            queued: gauge!("althing_txpool_queued"),
            bytes: gauge!("althing_txpool_bytes"),
        }
    }
}

impl PoolMetrics {
    pub(crate) fn submitted(&self, answers: &[Result<B256, PoolError>]) {
        let accepted = answers.iter().filter(|answer| answer.is_ok()).count();
        self.accepted.increment(accepted as u64);
        self.refused.increment((answers.len() - accepted) as u64);
    }

    pub(crate) fn holds(&self, status: Status, bytes: usize) {
        self.pending.set(status.pending as f64);
        self.queued.set(status.queued as f64);
        self.bytes.set(bytes as f64);
    }
}
