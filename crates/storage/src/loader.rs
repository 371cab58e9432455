use crate::{
    StateError, Storage, StorageConfig,
    base::Base,
    chain::Commit,
    codes::{self, Codes},
    recent::Recent,
    shared::Shared,
};
use althing_primitives::{Account, Address, B256, BlockId, Bytes, Changes, U256};
use althing_trie::{Root, StateTrie};
use std::sync::{Arc, OnceLock};

/// Builds the state out of all its entries: a genesis, or a checkpoint's key-value pairs in any
/// order, but accounts before their slots.
#[derive(Debug, Default)]
pub(crate) struct Loader {
    base: Base,
    codes: Codes,
    trie: StateTrie,
    root: Root,
    batch: Changes,
    entries: usize,
}

/// Entries hashed at a time: enough to share the work of upper levels, small next to the state.
const BATCH_ENTRIES: usize = 100_000;

impl Loader {
    pub(crate) fn account(&mut self, address: Address, account: Account) {
        self.base.set_account(address, Some(account));
        self.batch.accounts.entry(address).or_default().account = Some(account);
        self.added();
    }

    /// # Errors
    /// [`StateError::Orphan`] where the account was not loaded before.
    pub(crate) fn slot(&mut self, address: Address, slot: U256, value: U256) -> Result<(), StateError> {
        let change = self.batch.accounts.entry(address).or_default();
        if change.account.is_none() {
            change.account = Some(self.base.account(&address).ok_or(StateError::Orphan)?);
        }
        change.storage.insert(slot, value);
        self.base.set_slot(address, slot, value);
        self.added();
        Ok(())
    }

    /// Code as deployed, by its keccak256.
    pub(crate) fn code(&mut self, hash: B256, code: &Bytes) {
        self.codes.insert(hash, codes::analyse(code));
    }

    fn added(&mut self) {
        self.entries += 1;
        if self.entries.is_multiple_of(BATCH_ENTRIES) {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        let version = self.trie.install(self.trie.prepare(self.root, &batch));
        self.trie.free(version.replaced);
        self.root = version.root;
    }

    /// The storage whose head is `head`; `hashes` are those of it (last) and up to 256 blocks before it.
    ///
    /// # Errors
    /// [`StateError::Root`] where the state loaded does not have `state_root`.
    pub(crate) fn finish(
        mut self,
        config: StorageConfig,
        head: BlockId,
        state_root: B256,
        hashes: impl IntoIterator<Item = B256>,
    ) -> Result<Storage, StateError> {
        self.flush();
        if self.root.hash() != state_root {
            return Err(StateError::Root(head.number));
        }
        let commit = Commit { id: head, instance: 0, root: self.root, undo: Arc::default(), next: OnceLock::new() };
        let state = (self.base, self.codes, self.trie);
        Ok(Storage::new(Shared::new(config, state, Arc::new(commit), Recent::new(head, hashes))))
    }
}
