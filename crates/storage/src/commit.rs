use crate::{StateError, archive::Committed, chain::Commit, layer::Layer, shared::Shared};
use althing_primitives::{
    AccountChange, Address, B256, Changes, Changeset, PreviousAccount, Receipt, RecoveredBlock, U256,
};
use althing_trie::Root;
use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::{Arc, OnceLock},
};

impl Shared {
    pub(crate) fn commit(
        &self,
        hash: B256,
        block: &Arc<RecoveredBlock>,
        receipts: &Arc<Vec<Receipt>>,
    ) -> Result<Arc<Changeset>, StateError> {
        let mut writer = self.writer.lock();
        let (head, layer) = {
            let table = self.table.read();
            if let Some(commit) = table.committed(&hash) {
                return Ok(commit.undo.clone());
            }
            (table.head().clone(), table.layer(&hash).ok_or(StateError::UnknownBlock)?.clone())
        };
        if layer.parent != head.id.hash {
            return Err(StateError::NotNext { number: layer.id.number, head: head.id.number });
        }
        if layer.id != block.id() {
            return Err(StateError::UnknownBlock);
        }
        let undo = Arc::new(self.undo(&layer.changes, head.root));
        let commit = Arc::new(Commit {
            id: layer.id,
            instance: layer.instance,
            root: layer.root,
            undo: undo.clone(),
            next: OnceLock::new(),
        });
        self.merge(&head, &layer, &commit);
        self.recent.push(block, &undo);
        self.advance(&mut writer, &layer, commit);
        if let Some(archive) = self.archive.get() {
            let (block, receipts, changes) = (block.clone(), receipts.clone(), layer.changes.clone());
            archive.committed(Committed { id: layer.id, block, receipts, changes, changeset: undo.clone() });
        }
        Ok(undo)
    }

    /// The previous values of what a block on the head changed.
    fn undo(&self, changes: &Changes, root: Root) -> Changeset {
        let mut addresses: Vec<&Address> = changes.accounts.keys().collect();
        addresses.sort_unstable();
        let mut wiped = self.wiped(changes, root);
        let previous = |address: &Address| {
            let slots = wiped.remove(address).unwrap_or_default();
            self.previous(*address, &changes.accounts[address], slots)
        };
        Changeset { accounts: addresses.into_iter().filter_map(previous).collect() }
    }

    /// The slots of accounts whose storage is cleared, where there are any (hardly ever, EIP-6780).
    fn wiped(&self, changes: &Changes, root: Root) -> BTreeMap<Address, BTreeMap<U256, U256>> {
        let trie = self.trie.read_recursive();
        let with_storage = |(address, change): (&Address, &AccountChange)| {
            (clears(change) && trie.has_storage(root, address)).then_some(*address)
        };
        let addresses: BTreeSet<Address> = changes.accounts.iter().filter_map(with_storage).collect();
        drop(trie);
        let mut wiped: BTreeMap<Address, BTreeMap<U256, U256>> = BTreeMap::new();
        if addresses.is_empty() {
            return wiped;
        }
        for (address, slot, value) in self.base.slots_of(&addresses) {
            wiped.entry(address).or_default().insert(slot, value);
        }
        wiped
    }

    fn previous(
        &self,
        address: Address,
        change: &AccountChange,
        wiped: BTreeMap<U256, U256>,
    ) -> Option<PreviousAccount> {
        let account = self.base.account(&address);
        let mut storage: Vec<(U256, U256)> = Vec::with_capacity(wiped.len() + change.storage.len());
        for (slot, value) in written(change) {
            if !wiped.contains_key(slot) {
                let before = self.base.slot(address, *slot);
                storage.extend((before != *value).then_some((*slot, before)));
            }
        }
        storage.extend(wiped);
        storage.sort_unstable_by_key(|(slot, _)| *slot);
        (account != change.account || !storage.is_empty()).then_some(PreviousAccount { address, account, storage })
    }

    /// Publishes the reverse diff, then changes the base: a reader that sees a new value sees the diff too.
    fn merge(&self, head: &Commit, layer: &Layer, commit: &Arc<Commit>) {
        layer.code.iter().for_each(|(hash, code)| self.codes.insert(*hash, code.clone()));
        head.next.set(commit.clone()).expect("one block is committed on a head");
        for previous in &commit.undo.accounts {
            let address = previous.address;
            let change = &layer.changes.accounts[&address];
            if previous.account != change.account {
                self.base.set_account(address, change.account);
            }
            let written = |slot: &U256| change.account.and_then(|_| change.storage.get(slot)).copied();
            for (slot, _) in &previous.storage {
                self.base.set_slot(address, *slot, written(slot).unwrap_or_default());
            }
        }
    }

    /// Moves the head and lets go of what is not needed any more.
    fn advance(&self, writer: &mut crate::shared::Writer, layer: &Layer, commit: Arc<Commit>) {
        let number = commit.id.number;
        let nodes = mem::take(&mut *layer.nodes.lock());
        writer.retain(number, nodes.replaced);
        let covered = self.covered();
        let mut table = self.table.write();
        let dropped = table.advance(commit);
        table.trim(self.config.window_blocks, self.config.window_entries, covered.unwrap_or(number));
        table.proofs_from = writer.release(self.config.proof_nodes, table.proofs_from);
        let oldest = table.oldest().id.number;
        drop(table);
        writer.garbage.extend(dropped.iter().map(|layer| mem::take(&mut *layer.nodes.lock()).created));
        // Without an archive nothing else could answer for positions: they stay.
        let positions = covered.map_or(0, |covered| oldest.min(covered + 1));
        self.recent.trim(positions);
    }
}

/// Whether the storage an account had is gone after the block.
fn clears(change: &AccountChange) -> bool {
    change.wiped || change.account.is_none()
}

/// Slots written, none where the account does not exist afterwards.
fn written(change: &AccountChange) -> impl Iterator<Item = (&U256, &U256)> {
    change.account.iter().flat_map(|_| &change.storage)
}
