use crate::core::Core;
use althing_primitives::{B256, Bytes};
use std::{cmp::Reverse, collections::BinaryHeap};
use tokio::sync::mpsc;

/// Batches on their way to consensus: a second of them at one batch a millisecond. What finds no
/// room is sent again later like anything that waits too long.
const BATCHES: usize = 1024;
/// Bytes of a batch, unless one transaction has more: a thousand transfers, and with [`BATCHES`] a
/// bound on what waits (128 MiB).
const BATCH_BYTES: usize = 128 * 1024;
/// How long a local transaction waits for a block before it is sent again, in milliseconds; doubled
/// each time. Two seconds outlast one dead leader.
const RESEND_MS: u64 = 2_000;
/// Doublings, up to 64 s: a validator that was restarted still hears of it.
const RESEND_DOUBLINGS: u32 = 5;
/// A pool with more executable transactions than a block holds is slow because it is busy, not because
/// gossip was lost: the first [`BACKLOG_PATIENCE`] times nothing is sent again then.
const BACKLOG: usize = 5_000;
const BACKLOG_PATIENCE: u32 = 2;
/// Transactions sent again at one tick, so that a long outage does not end in a flood.
const RESEND_MAX: usize = 512;

/// Sends what clients of this node brought to the validators, and again while it waits.
pub(crate) struct Gossip {
    sender: mpsc::Sender<Vec<Bytes>>,
    receiver: Option<mpsc::Receiver<Vec<Bytes>>>,
    /// When to send what again, and how often it was.
    due: BinaryHeap<Reverse<(u64, u32, B256)>>,
}

impl Gossip {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = mpsc::channel(BATCHES);
        Self { sender, receiver: Some(receiver), due: BinaryHeap::new() }
    }

    pub(crate) fn take_receiver(&mut self) -> Option<mpsc::Receiver<Vec<Bytes>>> {
        self.receiver.take()
    }

    /// Sends a batch now and remembers to look after it.
    pub(crate) fn send(&mut self, batch: Vec<(B256, Bytes)>, now_ms: u64, remember_max: usize) {
        for (hash, _) in &batch {
            if self.due.len() < remember_max {
                self.due.push(Reverse((now_ms + RESEND_MS, 0, *hash)));
            }
        }
        self.send_split(batch.into_iter().map(|(_, raw)| raw));
    }

    /// Sends again what is still in the pool and due.
    pub(crate) fn resend(&mut self, core: &Core) {
        let now_ms = core.now_ms;
        let patience = if core.ready.len() > BACKLOG { BACKLOG_PATIENCE } else { 0 };
        let mut batch = Vec::new();
        while batch.len() < RESEND_MAX {
            let Some(Reverse((_, times, hash))) = self.due.pop_if_due(now_ms) else { break };
            let Some(tx) = core.get(&hash) else { continue };
            if times >= patience {
                batch.push(Bytes::from(tx.encoded()));
            }
            let times = (times + 1).min(RESEND_DOUBLINGS);
            self.due.push(Reverse((now_ms + (RESEND_MS << times), times, hash)));
        }
        self.send_split(batch);
    }

    fn send_split(&self, transactions: impl IntoIterator<Item = Bytes>) {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for raw in transactions {
            if bytes + raw.len() > BATCH_BYTES && !batch.is_empty() {
                self.try_send(std::mem::take(&mut batch));
                bytes = 0;
            }
            bytes += raw.len();
            batch.push(raw);
        }
        if !batch.is_empty() {
            self.try_send(batch);
        }
    }

    /// Where there is no room, sending again covers it; where nobody listens (a node without
    /// peers), nobody misses it.
    fn try_send(&self, batch: Vec<Bytes>) {
        let _ = self.sender.try_send(batch);
    }
}

trait PopIfDue {
    fn pop_if_due(&mut self, now_ms: u64) -> Option<Reverse<(u64, u32, B256)>>;
}

impl PopIfDue for BinaryHeap<Reverse<(u64, u32, B256)>> {
    fn pop_if_due(&mut self, now_ms: u64) -> Option<Reverse<(u64, u32, B256)>> {
        let Reverse((due_ms, ..)) = self.peek()?;
        if *due_ms > now_ms { None } else { self.pop() }
    }
}
