use crate::{LogQuery, StateError, shared::Shared};
use althing_primitives::{Address, B256, BlockNumber};
use std::ops::RangeInclusive;

/// Where blocks and transactions are: memory first, the archive for what memory no longer holds.
impl Shared {
    pub(crate) fn transaction_position(&self, hash: &B256) -> Result<Option<(BlockNumber, u32)>, StateError> {
        let recent = self.recent.transaction(hash);
        match (recent, self.archive.get()) {
            (None, Some(archive)) => archive.transaction_position(hash),
            (recent, _) => Ok(recent),
        }
    }

    pub(crate) fn block_number(&self, hash: &B256) -> Result<Option<BlockNumber>, StateError> {
        let recent = self.recent.number(hash);
        match (recent, self.archive.get()) {
            (None, Some(archive)) => archive.block_number(hash),
            (recent, _) => Ok(recent),
        }
    }

    pub(crate) fn block_hash(&self, number: BlockNumber) -> Result<Option<B256>, StateError> {
        let recent = self.recent.hash(number);
        match (recent, self.archive.get()) {
            (None, Some(archive)) => archive.block_hash(number),
            (recent, _) => Ok(recent),
        }
    }

    pub(crate) fn log_candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        query: &LogQuery,
    ) -> Result<Vec<BlockNumber>, StateError> {
        let (from, to) = range.into_inner();
        // Memory first: what it forgets meanwhile, the archive has.
        let (first, recent) = self.recent.log_candidates(from..=to, query);
        let mut blocks = match self.archive.get() {
            Some(archive) if from < first => archive.log_candidates(from..=to.min(first - 1), query)?,
            _ => Vec::new(),
        };
        blocks.extend(recent);
        Ok(blocks)
    }

    pub(crate) fn account_candidates(
        &self,
        address: &Address,
        range: RangeInclusive<BlockNumber>,
    ) -> Result<Vec<BlockNumber>, StateError> {
        let (from, to) = range.into_inner();
        // Memory first: what it forgets meanwhile, the archive has.
        let (first, recent) = self.recent.account_candidates(from..=to, address);
        let mut blocks = match self.archive.get() {
            Some(archive) if from < first => archive.account_candidates(address, from..=to.min(first - 1))?,
            _ => Vec::new(),
        };
        blocks.extend(recent);
        Ok(blocks)
    }
}
