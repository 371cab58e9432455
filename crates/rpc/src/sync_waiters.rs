use crate::error::RpcError;
use althing_primitives::{B256, CommittedBlock, HashMap};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::{
    broadcast::{self, error::RecvError},
    oneshot,
};

/// Who waits for which transaction to be in a block (`eth_sendRawTransactionSync`).
#[derive(Debug)]
pub(crate) struct SyncWaiters {
    waiting: Mutex<HashMap<B256, Vec<oneshot::Sender<Included>>>>,
    max: usize,
}

/// The block a transaction came in, and its index there.
pub(crate) type Included = (Arc<CommittedBlock>, usize);

impl SyncWaiters {
    pub(crate) fn new(max: usize) -> Self {
        Self { waiting: Mutex::default(), max }
    }

    /// Waits for a transaction from now on. Dropping the receiver ends it.
    ///
    /// # Errors
    /// Too many are waited for.
    pub(crate) fn wait(&self, hash: B256) -> Result<oneshot::Receiver<Included>, RpcError> {
        let mut waiting = self.waiting.lock();
        if waiting.len() >= self.max {
            waiting.retain(|_, waiters| waiters.iter().any(|waiter| !waiter.is_closed()));
        }
        if waiting.len() >= self.max {
            return Err(RpcError::Limit("too many transactions are waited for, try again".into()));
        }
        let (sender, receiver) = oneshot::channel();
        let waiters = waiting.entry(hash).or_default();
        waiters.retain(|waiter| !waiter.is_closed());
        waiters.push(sender);
        Ok(receiver)
    }

    /// Tells the waiters of each block's transactions.
    pub(crate) async fn follow(&self, mut blocks: broadcast::Receiver<Arc<CommittedBlock>>) {
        loop {
            match blocks.recv().await {
                Ok(block) => self.tell(&block),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn tell(&self, block: &Arc<CommittedBlock>) {
        let mut waiting = self.waiting.lock();
        if waiting.is_empty() {
            return;
        }
        for (index, tx) in block.block.body.transactions.iter().enumerate() {
            for waiter in waiting.remove(tx.tx_hash()).into_iter().flatten() {
                let _ = waiter.send((block.clone(), index));
            }
        }
    }
}
