use crate::{
    Call, Executor, Limits, State,
    tracer::{Ran, Recorded, TraceError, Tracer, only},
};
use alloy_rpc_types_trace::geth::{GethDebugTracingOptions, GethTrace};
use althing_primitives::RecoveredBlock;
use althing_storage::StateError;
use revm::DatabaseRef;
use revm_inspectors::tracing::DebugInspector;
use std::ops::Range;

/// `debug_trace…`: the tracer its options name.
struct GethTracer<'o>(&'o GethDebugTracingOptions);

impl Tracer for GethTracer<'_> {
    type Inspector = DebugInspector;
    type Trace = GethTrace;

    fn recorded(&self) -> Recorded {
        let steps = self.0.tracer.as_ref().is_none_or(|tracer| tracer.as_str().is_empty());
        let config = &self.0.config;
        Recorded {
            steps,
            stack: steps && !config.disable_stack.unwrap_or(false),
            memory: steps && config.enable_memory.unwrap_or(false),
            code: false,
        }
    }

    fn inspector(&self) -> Result<DebugInspector, TraceError> {
        Ok(DebugInspector::new(self.0.clone())?)
    }

    fn trace<D: DatabaseRef<Error = StateError>>(
        &self,
        mut inspector: DebugInspector,
        ran: Ran<'_, D>,
    ) -> Result<GethTrace, TraceError> {
        Ok(inspector.get_result(ran.context, ran.tx, ran.block, ran.outcome, ran.before)?)
    }
}

impl Executor {
    /// Executes a committed block again on the state of its parent and traces the transactions
    /// at `which`, in order (`debug_traceTransaction`, `debug_traceBlock…`).
    ///
    /// # Errors
    /// [`TraceError`]: no such tracer, or past the limits on time and size.
    pub fn trace_block<'a>(
        &self,
        block: &RecoveredBlock,
        state: State<'a>,
        which: Range<usize>,
        options: &GethDebugTracingOptions,
        limits: &Limits<'a>,
    ) -> Result<Vec<GethTrace>, TraceError> {
        self.replay(block, state, which, &GethTracer(options), limits)
    }

    /// Traces a call (`debug_traceCall`).
    ///
    /// # Errors
    /// [`TraceError`]: no such tracer, the call cannot run, or it is past the limits.
    pub fn trace_call<'a>(
        &'a self,
        state: State<'a>,
        call: Call,
        options: &GethDebugTracingOptions,
        limits: &Limits<'a>,
    ) -> Result<GethTrace, TraceError> {
        only(self.trace_calls(state, [(call, GethTracer(options))], limits)?)
    }
}
