use crate::{
    Executor, Limits, State,
    tracer::{Ran, Recorded, TraceError, Tracer, only},
};
use alloy_rpc_types_trace::otterscan::InternalOperation;
use althing_primitives::RecoveredBlock;
use althing_storage::StateError;
use revm::DatabaseRef;
use revm_inspectors::otterscan::InternalOperationsInspector;

/// Value that moves inside a transaction, creations and destructions.
struct Operations;

impl Tracer for Operations {
    type Inspector = InternalOperationsInspector;
    type Trace = Vec<InternalOperation>;

    fn recorded(&self) -> Recorded {
        Recorded::default()
    }

    fn inspector(&self) -> Result<Self::Inspector, TraceError> {
        Ok(InternalOperationsInspector::default())
    }

    fn trace<D: DatabaseRef<Error = StateError>>(
        &self,
        inspector: Self::Inspector,
        _: Ran<'_, D>,
    ) -> Result<Self::Trace, TraceError> {
        Ok(inspector.into_operations())
    }
}

impl Executor {
    /// What the transaction at `index` of a committed block moved, created and destroyed below
    /// its first frame, on the state of the block's parent (`ots_getInternalOperations`).
    ///
    /// # Errors
    /// [`TraceError`]: past the limits on time and size.
    pub fn internal_operations<'a>(
        &self,
        block: &RecoveredBlock,
        state: State<'a>,
        index: usize,
        limits: &Limits<'a>,
    ) -> Result<Vec<InternalOperation>, TraceError> {
        only(self.replay(block, state, index..index.saturating_add(1), &Operations, limits)?)
    }
}
