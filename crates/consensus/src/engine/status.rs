use crate::{Application, Event, Status};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// What this node knows of itself, shared with [`crate::Handle`].
#[derive(Clone)]
pub(crate) struct StatusCell {
    status: Arc<Mutex<Status>>,
    committed: Arc<watch::Sender<u64>>,
    tip: Arc<watch::Sender<u64>>,
    entered: Arc<watch::Sender<u64>>,
    application: Arc<dyn Application>,
}

impl StatusCell {
    pub(crate) fn new(application: Arc<dyn Application>, epoch_length: u64) -> Self {
        let head = application.head();
        let epoch = head.saturating_add(1) / epoch_length.max(1);
        let quorum = application.committee(epoch).map_or(0, |committee| committee.quorum());
        let status = Status { committed: head, finalized: head, epoch, quorum, ..Status::default() };
        Self {
            status: Arc::new(Mutex::new(status)),
            committed: Arc::new(watch::Sender::new(head)),
            tip: Arc::new(watch::Sender::new(head)),
            entered: Arc::default(),
            application,
        }
    }

    pub(crate) fn snapshot(&self) -> Status {
        *self.lock()
    }

    /// Follows the height committed here.
    pub(crate) fn committed(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Follows the highest height this node has a certificate for.
    pub(crate) fn tip(&self) -> watch::Receiver<u64> {
        self.tip.subscribe()
    }

    /// Follows the epoch this node is in.
    pub(crate) fn entered(&self) -> watch::Receiver<u64> {
        self.entered.subscribe()
    }

    pub(crate) fn report(&self, event: Event) {
        self.application.report(event);
    }

    pub(crate) fn commit(&self, number: u64) {
        let mut status = self.lock();
        status.committed = status.committed.max(number);
        drop(status);
        self.committed.send_if_modified(|committed| number > std::mem::replace(committed, number.max(*committed)));
    }

    pub(crate) fn finalize(&self, number: u64, epoch: u64, view: u64) {
        let mut status = self.lock();
        status.finalized = status.finalized.max(number);
        drop(status);
        self.tip.send_if_modified(|tip| number > std::mem::replace(tip, number.max(*tip)));
        self.report(Event::Finalized { number, epoch, view });
    }

    /// The view ended; the next one began.
    pub(crate) fn view(&self, epoch: u64, ended: u64) {
        let mut status = self.lock();
        if status.epoch == epoch {
            status.view = status.view.max(ended.saturating_add(1));
        }
    }

    pub(crate) fn enter(&self, epoch: u64, validator: bool, quorum: usize) {
        let mut status = self.lock();
        (status.epoch, status.view, status.validator) = (epoch, u64::from(validator), validator);
        status.quorum = quorum;
        drop(status);
        self.entered.send_replace(epoch);
        self.report(Event::Epoch { epoch, validator });
    }

    pub(crate) fn peers(&self, peers: usize, finalized: u64, clock_skew_ms: i64) {
        let mut status = self.lock();
        (status.peers, status.clock_skew_ms) = (peers, clock_skew_ms);
        status.finalized = status.finalized.max(finalized);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
