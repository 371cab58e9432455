//! Roots and proofs of blocks whose trie nodes are gone: the head's trie with every later change taken back.

use crate::{StateError, shared::Shared};
use althing_primitives::{AccountChange, AddressMap, BlockId, BlockNumber, Changes, Changeset};
use std::sync::Arc;

/// Blocks taken back at most: each is a record read from the ledger, so half a second of reading.
pub(crate) const BLOCKS_MAX: u64 = 2_048;
/// Accounts and slots taken back at most: a fifth of a second of hashing on one core.
const ENTRIES_MAX: usize = 20_000;

/// From a committed block back to an older one.
pub(crate) struct Rewound {
    pub(crate) from: BlockId,
    /// Records and slots as they were after the older block.
    accounts: AddressMap<AccountChange>,
}

impl Shared {
    /// Takes back every change between the head and an older block.
    pub(crate) fn rewind(&self, id: BlockId) -> Result<Rewound, StateError> {
        let from = self.table.read().head().id;
        let mut rewound = Rewound::nothing(from);
        let mut entries = 0;
        // Down from the head: what the lowest block replaced is what there was.
        for number in (id.number + 1..=from.number).rev() {
            let changeset = self.changeset(number)?;
            entries += changeset.accounts.iter().map(|account| 1 + account.storage.len()).sum::<usize>();
            if entries > ENTRIES_MAX || from.number - number >= BLOCKS_MAX {
                return Err(StateError::ProofWindow(id.number, number));
            }
            rewound.take_back(&changeset);
        }
        rewound.accounts.values_mut().filter(|change| change.account.is_none()).for_each(|change| {
            change.storage.clear();
        });
        Ok(rewound)
    }

    /// What a committed block replaced. The oldest in memory may have been loaded with the state, without its diff.
    fn changeset(&self, number: BlockNumber) -> Result<Arc<Changeset>, StateError> {
        {
            let table = self.table.read();
            if let Some(commit) = table.at(number).filter(|_| number > table.oldest().id.number) {
                return Ok(commit.undo.clone());
            }
        }
        let archive = self.archive.get().filter(|archive| archive.covered() >= number);
        archive.ok_or(StateError::Unavailable(number))?.changeset(number)
    }
}

impl Rewound {
    pub(crate) fn nothing(from: BlockId) -> Self {
        Self { from, accounts: AddressMap::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// What leads from the newer block's state to the older one's.
    pub(crate) fn into_changes(self) -> Changes {
        Changes { accounts: self.accounts, ..Changes::default() }
    }

    /// The same, and then the changes of a successor of the older block.
    pub(crate) fn followed_by(mut self, changes: &Changes) -> Changes {
        for (address, change) in &changes.accounts {
            let change = on_top(self.accounts.get(address), change);
            self.accounts.insert(*address, change);
        }
        self.into_changes()
    }

    fn take_back(&mut self, changeset: &Changeset) {
        for previous in &changeset.accounts {
            let entry = self.accounts.entry(previous.address).or_default();
            entry.account = previous.account;
            entry.storage.extend(previous.storage.iter().copied());
        }
    }
}

/// A change of the older block's successor, as a change of the newer block.
fn on_top(rewound: Option<&AccountChange>, change: &AccountChange) -> AccountChange {
    let Some(rewound) = rewound else { return change.clone() };
    if change.wiped || change.account.is_none() || rewound.account.is_none() {
        return AccountChange { wiped: true, ..change.clone() };
    }
    let mut both = rewound.clone();
    both.account = change.account;
    both.storage.extend(change.storage.iter().map(|(slot, value)| (*slot, *value)));
    both
}
