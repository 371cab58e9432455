use althing_primitives::{Account, Address, BlockId, Changeset, U256};
use althing_trie::Root;
use std::sync::{Arc, OnceLock};

/// A committed block: what it overwrote, and the block that was committed on it.
///
/// Links point forward, so whoever reads at a block keeps everything above it, and what is below
/// goes away by itself.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) id: BlockId,
    /// Which layer it was; zero for the block the process started from.
    pub(crate) instance: u64,
    pub(crate) root: Root,
    pub(crate) undo: Arc<Changeset>,
    /// Set before the base takes the next block's values.
    pub(crate) next: OnceLock<Arc<Self>>,
}

impl Commit {
    /// Accounts and slots overwritten.
    pub(crate) fn entries(&self) -> usize {
        self.undo.accounts.iter().map(|account| 1 + account.storage.len()).sum()
    }

    /// The committed blocks above this one, oldest first.
    pub(crate) fn above(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(self.next.get(), |commit| commit.next.get()).map(|commit| &**commit)
    }

    /// The record after this block, where a block above it changed it since.
    pub(crate) fn account(&self, address: &Address) -> Option<Option<Account>> {
        self.above().find_map(|commit| {
            let accounts = &commit.undo.accounts;
            let at = accounts.binary_search_by_key(address, |account| account.address).ok()?;
            Some(accounts[at].account)
        })
    }

    /// The slot's value after this block, where a block above it changed it since.
    pub(crate) fn slot(&self, address: &Address, slot: &U256) -> Option<U256> {
        self.above().find_map(|commit| {
            let accounts = &commit.undo.accounts;
            let storage = &accounts[accounts.binary_search_by_key(address, |account| account.address).ok()?].storage;
            Some(storage[storage.binary_search_by_key(slot, |(slot, _)| *slot).ok()?].1)
        })
    }
}

impl Drop for Commit {
    /// A long chain nobody else holds goes link by link, not by recursion.
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(commit) = next {
            next = Arc::into_inner(commit).and_then(|mut commit| commit.next.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_chain_is_dropped_without_recursion() {
        let commit = || Commit {
            id: BlockId::default(),
            instance: 0,
            root: Root::EMPTY,
            undo: Arc::default(),
            next: OnceLock::new(),
        };
        let first = Arc::new(commit());
        let mut last = first.clone();
        for _ in 0..1_000_000 {
            let next = Arc::new(commit());
            last.next.set(next.clone()).expect("set once");
            last = next;
        }
        drop(last);
        drop(first);
    }
}
