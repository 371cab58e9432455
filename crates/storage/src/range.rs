use crate::{StateError, Storage, View};
use althing_primitives::{Address, B256, B256Map, U256, alloy::map::B256Set, keccak256};
use althing_trie::HashedAccount;
use std::collections::BTreeMap;

impl View {
    /// Accounts in order of their keys (keccak256 of addresses), from `start` on, at most `max`.
    ///
    /// # Errors
    /// [`StateError::ProofWindow`] for views older than the proof window,
    /// [`StateError::UnknownBlock`] for a layer that was dropped.
    pub fn accounts_from(&self, start: &B256, max: usize) -> Result<Vec<HashedAccount>, StateError> {
        let trie = self.shared().trie.read_recursive();
        let root = self.shared().table.read().root(self.id())?;
        Ok(trie.accounts_from(root, start, max))
    }

    /// Slots of an account in order of their keys (keccak256 of slots), from `start` on, at most `max`.
    ///
    /// # Errors
    /// As [`View::accounts_from`].
    pub fn slots_from(&self, account: &B256, start: &B256, max: usize) -> Result<Vec<(B256, U256)>, StateError> {
        let trie = self.shared().trie.read_recursive();
        let root = self.shared().table.read().root(self.id())?;
        Ok(trie.slots_from(root, account, start, max))
    }

    /// State root after this block.
    ///
    /// # Errors
    /// As [`View::accounts_from`].
    pub fn state_root(&self) -> Result<B256, StateError> {
        Ok(self.shared().table.read().root(self.id())?.hash())
    }
}

impl Storage {
    /// The addresses behind keys, of accounts that exist at the finalized tip: a walk over all (half a
    /// second a million), for debugging.
    pub fn addresses_of(&self, keys: &B256Set) -> B256Map<Address> {
        let mut found = B256Map::default();
        for addresses in self.base().addresses() {
            let hashed = addresses.into_iter().map(|address| (keccak256(address), address));
            found.extend(hashed.filter(|(key, _)| keys.contains(key)));
        }
        found
    }

    /// The slots behind keys, of these accounts, that are set at the finalized tip: a walk as in
    /// [`Storage::addresses_of`].
    pub fn slots_behind(&self, wanted: &BTreeMap<Address, B256Set>) -> BTreeMap<Address, B256Map<U256>> {
        let mut found: BTreeMap<Address, B256Map<U256>> = BTreeMap::new();
        for slots in self.base().slots_in_parts(|address| wanted.contains_key(address)) {
            for (address, slot) in slots {
                let key = keccak256(slot.to_be_bytes::<32>());
                if wanted.get(&address).is_some_and(|keys| keys.contains(&key)) {
                    found.entry(address).or_default().insert(key, slot);
                }
            }
        }
        found
    }
}
