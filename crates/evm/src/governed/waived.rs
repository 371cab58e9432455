use crate::{Cache, Executor, State};
use althing_contracts::is_system;
use althing_primitives::{RecoveredBlock, TransactionExt};
use althing_storage::StateError;

impl Executor {
    /// Whether a block may hold members' calls of system contracts that came for nothing while others paid. Costs no
    /// look at the state.
    pub fn may_waive(&self, block: &RecoveredBlock) -> bool {
        let others_pay = block.header.base_fee_per_gas.is_some_and(|base_fee| base_fee > 0);
        let calls_system = |to: Option<_>| to.is_some_and(|to| is_system(&to));
        self.spec().governance().is_some()
            && others_pay
            && block.block().body.transactions.iter().any(|tx| calls_system(tx.to()))
    }

    /// Which of a committed block's transactions paid nothing for gas, by the members of the state of its parent. A
    /// member that came or went earlier in the same block counts as before it.
    ///
    /// # Errors
    /// The state does not read.
    pub fn waived(&self, block: &RecoveredBlock, parent: State<'_>) -> Result<Vec<bool>, StateError> {
        let terms = self.terms(parent)?;
        let mut cache = Cache::new(parent, self.spec());
        let gas_limit = block.header.gas_limit;
        let free = block.transactions().map(|(tx, sender)| {
            terms.charges_nothing(&mut cache, (sender, tx.to(), tx.input()), Some(tx.gas_limit()), gas_limit)
        });
        free.collect()
    }
}
