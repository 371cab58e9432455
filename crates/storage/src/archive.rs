use crate::{LogQuery, StateError};
use althing_primitives::{
    Account, Address, B256, BlockId, BlockNumber, Changes, Changeset, Receipt, RecoveredBlock, TransactionExt, U256,
};
use std::{collections::BTreeSet, fmt::Debug, ops::RangeInclusive, sync::Arc};

/// The durable part, seen from the state in memory: takes every committed block, and answers for
/// what memory no longer holds.
///
/// Memory keeps a block until [`Archive::covered`] says it is readable here, so between the two
/// nothing is ever missing. Implementations fold many blocks into one durable transaction in the
/// background; a reader never waits for it.
pub(crate) trait Archive: Debug + Send + Sync {
    /// A block was committed. Called once a block, in order of heights, by the committing thread:
    /// queue it and return. Blocks not yet durable at a crash come again from the ledger.
    fn committed(&self, block: Committed);

    /// Height of the last durable checkpoint of the whole state.
    fn checkpoint_height(&self) -> BlockNumber;

    /// Up to this height (inclusive) everything below is answered. Never falls.
    fn covered(&self) -> BlockNumber;

    /// The oldest height whose state can be asked for.
    fn oldest(&self) -> BlockNumber;

    /// The previous record in the first block of `blocks` that changed the account: its record
    /// before all of them. `None` if none did.
    fn account_before(
        &self,
        address: &Address,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<Option<Account>>, StateError>;

    /// As [`Archive::account_before`], for a slot.
    fn slot_before(
        &self,
        address: &Address,
        slot: &U256,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<U256>, StateError>;

    /// What a covered block replaced.
    fn changeset(&self, number: BlockNumber) -> Result<Arc<Changeset>, StateError>;

    /// Height and index of a transaction in a covered block.
    fn transaction_position(&self, hash: &B256) -> Result<Option<(BlockNumber, u32)>, StateError>;

    /// Height of a covered block.
    fn block_number(&self, hash: &B256) -> Result<Option<BlockNumber>, StateError>;

    /// Hash of a covered block.
    fn block_hash(&self, number: BlockNumber) -> Result<Option<B256>, StateError>;

    /// Covered blocks of a range that may hold a matching log, ascending.
    fn log_candidates(
        &self,
        range: RangeInclusive<BlockNumber>,
        query: &LogQuery,
    ) -> Result<Vec<BlockNumber>, StateError>;

    /// Covered blocks of a range that changed an account, called it directly, or in which it
    /// logged, ascending.
    fn account_candidates(
        &self,
        address: &Address,
        range: RangeInclusive<BlockNumber>,
    ) -> Result<Vec<BlockNumber>, StateError>;
}

/// Whom a block's transactions called without changing anything about them, ascending.
pub(crate) fn called_only(block: &RecoveredBlock, changeset: &Changeset) -> Vec<Address> {
    let changed =
        |address: &Address| changeset.accounts.binary_search_by_key(address, |account| account.address).is_ok();
    let called: BTreeSet<Address> =
        block.body.transactions.iter().filter_map(TransactionExt::to).filter(|to| !changed(to)).collect();
    called.into_iter().collect()
}

/// A committed block with everything an archive derives its tables from.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    /// Height and hash.
    pub(crate) id: BlockId,
    /// The block; its header holds the bloom.
    pub(crate) block: Arc<RecoveredBlock>,
    /// One receipt a transaction.
    pub(crate) receipts: Arc<Vec<Receipt>>,
    /// New values and new code.
    pub(crate) changes: Arc<Changes>,
    /// Which keys changed (sorted), with their previous values.
    pub(crate) changeset: Arc<Changeset>,
}
