//! Values at any committed height: the index says which block changed a key first after that
//! height, the block's changeset says what was there before.

use crate::{
    BlockSource, StateError,
    checkpoint::Vault,
    index::{Listed, first_block_with},
};
use althing_primitives::{Account, Address, BlockNumber, Changeset, PreviousAccount, U256};
use lru::LruCache;
use parking_lot::Mutex;
use std::{num::NonZeroUsize, ops::RangeInclusive, sync::Arc};

/// Changesets kept decoded: a call at an old height reads many keys that the same few blocks
/// changed. A full block's takes about 500 KB.
const CHANGESETS_KEPT: NonZeroUsize = NonZeroUsize::new(32).expect("not zero");

/// Answers for heights below the memory window.
pub(crate) struct History {
    vault: Arc<Vault>,
    source: Arc<dyn BlockSource>,
    changesets: Mutex<LruCache<BlockNumber, Arc<Changeset>>>,
}

impl History {
    pub(crate) fn new(vault: Arc<Vault>, source: Arc<dyn BlockSource>) -> Self {
        Self { vault, source, changesets: Mutex::new(LruCache::new(CHANGESETS_KEPT)) }
    }

    /// The account's record before the first block of the range that changed it; `None` if none did.
    pub(crate) fn account_before(
        &self,
        address: &Address,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<Option<Account>>, StateError> {
        let Some(block) = first_block_with(&self.vault, &Listed::Account(*address), blocks)? else { return Ok(None) };
        let changeset = self.changeset(block)?;
        previous(&changeset, address, block).map(|previous| Some(previous.account))
    }

    /// The slot's value before the first block of the range that changed it; `None` if none did.
    pub(crate) fn slot_before(
        &self,
        address: &Address,
        slot: &U256,
        blocks: RangeInclusive<BlockNumber>,
    ) -> Result<Option<U256>, StateError> {
        let listed = Listed::Slot(*address, *slot);
        let Some(block) = first_block_with(&self.vault, &listed, blocks)? else { return Ok(None) };
        let changeset = self.changeset(block)?;
        let storage = &previous(&changeset, address, block)?.storage;
        let at = storage.binary_search_by_key(slot, |(slot, _)| *slot).map_err(|_| disagrees(block))?;
        Ok(Some(storage[at].1))
    }

    pub(crate) fn changeset(&self, block: BlockNumber) -> Result<Arc<Changeset>, StateError> {
        if let Some(changeset) = self.changesets.lock().get(&block) {
            return Ok(changeset.clone());
        }
        let read = self.source.changeset(block).map_err(StateError::Durable)?;
        let changeset = Arc::new(read.ok_or_else(|| StateError::Durable(format!("no changeset of block {block}")))?);
        self.changesets.lock().put(block, changeset.clone());
        Ok(changeset)
    }
}

/// Changesets are sorted by address.
fn previous<'a>(
    changeset: &'a Changeset,
    address: &Address,
    block: BlockNumber,
) -> Result<&'a PreviousAccount, StateError> {
    let at = changeset.accounts.binary_search_by_key(address, |previous| previous.address);
    at.map(|at| &changeset.accounts[at]).map_err(|_| disagrees(block))
}

fn disagrees(block: BlockNumber) -> StateError {
    StateError::Durable(format!("history index and changeset of block {block} disagree"))
}
