use althing_primitives::{Account, Address, U256};
use hashbrown::HashTable;
use parking_lot::RwLock;
use std::{
    collections::BTreeSet,
    hash::{BuildHasher, Hash, RandomState},
};

/// The state at the finalized tip, flat. A reader takes one shard's lock for one lookup.
#[derive(Debug, Default)]
pub(crate) struct Base {
    accounts: Shards<Address, Account>,
    slots: Shards<(Address, U256), U256>,
}

impl Base {
    pub(crate) fn account(&self, address: &Address) -> Option<Account> {
        self.accounts.find(address)
    }

    /// Zero where the slot is not set.
    pub(crate) fn slot(&self, address: Address, slot: U256) -> U256 {
        self.slots.find(&(address, slot)).unwrap_or_default()
    }

    pub(crate) fn set_account(&self, address: Address, account: Option<Account>) {
        self.accounts.set(address, account);
    }

    /// Zero deletes.
    pub(crate) fn set_slot(&self, address: Address, slot: U256, value: U256) {
        self.slots.set((address, slot), (!value.is_zero()).then_some(value));
    }

    /// Every slot of these accounts, by a walk over all storage: for the rare wipe of storage that is set.
    pub(crate) fn slots_of(&self, addresses: &BTreeSet<Address>) -> Vec<(Address, U256, U256)> {
        let mut found = Vec::new();
        self.slots.for_each_shard(|shard| {
            let wanted = shard.iter().filter(|((address, _), _)| addresses.contains(address));
            found.extend(wanted.map(|((address, slot), value)| (*address, *slot, *value)));
        });
        found
    }

    /// Accounts and slots.
    pub(crate) fn len(&self) -> (usize, usize) {
        (self.accounts.len(), self.slots.len())
    }

    /// Bytes the tables take.
    pub(crate) fn bytes(&self) -> usize {
        self.accounts.bytes() + self.slots.bytes()
    }
}

/// So many that growing one shard of ten million entries stays below a millisecond.
const SHARDS: usize = 1024;

/// A hash table in parts. Hashed with a random key: users choose addresses and slots.
#[derive(Debug)]
struct Shards<K, V> {
    shards: Vec<RwLock<HashTable<(K, V)>>>,
    hasher: RandomState,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| RwLock::default()).collect(), hasher: RandomState::new() }
    }
}

impl<K: Hash + Eq + Copy, V: Copy> Shards<K, V> {
    /// The table itself uses the low and the topmost bits of the hash.
    fn shard(&self, hash: u64) -> &RwLock<HashTable<(K, V)>> {
        &self.shards[(hash >> 32) as usize % SHARDS]
    }

    fn find(&self, key: &K) -> Option<V> {
        let hash = self.hasher.hash_one(key);
        self.shard(hash).read().find(hash, |entry| entry.0 == *key).map(|entry| entry.1)
    }

    fn set(&self, key: K, value: Option<V>) {
        let hash = self.hasher.hash_one(key);
        let mut shard = self.shard(hash).write();
        match (shard.find_entry(hash, |entry| entry.0 == key), value) {
            (Ok(mut entry), Some(value)) => entry.get_mut().1 = value,
            (Ok(entry), None) => drop(entry.remove()),
            (Err(_), None) => {}
            (Err(_), Some(value)) => {
                shard.insert_unique(hash, (key, value), |entry| self.hasher.hash_one(entry.0));
            }
        }
    }

    fn for_each_shard(&self, mut visit: impl FnMut(&HashTable<(K, V)>)) {
        self.shards.iter().for_each(|shard| visit(&shard.read()));
    }

    fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().len()).sum()
    }

    fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().allocation_size()).sum()
    }
}
