use crate::{
    trie::{Root, StateTrie},
    update::{AccountUpdate, SlotUpdate},
};
use althing_primitives::{Account, Address, U256, keccak256};
use rayon::prelude::*;

/// Entries built at a time, in order of their hashes: small next to the state, and every part of
/// the trie is hashed about once.
const PART: usize = 50_000;

/// Hashes below this many are not worth handing to other threads.
const HASH_BATCH_MIN: usize = 64;

impl StateTrie {
    /// Adds accounts without storage to a version and forgets that version. Of entries with the
    /// same address one counts.
    pub fn load_accounts(&mut self, mut root: Root, accounts: &[(Address, Account)]) -> Root {
        let hashed = |(address, account): &(Address, Account)| AccountUpdate::record(keccak256(address), *account);
        let mut updates: Vec<AccountUpdate> = accounts.par_iter().with_min_len(HASH_BATCH_MIN).map(hashed).collect();
        updates.par_sort_unstable_by_key(AccountUpdate::key_of);
        updates.dedup_by_key(|update| update.key_of());
        for part in updates.chunks(PART) {
            root = self.replace(root, part);
        }
        root
    }

    /// Adds storage to accounts of a version and forgets that version. Of entries with the same
    /// address and slot one counts.
    pub fn load_storage(&mut self, mut root: Root, slots: &[(Address, Account, U256, U256)]) -> Root {
        let hashed = |(address, account, slot, value): &(Address, Account, U256, U256)| {
            let update = AccountUpdate::record(keccak256(address), *account);
            (update.key_of(), SlotUpdate::hashed(slot, *value), *account)
        };
        let mut updates: Vec<_> = slots.par_iter().with_min_len(HASH_BATCH_MIN).map(hashed).collect();
        updates.par_sort_unstable_by_key(|(account, slot, _)| (*account, slot.key_of()));
        updates.dedup_by_key(|(account, slot, _)| (*account, slot.key_of()));
        for part in updates.chunks(PART) {
            let by_account = part.chunk_by(|a, b| a.0 == b.0);
            let update = |slots: &[(_, SlotUpdate, Account)]| {
                let (key, _, account) = slots[0];
                AccountUpdate::with_storage(key, account, slots.iter().map(|(_, slot, _)| *slot).collect())
            };
            root = self.replace(root, &by_account.map(update).collect::<Vec<_>>());
        }
        root
    }

    fn replace(&mut self, root: Root, updates: &[AccountUpdate]) -> Root {
        let version = self.install(self.prepare_sorted(root, updates));
        self.free(version.replaced);
        version.root
    }
}
