use super::{Call, Limits, simulation::Simulation};
use crate::{
    Executor, State,
    tracer::{Bound, TraceError, inspector},
};
use alloy_rpc_types_trace::geth::{GethDebugTracingOptions, GethTrace};

impl Executor {
    /// Traces a call (`debug_traceCall`).
    ///
    /// # Errors
    /// [`TraceError`]: no such tracer, the call cannot run, or it is past the limits.
    pub fn trace_call<'a>(
        &self,
        state: State<'a>,
        call: Call,
        options: &GethDebugTracingOptions,
        limits: &Limits<'a>,
    ) -> Result<GethTrace, TraceError> {
        // The bound looks at the clock itself.
        let simulation = Simulation::new(self, state, call, &Limits { expired: None, ..*limits })?;
        let (tx, block) = (simulation.tx.clone(), simulation.env.block_env.clone());
        let watched = inspector(options, Bound::new(options, limits.expired))?;
        let (outcome, (bound, mut inspector)) = simulation.inspect(watched)?;
        bound.check()?;
        let mut before = state;
        Ok(inspector.get_result(None, &tx, &block, &outcome, &mut before)?)
    }
}
