use super::{Chain, commit::CommitError};
use crate::Progress;
use althing_primitives::Block;
use thiserror::Error;
use tracing::info;

/// Why the ledger cannot be replayed. The node does not start.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The ledger cannot be read.
    #[error("ledger, block {number}: {reason}")]
    Ledger {
        /// Height.
        number: u64,
        /// Why.
        reason: String,
    },
    /// The state is ahead of the ledger, or on another chain.
    #[error("state is at block {state}, the ledger ends at {ledger}: delete the state folder, it is rebuilt")]
    Ahead {
        /// Height of the checkpoint.
        state: u64,
        /// Last height of the ledger.
        ledger: u64,
    },
    /// A block of the ledger does not execute to its own header.
    #[error("replay: {0}")]
    Commit(#[from] CommitError),
}

impl Chain {
    /// Executes what the ledger holds above the state's checkpoint, comparing every root with
    /// the header. Returns how many blocks.
    ///
    /// # Errors
    /// The ledger cannot be read, or does not execute to its own headers.
    pub fn replay(&self) -> Result<u64, ReplayError> {
        let (from, to) = (self.parts.storage.head().number, self.parts.ledger.contiguous_height());
        if from > to {
            return Err(ReplayError::Ahead { state: from, ledger: to });
        }
        let rules = self.parts.executor.header_rules();
        let mut progress = Progress::blocks("replaying the ledger", to - from);
        for number in from + 1..=to {
            let fault = |reason: String| ReplayError::Ledger { number, reason };
            let block = self.parts.ledger.block(number).map_err(|error| fault(error.to_string()))?;
            let block = block.ok_or_else(|| fault("missing".into()))?;
            self.remember_senders(&block);
            self.commit_block(&block, rules)?;
            progress.advance(1, block.body.transactions.len());
        }
        progress.finish();
        let (height, replayed) = (to, to - from);
        info!(height, replayed, "chain is open");
        Ok(replayed)
    }

    /// Spares recovering what the ledger has; where it lost them they are recovered again.
    fn remember_senders(&self, block: &Block) {
        let senders = self.parts.ledger.senders(block.number()).ok().flatten().unwrap_or_default();
        for (transaction, sender) in block.body.transactions.iter().zip(senders) {
            self.parts.pool.remember_sender(*transaction.tx_hash(), sender);
        }
    }
}
