use crate::{
    Call, Executor, Limits, State,
    tracer::{Ran, Recorded, TRACE_BYTES_MAX, TraceError, Tracer},
};
use alloy_evm::EvmEnv;
use alloy_rpc_types_trace::parity::{TraceResults, TraceType};
use althing_primitives::{HashSet, Header, RecoveredBlock, RecoveredTransaction};
use althing_storage::StateError;
use revm::DatabaseRef;
use revm_inspectors::tracing::{TraceLimits, TracingInspector, TracingInspectorConfig};
use std::ops::Range;

/// Which of Parity's traces are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceTypes {
    /// The calls.
    pub trace: bool,
    /// The instructions.
    pub vm_trace: bool,
    /// What changed.
    pub state_diff: bool,
}

impl TraceTypes {
    /// The calls alone.
    pub const TRACE: Self = Self { trace: true, vm_trace: false, state_diff: false };

    fn set(self) -> HashSet<TraceType> {
        let wanted = [
            (self.trace, TraceType::Trace),
            (self.vm_trace, TraceType::VmTrace),
            (self.state_diff, TraceType::StateDiff),
        ];
        wanted.into_iter().filter_map(|(wanted, kind)| wanted.then_some(kind)).collect()
    }
}

/// `trace_…`: calls, instructions, changes, as Parity wrote them. Calls of precompiles are left out.
impl Tracer for TraceTypes {
    type Inspector = TracingInspector;
    type Trace = TraceResults;

    fn recorded(&self) -> Recorded {
        Recorded { steps: self.vm_trace, stack: false, memory: false, code: self.vm_trace }
    }

    fn inspector(&self) -> Result<TracingInspector, TraceError> {
        // What instructions write to memory is counted by the inspector alone.
        let limits = TraceLimits::default().set_max_recorded_bytes(Some(TRACE_BYTES_MAX));
        let config = TracingInspectorConfig::from_parity_config(&self.set());
        Ok(TracingInspector::new(config).with_limits(limits))
    }

    fn trace<D: DatabaseRef<Error = StateError>>(
        &self,
        inspector: TracingInspector,
        ran: Ran<'_, D>,
    ) -> Result<TraceResults, TraceError> {
        if inspector.limit_exceeded() {
            return Err(TraceError::TooLarge);
        }
        let builder = inspector.into_parity_builder();
        let results = builder.into_trace_results_with_state(ran.outcome, &self.set(), &*ran.before);
        results.map_err(|error| TraceError::Execution(error.into()))
    }
}

impl Executor {
    /// Executes a committed block again on the state of its parent and traces the transactions
    /// at `which`, in order (`trace_block`, `trace_replay…`).
    ///
    /// # Errors
    /// [`TraceError`]: past the limits on time and size.
    pub fn replay_block<'a>(
        &self,
        block: &RecoveredBlock,
        state: State<'a>,
        which: Range<usize>,
        types: TraceTypes,
        limits: &Limits<'a>,
    ) -> Result<Vec<TraceResults>, TraceError> {
        self.replay(block, state, which, &types, limits)
    }

    /// Traces calls, each on what those before it left behind (`trace_call`, `trace_callMany`).
    ///
    /// # Errors
    /// [`TraceError`]: a call cannot run, or it is past the limits.
    pub fn replay_calls<'a>(
        &'a self,
        state: State<'a>,
        calls: Vec<(Call, TraceTypes)>,
        limits: &Limits<'a>,
    ) -> Result<Vec<TraceResults>, TraceError> {
        self.trace_calls(state, calls, limits)
    }

    /// Traces a signed transaction in the block of `header` (whose environment `env` is) on a
    /// state (`trace_rawTransaction`).
    ///
    /// # Errors
    /// [`TraceError`]: the transaction cannot run there, or it is past the limits.
    pub fn replay_signed<'a>(
        &self,
        state: State<'a>,
        (header, env): (&Header, EvmEnv),
        transaction: &RecoveredTransaction,
        types: TraceTypes,
        limits: &Limits<'a>,
    ) -> Result<TraceResults, TraceError> {
        self.trace_signed(state, (header, env), transaction, &types, limits)
    }
}
