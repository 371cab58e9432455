use alloy_trie::{
    TrieAccount,
    root::{state_root_unhashed, storage_root_unhashed},
};
use althing_primitives::{
    Account, AccountChange, Address, B256, Bytes, Changes, Changeset, KECCAK256_EMPTY, U256, keccak256,
};
use rand::{Rng, rngs::StdRng};
use std::collections::BTreeMap;

pub(super) const ADDRESSES: u8 = 24;
pub(super) const SLOTS: u64 = 12;

/// The whole state, copied for every block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) accounts: BTreeMap<Address, (Account, BTreeMap<U256, U256>)>,
}

pub(super) fn addresses() -> impl Iterator<Item = Address> {
    (0..ADDRESSES).map(Address::with_last_byte)
}

pub(super) fn trie_account((account, storage): &(Account, BTreeMap<U256, U256>)) -> TrieAccount {
    let storage_root = storage_root_unhashed(storage.iter().map(|(slot, value)| (B256::from(*slot), *value)));
    let Account { nonce, balance, code_hash } = *account;
    TrieAccount { nonce, balance, storage_root, code_hash }
}

impl Model {
    pub(super) fn root(&self) -> B256 {
        state_root_unhashed(self.accounts.iter().map(|(address, entry)| (*address, trie_account(entry))))
    }

    pub(super) fn account(&self, address: &Address) -> Option<Account> {
        self.accounts.get(address).map(|entry| entry.0)
    }

    pub(super) fn slot(&self, address: &Address, slot: &U256) -> U256 {
        self.accounts.get(address).and_then(|entry| entry.1.get(slot)).copied().unwrap_or_default()
    }

    pub(super) fn apply(&self, changes: &Changes) -> Self {
        let mut next = self.clone();
        for (address, change) in &changes.accounts {
            let Some(account) = change.account else {
                next.accounts.remove(address);
                continue;
            };
            let entry = next.accounts.entry(*address).or_default();
            entry.0 = account;
            if change.wiped {
                entry.1.clear();
            }
            entry.1.extend(&change.storage);
            entry.1.retain(|_, value| !value.is_zero());
        }
        next
    }

    /// The state before a block, out of the state after it and its changeset.
    pub(super) fn undo(&self, changeset: &Changeset) -> Self {
        let mut before = self.clone();
        for previous in &changeset.accounts {
            let Some(account) = previous.account else {
                before.accounts.remove(&previous.address);
                continue;
            };
            let entry = before.accounts.entry(previous.address).or_default();
            entry.0 = account;
            entry.1.extend(previous.storage.iter().copied());
            entry.1.retain(|_, value| !value.is_zero());
        }
        before
    }

    pub(super) fn random_changes(&self, rng: &mut StdRng) -> Changes {
        let mut changes = Changes::default();
        for _ in 0..rng.random_range(0..10) {
            let address = Address::with_last_byte(rng.random_range(0..ADDRESSES));
            let change = self.random_change(rng, &address, &mut changes);
            changes.accounts.insert(address, change);
        }
        changes
    }

    fn random_change(&self, rng: &mut StdRng, address: &Address, changes: &mut Changes) -> AccountChange {
        let existing = self.account(address);
        if existing.is_some() && rng.random_bool(0.15) {
            return AccountChange { account: None, wiped: rng.random(), ..Default::default() };
        }
        let mut account = existing.unwrap_or_default();
        account.nonce += rng.random_range(0..2);
        account.balance = U256::from(rng.random_range(0..1000u64));
        if !account.has_code() && rng.random_bool(0.3) {
            let code = Bytes::from(vec![0x60, rng.random(), 0x5b, 0x00]);
            account.code_hash = keccak256(&code);
            changes.code.insert(account.code_hash, code);
        }
        let count = if rng.random_bool(0.6) { rng.random_range(0..8) } else { 0 };
        let value = |rng: &mut StdRng| if rng.random_bool(0.4) { 0 } else { rng.random_range(1..2000u64) };
        let storage = (0..count).map(|_| (U256::from(rng.random_range(0..SLOTS)), U256::from(value(rng)))).collect();
        let wiped = (existing.is_none() && rng.random()) || rng.random_bool(0.1);
        AccountChange { account: Some(account), wiped, storage }
    }
}

pub(super) fn plain(nonce: u64, balance: u64) -> Account {
    Account { nonce, balance: U256::from(balance), code_hash: KECCAK256_EMPTY }
}
