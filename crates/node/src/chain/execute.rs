use super::{Chain, unfinalized::Outcome};
use althing_evm::{ExecutionError, HeaderError, HeaderRules, InvalidBlock};
use althing_primitives::{Block, BlockError, BlockHash, Header, RecoveredBlock};
use althing_storage::StateError;
use std::sync::Arc;
use thiserror::Error;

/// Why a block was not executed to the end.
#[derive(Debug, Error)]
pub enum ExecuteError {
    /// Its header breaks a rule.
    #[error("header: {0}")]
    Header(#[from] HeaderError),
    /// Its body is not what the header commits to, or has a signature without sender.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// Executing it fails, or gives something else than its header says.
    #[error(transparent)]
    Invalid(#[from] InvalidBlock),
    /// `mixHash` is not the network's draw.
    #[error("mixHash is not the network's draw for this parent")]
    Randomness,
    /// The state after it has another root.
    #[error("state root differs")]
    StateRoot,
    /// Its parent was not executed here, or is committed and buried.
    #[error("parent is unknown")]
    Parent,
    /// This node is broken; says nothing about the block.
    #[error("{0}")]
    Node(String),
}

impl ExecuteError {
    /// The reason as it may be logged: what is wrong with a transaction by its name, without the sender's balance or nonce.
    pub fn without_values(&self) -> String {
        match self {
            Self::Invalid(InvalidBlock::Transaction { index, error }) => {
                format!("transaction {index}: {}", error.name())
            }
            other => other.to_string(),
        }
    }

    /// Whether the fault lies with the block (true) or with this node.
    pub const fn is_block(&self) -> bool {
        !matches!(self, Self::Parent | Self::Node(_))
    }
}

impl From<StateError> for ExecuteError {
    fn from(error: StateError) -> Self {
        Self::Node(error.to_string())
    }
}

impl Chain {
    /// Executes a block on its executed parent and keeps the outcome as an unfinalized layer.
    /// Idempotent.
    ///
    /// # Errors
    /// See [`ExecuteError::is_block`] for whose fault it is.
    pub(super) fn execute_block(&self, block: &Block, rules: HeaderRules) -> Result<Outcome, ExecuteError> {
        if let Some(done) = self.unfinalized.lock().outcome(&block.hash()) {
            return Ok(done);
        }
        let parts = &self.parts;
        let parent = self.header(&block.header.parent_hash, block.number().wrapping_sub(1))?;
        let view = parts.storage.view(block.header.parent_hash).ok_or(ExecuteError::Parent)?;
        parts.executor.validate_header(&block.header, &parent, rules, &parts.executor.terms(&view)?)?;
        if rules == HeaderRules::Consensus && block.header.mix_hash != self.randomness(&block.header.parent_hash) {
            return Err(ExecuteError::Randomness);
        }
        let recovered = Arc::new(self.recover(block)?);
        let executed = parts.executor.execute(&recovered, &view).map_err(fault)?;
        let staged = parts.storage.stage(block.header.parent_hash, block.number(), executed.changes)?;
        if staged.state_root() != block.header.state_root {
            return Err(ExecuteError::StateRoot);
        }
        parts.storage.insert(staged, block.hash())?;
        Ok(self.keep(recovered, executed.receipts, executed.requests))
    }

    /// The senders: from the pool where it knows them, else recovered in parallel.
    pub(super) fn recover(&self, block: &Block) -> Result<RecoveredBlock, BlockError> {
        Ok(RecoveredBlock::new(block.clone(), self.parts.pool.senders_of(block)?))
    }

    /// Header of an executed block: an unfinalized one, or one of the ledger.
    pub(super) fn header(&self, hash: &BlockHash, number: u64) -> Result<Header, ExecuteError> {
        if let Some(outcome) = self.unfinalized.lock().outcome(hash) {
            return Ok(outcome.block.header.clone());
        }
        let block = self.parts.ledger.block(number).map_err(|error| ExecuteError::Node(error.to_string()))?;
        match block {
            Some(block) if block.hash() == *hash => Ok(block.header.clone()),
            _ => Err(ExecuteError::Parent),
        }
    }
}

fn fault(error: ExecutionError) -> ExecuteError {
    match error {
        ExecutionError::Invalid(reason) => ExecuteError::Invalid(reason),
        broken => ExecuteError::Node(broken.to_string()),
    }
}
