use althing_chainspec::ChainSpec;
use althing_contracts::{GOVERNANCE, TRAMPOLINE_CODE};
use althing_governance::Reader;
use althing_primitives::{Address, U256};
use althing_storage::{StateError, View};

/// A state, as the readers of system contracts take it.
pub(crate) struct SystemState<'v>(pub(crate) &'v View);

impl Reader for SystemState<'_> {
    type Error = StateError;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, StateError> {
        self.0.storage(&contract, &slot)
    }
}

/// Whether a chain has system contracts: those of its genesis.
pub(crate) fn is_governed(spec: &ChainSpec) -> bool {
    spec.alloc().get(&GOVERNANCE).is_some_and(|account| account.code == TRAMPOLINE_CODE)
}
