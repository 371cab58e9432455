use crate::{
    StateError, Storage, StorageConfig,
    base::Base,
    chain::Commit,
    codes::{self, Codes},
    recent::Recent,
    shared::Shared,
};
use althing_primitives::{Account, Address, B256, BlockId, Bytes, U256};
use althing_trie::{Root, StateTrie};
use std::sync::{Arc, OnceLock};

/// Builds the state out of all its entries: a genesis, or a checkpoint's key-value pairs in any
/// order, but accounts before their slots.
#[derive(Debug, Default)]
pub(crate) struct Loader {
    base: Base,
    codes: Codes,
    accounts: Vec<(Address, Account)>,
    slots: Vec<(Address, Account, U256, U256)>,
}

impl Loader {
    pub(crate) fn account(&mut self, address: Address, account: Account) {
        self.base.set_account(address, Some(account));
        self.accounts.push((address, account));
    }

    /// # Errors
    /// [`StateError::Orphan`] where the account was not loaded before.
    pub(crate) fn slot(&mut self, address: Address, slot: U256, value: U256) -> Result<(), StateError> {
        let account = self.base.account(&address).ok_or(StateError::Orphan)?;
        self.base.set_slot(address, slot, value);
        self.slots.push((address, account, slot, value));
        Ok(())
    }

    /// Code as deployed, by its keccak256.
    pub(crate) fn code(&mut self, hash: B256, code: &Bytes) {
        self.codes.insert(hash, codes::analyse(code));
    }

    /// The storage whose head is `head`; `hashes` are those of it (last) and up to 256 blocks before it.
    ///
    /// # Errors
    /// [`StateError::Root`] where the state loaded does not have `state_root`.
    pub(crate) fn finish(
        self,
        config: StorageConfig,
        head: BlockId,
        state_root: B256,
        hashes: impl IntoIterator<Item = B256>,
    ) -> Result<Storage, StateError> {
        let mut trie = StateTrie::default();
        let root = trie.load_accounts(Root::EMPTY, &self.accounts);
        let root = trie.load_storage(root, &self.slots);
        if root.hash() != state_root {
            return Err(StateError::Root(head.number));
        }
        let commit = Commit { id: head, instance: 0, root, undo: Arc::default(), next: OnceLock::new() };
        let state = (self.base, self.codes, trie);
        Ok(Storage::new(Shared::new(config, state, Arc::new(commit), Recent::new(head, hashes))))
    }
}
