use super::{Chain, StatusCell};
use althing_consensus_core::SealedBlock;
use commonware_actor::Feedback;
use commonware_consensus::{Reporter, marshal::Update};
use commonware_runtime::{Handle, Spawner};
use commonware_utils::Acknowledgement;
use tokio::sync::mpsc;

/// Takes final blocks from marshal in height order, commits them and acknowledges.
///
/// Marshal sends a block after it is durable in the ledger, at least once, and at most
/// `max_pending_acks` ahead of the acknowledgements: that bounds the queue.
#[derive(Clone)]
pub(crate) struct Committer {
    queue: mpsc::UnboundedSender<Update<SealedBlock>>,
    status: StatusCell,
}

impl Committer {
    pub(crate) fn start<E: Spawner>(context: E, chain: Chain<E>, status: StatusCell) -> (Self, Handle<()>) {
        let (queue, mut updates) = mpsc::unbounded_channel();
        let committer = Self { queue, status: status.clone() };
        let handle = context.spawn(move |_| async move {
            while let Some(update) = updates.recv().await {
                if let Update::Block(block, acknowledgement) = update {
                    let block = block.inner().block().clone();
                    let number = block.number();
                    chain.commit(block).await;
                    status.commit(number);
                    acknowledgement.acknowledge();
                }
            }
        });
        (committer, handle)
    }
}

impl Reporter for Committer {
    type Activity = Update<SealedBlock>;

    fn report(&mut self, update: Update<SealedBlock>) -> Feedback {
        if let Update::Tip(round, height, _) = update {
            self.status.finalize(height.get(), round.epoch().get(), round.view().get());
            return Feedback::Ok;
        }
        match self.queue.send(update) {
            Ok(()) => Feedback::Ok,
            Err(_) => Feedback::Closed,
        }
    }
}
