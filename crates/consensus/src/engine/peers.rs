use crate::{Application, Peer};
use commonware_consensus::types::Epoch;
use std::sync::Arc;

/// Tells the network whom to be connected to, whenever that changes.
pub(crate) struct Peers<T> {
    application: Arc<dyn Application>,
    track: T,
    /// Number of the set told last.
    id: u64,
    told: Vec<Peer>,
}

impl<T: FnMut(u64, &[Peer])> Peers<T> {
    pub(crate) const fn new(application: Arc<dyn Application>, track: T) -> Self {
        Self { application, track, id: 0, told: Vec::new() }
    }

    /// Looks again, in `epoch` at the committed `height`. Numbers of sets grow with the height, so
    /// that nodes that share a network (a simulated one) mostly use the same.
    pub(crate) fn connect(&mut self, epoch: Epoch, height: u64) {
        let peers = self.application.peers(epoch.get());
        if self.id > 0 && peers == self.told {
            return;
        }
        self.id = height.max(self.id).saturating_add(1);
        (self.track)(self.id, &peers);
        self.told = peers;
    }
}
