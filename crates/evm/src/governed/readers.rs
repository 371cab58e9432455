//! The states that governance is read from: after a block, within one, within a transaction.

use crate::{Cache, State};
use alloy_evm::eth::EthEvmContext;
use althing_governance::{Reader, Role};
use althing_primitives::{Address, U256};
use althing_storage::StateError;
use revm::Database;
use std::cell::RefCell;

/// After a block.
pub(super) struct AtBlock<'a>(pub(super) State<'a>);

impl Reader for AtBlock<'_> {
    type Error = StateError;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, StateError> {
        self.0.storage_ref(contract, slot)
    }
}

/// Between two transactions.
pub(crate) struct InBlock<'c, 'a>(RefCell<&'c mut Cache<'a>>);

impl<'c, 'a> InBlock<'c, 'a> {
    pub(crate) const fn new(cache: &'c mut Cache<'a>) -> Self {
        Self(RefCell::new(cache))
    }
}

impl Reader for InBlock<'_, '_> {
    type Error = StateError;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, StateError> {
        self.0.borrow_mut().storage(contract, slot)
    }
}

/// In the middle of a transaction. Reading warms nothing.
pub(crate) struct InTransaction<'c, DB: alloy_evm::Database>(RefCell<&'c mut EthEvmContext<DB>>);

impl<'c, DB: alloy_evm::Database> InTransaction<'c, DB> {
    pub(crate) const fn new(context: &'c mut EthEvmContext<DB>) -> Self {
        Self(RefCell::new(context))
    }

    /// Whether the list of deployers has this account.
    pub(crate) fn may_deploy(&self, account: Address) -> Result<bool, DB::Error> {
        Ok(althing_governance::deployer_role(self, account)? != Role::None)
    }
}

impl<DB: alloy_evm::Database> Reader for InTransaction<'_, DB> {
    type Error = DB::Error;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, DB::Error> {
        let journal = &mut self.0.borrow_mut().journaled_state;
        let present = journal.inner.state.get(&contract).and_then(|account| account.storage.get(&slot));
        match present {
            Some(value) => Ok(value.present_value()),
            None => journal.database.storage(contract, slot),
        }
    }
}
