use hashbrown::HashTable;
use parking_lot::RwLock;
use std::hash::{BuildHasher, Hash, RandomState};

/// A hash table in parts. Hashed with a random key: users choose addresses and slots.
#[derive(Debug)]
pub(crate) struct Shards<K, V> {
    shards: Vec<RwLock<HashTable<(K, V)>>>,
    hasher: RandomState,
}

/// So many that growing one shard of ten million entries stays below a millisecond.
const SHARDS: usize = 1024;

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

    pub(crate) fn find(&self, key: &K) -> Option<V> {
        let hash = self.hasher.hash_one(key);
        self.shard(hash).read().find(hash, |entry| entry.0 == *key).map(|entry| entry.1)
    }

    pub(crate) fn set(&self, key: K, value: Option<V>) {
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

    pub(crate) fn for_each_shard(&self, mut visit: impl FnMut(&HashTable<(K, V)>)) {
        self.shards.iter().for_each(|shard| visit(&shard.read()));
    }

    /// The keys that `keep` wants, copied part by part, so that what is done with them holds no lock.
    pub(crate) fn keys_in_parts(&self, keep: impl Fn(&K) -> bool) -> impl Iterator<Item = Vec<K>> {
        self.shards.iter().map(move |shard| shard.read().iter().map(|(key, _)| *key).filter(&keep).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().len()).sum()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().allocation_size()).sum()
    }
}
