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
