use super::{Chain, execute::ExecuteError, metrics, unfinalized::Outcome};
use althing_contracts::NODES;
use althing_evm::HeaderRules;
use althing_primitives::{Block, CommittedBlock};
use std::sync::Arc;
use thiserror::Error;

/// Why a final block could not be committed. The node stops: going on would serve another chain
/// than the ledger holds.
#[derive(Debug, Error)]
pub enum CommitError {
    /// A final block does not execute here.
    #[error("final block {number} does not execute: {source}")]
    Execute {
        /// Its height.
        number: u64,
        /// Why.
        source: ExecuteError,
    },
    /// It does not follow the head.
    #[error("final block {number} does not follow the head at {head}")]
    Gap {
        /// Its height.
        number: u64,
        /// Height of the head.
        head: u64,
    },
    /// Another block of this height is committed.
    #[error("block {0} is final with another hash than committed here")]
    Fork(u64),
    /// State or ledger failed.
    #[error("{0}")]
    Node(String),
}

impl Chain {
    /// Makes a final, durable block the head: state, derived records, pool, subscribers, in this
    /// order. A block at or below the head is ignored.
    ///
    /// # Errors
    /// The node cannot go on.
    pub(super) fn commit_block(&self, block: &Block, rules: HeaderRules) -> Result<(), CommitError> {
        let head = self.parts.storage.head();
        if block.number() <= head.number {
            return match block.number() == head.number && block.hash() != head.hash {
                true => Err(CommitError::Fork(head.number)),
                false => Ok(()),
            };
        }
        if block.number() != head.number + 1 {
            return Err(CommitError::Gap { number: block.number(), head: head.number });
        }
        let started = self.parts.clock.monotonic();
        let outcome = self
            .execute_block(block, rules)
            .map_err(|source| CommitError::Execute { number: block.number(), source })?;
        self.finalize(&outcome)?;
        metrics::committed(&outcome, self.parts.clock.monotonic() - started);
        Ok(())
    }

    fn finalize(&self, outcome: &Outcome) -> Result<(), CommitError> {
        let Outcome { block, receipts, requests } = outcome;
        let parts = &self.parts;
        let changeset = parts.storage.commit(block.hash(), block, receipts).map_err(node)?;
        parts.ledger.put_derived(block, receipts, &changeset, requests).map_err(node)?;
        self.unfinalized.lock().drop_through(block.number());
        if changeset.accounts.iter().any(|changed| changed.address == NODES) {
            self.registries.forget_head();
        }
        let committed = Arc::new(CommittedBlock { block: block.clone(), receipts: receipts.clone() });
        parts.pool.on_commit(&committed, &changeset);
        // No subscriber is no error.
        let _ = self.committed.send(committed);
        Ok(())
    }
}

fn node(error: impl std::fmt::Display) -> CommitError {
    CommitError::Node(error.to_string())
}
