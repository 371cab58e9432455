use super::{ImportError, batch::Batch, branches::Branches};
use crate::chain::Chain;
use althing_evm::{HeaderRules, OMMER_GENERATIONS};
use althing_ledger::encode_block;
use althing_primitives::{Block, BlockHash, BlockId, BlockNumber, U256};
use std::sync::Arc;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Blocks added, those of side branches included.
    pub blocks: u64,
    /// Blocks that were there already.
    pub known: u64,
}

/// Takes blocks in any order in which parents come before children. The ledger is synced in
/// batches. What is still open when it is dropped is lost: end with [`Importer::finish`].
pub struct Importer<'a> {
    chain: &'a Chain,
    rules: HeaderRules,
    branches: Branches,
    batch: Batch<'a>,
    imported: Imported,
}

impl Chain {
    /// Begins to import blocks on the head.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn importer(&self) -> Result<Importer<'_>, ImportError> {
        let head = self.head_id();
        Ok(Importer {
            chain: self,
            rules: self.parts().executor.header_rules(),
            branches: Branches::new(head, self.total_difficulty(head)?),
            batch: Batch::new(self),
            imported: Imported::default(),
        })
    }

    /// Number and hash of the committed head.
    pub fn head_id(&self) -> BlockId {
        self.parts().storage.head()
    }

    /// Of all blocks up to the head; no less than the terminal one where the head is past the merge.
    fn total_difficulty(&self, head: BlockId) -> Result<U256, ImportError> {
        let terminal = self.parts().spec.forks().terminal_total_difficulty();
        let mut total = self.parts().spec.genesis().header.difficulty;
        if terminal.is_some_and(|terminal| total >= terminal) {
            return Ok(total);
        }
        for number in 1..=head.number {
            let header = self.parts().ledger.header(number).map_err(ImportError::node)?;
            total = total.saturating_add(header.map_or(U256::ZERO, |header| header.difficulty));
        }
        Ok(total)
    }
}

impl Importer<'_> {
    /// Validates and executes a block on its parent, whichever branch that is on. `next` is the
    /// lowest height of the blocks still to come: what these cannot touch any more is committed.
    ///
    /// # Errors
    /// [`ImportError::Invalid`]; nothing has changed then.
    pub fn add(&mut self, block: &Block, next: BlockNumber) -> Result<(), ImportError> {
        if self.is_known(block)? {
            self.imported.known += 1;
        } else {
            self.open(block)?;
            self.imported.blocks += 1;
        }
        // Our own consensus has decided already.
        self.settle(if self.rules == HeaderRules::Consensus { u64::MAX } else { next })
    }

    /// Height of the head, committed or not.
    pub fn head(&self) -> BlockId {
        self.branches.head()
    }

    /// Commits the best branch and makes it durable.
    ///
    /// # Errors
    /// This node is broken.
    pub fn finish(mut self) -> Result<Imported, ImportError> {
        self.settle(u64::MAX)?;
        self.batch.sync()?;
        Ok(self.imported)
    }

    fn is_known(&self, block: &Block) -> Result<bool, ImportError> {
        if block.number() > self.chain.head_id().number {
            return Ok(self.branches.is_open(&block.hash()));
        }
        match self.chain.parts().ledger.hash(block.number()) {
            Some(hash) if hash == block.hash() => Ok(true),
            _ => Err(ImportError::invalid(block.number(), "another block of this height is committed")),
        }
    }

    fn open(&mut self, block: &Block) -> Result<(), ImportError> {
        let (number, parent) = (block.number(), block.header.parent_hash);
        let invalid = |reason: &dyn std::fmt::Display| ImportError::invalid(number, reason);
        block.check_body().map_err(|error| ImportError::body(number, &error))?;
        let before = self.branches.total_difficulty(&parent).ok_or_else(|| invalid(&"parent is unknown"))?;
        let executor = &self.chain.parts().executor;
        if self.rules == HeaderRules::Imported {
            executor.validate_transition(&block.header, before).map_err(|error| invalid(&error))?;
            self.check_ommers(block)?;
        }
        self.chain.execute_block(block, self.rules).map_err(|error| ImportError::executing(number, &error))?;
        let terminal = self.chain.parts().spec.forks().terminal_total_difficulty();
        self.branches.insert(block.id(), parent, before.saturating_add(block.header.difficulty), terminal);
        Ok(())
    }

    fn check_ommers(&self, block: &Block) -> Result<(), ImportError> {
        if block.body.ommers.is_empty() {
            return Ok(());
        }
        let ancestors = self.ancestors(block)?;
        let ancestors: Vec<&Block> = ancestors.iter().map(|ancestor| &**ancestor).collect();
        let valid = self.chain.parts().executor.validate_ommers(block, &ancestors);
        valid.map_err(|error| ImportError::invalid(block.number(), error))
    }

    /// The parent and its ancestors, as far as ommers may reach.
    fn ancestors(&self, block: &Block) -> Result<Vec<Arc<Block>>, ImportError> {
        let mut found = Vec::with_capacity(OMMER_GENERATIONS);
        let mut hash = block.header.parent_hash;
        for number in (0..block.number()).rev().take(OMMER_GENERATIONS) {
            let Some(ancestor) = self.block(hash, number)? else { break };
            hash = ancestor.header.parent_hash;
            found.push(ancestor);
        }
        Ok(found)
    }

    fn block(&self, hash: BlockHash, number: BlockNumber) -> Result<Option<Arc<Block>>, ImportError> {
        if let Some(outcome) = self.chain.unfinalized.lock().outcome(&hash) {
            return Ok(Some(Arc::new(outcome.block.block().clone())));
        }
        let block = self.chain.parts().ledger.block(number).map_err(ImportError::node)?;
        Ok(block.filter(|block| block.hash() == hash))
    }

    fn settle(&mut self, next: BlockNumber) -> Result<(), ImportError> {
        for id in self.branches.settled(next) {
            self.commit(id)?;
            self.branches.committed(id);
        }
        Ok(())
    }

    fn commit(&mut self, id: BlockId) -> Result<(), ImportError> {
        let outcome = self.chain.unfinalized.lock().outcome(&id.hash);
        let outcome = outcome.ok_or_else(|| ImportError::node("an executed block is gone"))?;
        let block = outcome.block.block();
        let parts = self.chain.parts();
        let encoded = encode_block(block, &parts.keyring).map_err(ImportError::node)?;
        parts.ledger.put_block(&encoded, &Arc::new(block.clone())).map_err(ImportError::node)?;
        let committed = self.chain.commit_block(block, self.rules);
        committed.map_err(|error| ImportError::committing(id.number, &error))?;
        self.batch.added()
    }
}
