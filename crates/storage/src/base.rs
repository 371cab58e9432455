use crate::shards::Shards;
use althing_primitives::{Account, Address, U256};
use std::collections::BTreeSet;

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

    /// Every address, in parts.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Vec<Address>> {
        self.accounts.keys_in_parts(|_| true)
    }

    /// Every slot of the accounts wanted, in parts.
    pub(crate) fn slots_in_parts(
        &self,
        wanted: impl Fn(&Address) -> bool,
    ) -> impl Iterator<Item = Vec<(Address, U256)>> {
        self.slots.keys_in_parts(move |(address, _)| wanted(address))
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
