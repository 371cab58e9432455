use super::{Chain, commit::CommitError, execute::ExecuteError};
use althing_ledger::encode_block;
use althing_primitives::{Block, BlockId};
use std::{sync::Arc, time::Duration};
use thiserror::Error;

/// One fdatasync at least for so many imported blocks.
const SYNC_BLOCKS: u64 = 256;
/// One fdatasync at least for so much time.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Blocks added.
    pub blocks: u64,
    /// Blocks that were there already.
    pub known: u64,
}

/// Why an import stopped.
#[derive(Debug, Error)]
pub enum ImportError {
    /// A block of the file is invalid; those before it are kept.
    #[error("block {number}: {reason}")]
    Invalid {
        /// Its height.
        number: u64,
        /// Why, in the validator's words.
        reason: String,
    },
    /// The bytes are no block.
    #[error("block after {after}: {reason}")]
    Undecodable {
        /// Height of the last block read before.
        after: u64,
        /// Why.
        reason: String,
    },
    /// This node is broken.
    #[error("{0}")]
    Node(String),
}

impl Chain {
    /// Adds blocks in order: validate, execute, append to the ledger, commit; the ledger is
    /// synced in batches, and at the end whatever happens.
    ///
    /// # Errors
    /// At the first invalid block; those before it stay.
    pub fn import(
        &self,
        blocks: impl Iterator<Item = Result<Block, String>>,
        mut progress: impl FnMut(&Block),
    ) -> Result<Imported, ImportError> {
        let mut batch = Batch::new(self);
        let mut done = Imported::default();
        let result = blocks.into_iter().try_for_each(|block| {
            let block = block.map_err(|reason| ImportError::Undecodable { after: self.head_id().number, reason })?;
            match self.import_block(&block)? {
                Step::Added => {
                    done.blocks += 1;
                    batch.added()?;
                }
                Step::Known => done.known += 1,
            }
            progress(&block);
            Ok(())
        });
        batch.sync()?;
        result.map(|()| done)
    }

    /// Number and hash of the head.
    pub fn head_id(&self) -> BlockId {
        self.parts.storage.head()
    }

    fn import_block(&self, block: &Block) -> Result<Step, ImportError> {
        let number = block.number();
        let invalid = |reason: String| ImportError::Invalid { number, reason };
        if number <= self.head_id().number {
            return match self.parts.ledger.block(number).map_err(node)? {
                Some(known) if known.hash() == block.hash() => Ok(Step::Known),
                _ => Err(invalid("another block of this height is committed".into())),
            };
        }
        block.check_body().map_err(|error| invalid(error.to_string()))?;
        self.execute_block(block, self.parts.executor.header_rules()).map_err(|error| match error {
            ExecuteError::Node(_) => node(error),
            error => invalid(error.to_string()),
        })?;
        let encoded = encode_block(block, &self.parts.keyring).map_err(node)?;
        self.parts.ledger.put_block(&encoded, &Arc::new(block.clone())).map_err(node)?;
        self.commit_block(block, self.parts.executor.header_rules()).map_err(|error| match error {
            CommitError::Gap { .. } => invalid(error.to_string()),
            error => node(error),
        })?;
        Ok(Step::Added)
    }
}

enum Step {
    Added,
    Known,
}

/// Blocks appended since the last fdatasync.
struct Batch<'a> {
    chain: &'a Chain,
    blocks: u64,
    synced: Duration,
}

impl<'a> Batch<'a> {
    fn new(chain: &'a Chain) -> Self {
        Self { chain, blocks: 0, synced: chain.parts.clock.monotonic() }
    }

    fn added(&mut self) -> Result<(), ImportError> {
        self.blocks += 1;
        let elapsed = self.chain.parts.clock.monotonic() - self.synced;
        if self.blocks >= SYNC_BLOCKS || elapsed >= SYNC_INTERVAL { self.sync() } else { Ok(()) }
    }

    fn sync(&mut self) -> Result<(), ImportError> {
        if self.blocks > 0 {
            self.chain.parts.ledger.sync().map_err(node)?;
            self.blocks = 0;
        }
        self.synced = self.chain.parts.clock.monotonic();
        Ok(())
    }
}

fn node(error: impl std::fmt::Display) -> ImportError {
    ImportError::Node(error.to_string())
}
