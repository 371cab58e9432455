//! Roots and proofs of blocks whose trie nodes are gone: the head's trie with every later change taken back.

use crate::{StateError, proof::AccountProof, shared::Shared};
use althing_primitives::{AccountChange, Address, AddressMap, B256, BlockId, BlockNumber, Changes, Changeset};
use std::sync::Arc;

/// Blocks taken back at most: each is a record read from the ledger, so half a second of reading.
pub(crate) const BLOCKS_MAX: u64 = 2_048;
/// Accounts and slots taken back at most: no block can be inserted while they are hashed, a fifth of a second.
const ENTRIES_MAX: usize = 20_000;

/// From a committed block back to an older one.
struct Rewound {
    from: BlockId,
    /// Records and slots as they were after the older block.
    accounts: AddressMap<AccountChange>,
}

impl Shared {
    /// The root that changes on top of an old block's state give.
    pub(crate) fn old_root_after(&self, id: BlockId, changes: &Changes) -> Result<B256, StateError> {
        let Rewound { from, mut accounts } = self.rewind(id)?;
        for (address, change) in &changes.accounts {
            let change = on_top(accounts.get(address), change);
            accounts.insert(*address, change);
        }
        let changes = Changes { accounts, ..Changes::default() };
        // The version is looked up under the trie's lock: its nodes are not freed before this is done.
        let trie = self.trie.read_recursive();
        let root = self.table.read().root(from)?;
        Ok(trie.prepare(root, &changes).hash())
    }

    /// Proof of an account and slots in an old block's state.
    pub(crate) fn old_proof(&self, id: BlockId, address: Address, slots: &[B256]) -> Result<AccountProof, StateError> {
        let Rewound { from, accounts } = self.rewind(id)?;
        let changes = Changes { accounts, ..Changes::default() };
        // Nothing is inserted or freed meanwhile, so what is prepared may be installed for a moment.
        let _writer = self.writer.lock();
        let prepared = {
            let trie = self.trie.read_recursive();
            let root = self.table.read().root(from)?;
            trie.prepare(root, &changes)
        };
        let mut trie = self.trie.write();
        let version = trie.install(prepared);
        let proof = trie.proof(version.root, &address, slots);
        trie.free(version.created);
        Ok(AccountProof::new(address, slots, proof))
    }

    fn rewind(&self, id: BlockId) -> Result<Rewound, StateError> {
        let from = self.table.read().head().id;
        let mut rewound = Rewound { from, accounts: AddressMap::default() };
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
