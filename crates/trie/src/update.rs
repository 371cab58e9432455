use crate::{
    build::{AccountLeaf, Built, Subtree, Update, create, update},
    node::{Commitment, Node, NodeRef, Slot},
    source::Source,
};
use althing_primitives::{Account, AccountChange, Address, B256, Changes, EMPTY_ROOT_HASH, HashMap, U256, keccak256};
use rayon::prelude::*;

/// A slot's new value, by keccak256 of the slot; zero deletes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotUpdate {
    key: B256,
    value: U256,
}

/// An account's new record and slots, by keccak256 of the address.
#[derive(Debug)]
pub(crate) struct AccountUpdate {
    key: B256,
    account: Option<Account>,
    wiped: bool,
    storage: Vec<SlotUpdate>,
}

/// Hashes and sorts what a block changed.
pub(crate) fn sorted(changes: &Changes) -> Vec<AccountUpdate> {
    let mut updates: Vec<AccountUpdate> = map(&changes.accounts, hashed);
    updates.sort_unstable_by_key(|update| update.key);
    updates
}

fn hashed(address: &Address, change: &AccountChange) -> AccountUpdate {
    let mut storage: Vec<SlotUpdate> = map(&change.storage, |slot, value| SlotUpdate::hashed(slot, *value));
    storage.sort_unstable_by_key(|update| update.key);
    AccountUpdate { key: keccak256(address), account: change.account, wiped: change.wiped, storage }
}

/// Hashes that are worth handing to other threads (about 100 µs of work).
const PARALLEL_MIN: usize = 256;

/// Maps in any order; in parallel where there is much.
fn map<K: Sync, V: Sync, S: Sync, T: Send>(entries: &HashMap<K, V, S>, to: impl Fn(&K, &V) -> T + Sync) -> Vec<T> {
    if entries.len() < PARALLEL_MIN {
        return entries.iter().map(|(key, value)| to(key, value)).collect();
    }
    let entries: Vec<(&K, &V)> = entries.iter().collect();
    entries.into_par_iter().with_min_len(PARALLEL_MIN / 4).map(|(key, value)| to(key, value)).collect()
}

impl SlotUpdate {
    pub(crate) fn hashed(slot: &U256, value: U256) -> Self {
        Self { key: keccak256(slot.to_be_bytes::<32>()), value }
    }

    pub(crate) const fn key_of(&self) -> B256 {
        self.key
    }

    /// With a key that is no hash.
    #[cfg(test)]
    pub(crate) const fn new(key: B256, value: U256) -> Self {
        Self { key, value }
    }
}

impl AccountUpdate {
    /// A record alone, by its hashed address.
    pub(crate) const fn record(key: B256, account: Account) -> Self {
        Self::with_storage(key, account, Vec::new())
    }

    /// A record with sorted slots.
    pub(crate) const fn with_storage(key: B256, account: Account, storage: Vec<SlotUpdate>) -> Self {
        Self { key, account: Some(account), wiped: false, storage }
    }

    pub(crate) const fn key_of(&self) -> B256 {
        self.key
    }
}

impl Update for SlotUpdate {
    fn key(&self) -> &B256 {
        &self.key
    }

    fn leaf<S: Source>(&self, _: &S, _: Option<NodeRef>, _: &mut Vec<NodeRef>) -> Option<Built> {
        let Self { key, value } = *self;
        (!value.is_zero()).then(|| Built::Slot(Box::new(Slot { key, value })))
    }
}

impl Update for AccountUpdate {
    fn key(&self) -> &B256 {
        &self.key
    }

    fn leaf<S: Source>(&self, source: &S, old: Option<NodeRef>, replaced: &mut Vec<NodeRef>) -> Option<Built> {
        let storage = |node: Node<'_>| match node {
            Node::Contract(contract) => contract.storage.map(|storage| (storage, contract.storage_root)),
            _ => None,
        };
        let mut old = old.and_then(|node| source.node(node, storage));
        if self.wiped || self.account.is_none() {
            old.take().into_iter().for_each(|(storage, _)| source.collect(storage, replaced));
        }
        let account = self.account?;
        let (storage, storage_root) = self.storage(source, old, replaced);
        Some(Built::Account(Box::new(AccountLeaf { key: self.key, account, storage_root, storage })))
    }
}

impl AccountUpdate {
    fn storage<S: Source>(
        &self,
        source: &S,
        old: Option<(NodeRef, B256)>,
        replaced: &mut Vec<NodeRef>,
    ) -> (Option<Built>, B256) {
        let sub = match old {
            Some((node, root)) if self.storage.is_empty() => return (Some(Built::Kept(node)), root),
            Some((node, _)) => update(source, node, 0, &self.storage, replaced),
            None => create(source, &self.storage, replaced),
        };
        match sub {
            Some(Subtree { commitment, node }) => (Some(node), commitment.root_hash()),
            None => (None, EMPTY_ROOT_HASH),
        }
    }
}

/// Root hash of a whole trie.
pub(crate) fn root_hash(top: Option<&Commitment>) -> B256 {
    top.map_or(EMPTY_ROOT_HASH, Commitment::root_hash)
}
