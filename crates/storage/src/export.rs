use crate::View;
use althing_primitives::{Account, Address, B256, Bytes, U256};

/// A piece of the whole state. A later entry of a key replaces an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// `None` deletes.
    Account(Address, Option<Account>),
    /// Zero deletes.
    Slot(Address, U256, U256),
    /// Code as deployed, by hash.
    Code(B256, Bytes),
}

impl View {
    /// Gives out the state of a committed block, piece by piece, while others commit. What came
    /// from the base too new is put right at the end. Entries come in no particular order, accounts
    /// first.
    ///
    /// # Errors
    /// Those of `sink`; it is not called again then.
    pub(crate) fn export<E>(&self, mut sink: impl FnMut(Entry) -> Result<(), E>) -> Result<(), E> {
        let shared = self.shared();
        for (hash, code) in shared.codes.all() {
            sink(Entry::Code(hash, code))?;
        }
        for (address, account) in shared.base.accounts().flatten() {
            sink(Entry::Account(address, Some(account)))?;
        }
        for ((address, slot), value) in shared.base.slots().flatten() {
            sink(Entry::Slot(address, slot, value))?;
        }
        // Oldest value last: blocks above the anchor are undone newest first.
        let above: Vec<_> = self.anchor().above().collect();
        for account in above.iter().rev().flat_map(|commit| &commit.undo.accounts) {
            sink(Entry::Account(account.address, account.account))?;
            for (slot, value) in &account.storage {
                sink(Entry::Slot(account.address, *slot, *value))?;
            }
        }
        Ok(())
    }
}
