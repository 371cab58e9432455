use crate::{
    Call, Executor, Limits, State,
    tracer::{Ran, Recorded, TraceError, Tracer, only},
};
use alloy_rpc_types_trace::geth::{GethDebugTracerType, GethDebugTracingOptions, GethTrace};
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
        if let Some(GethDebugTracerType::JsTracer(code)) = &self.0.tracer
            && !code.is_empty()
        {
            return Err(TraceError::Options(no_such_tracer(code)));
        }
        Ok(DebugInspector::new(self.0.clone())?)
    }

    fn trace<D: DatabaseRef<Error = StateError>>(
        &self,
        mut inspector: DebugInspector,
        ran: Ran<'_, D>,
    ) -> Result<GethTrace, TraceError> {
        let mut trace = inspector.get_result(ran.context, ran.tx, ran.block, ran.outcome, ran.before)?;
        if let GethTrace::FlatCallTracer(frames) = &mut trace
            && !self.keeps_parity_errors()
        {
            frames.iter_mut().filter_map(|frame| frame.trace.error.as_mut()).for_each(geth_error);
        }
        Ok(trace)
    }
}

impl GethTracer<'_> {
    /// `convertParityErrors` of the flat call tracer.
    fn keeps_parity_errors(&self) -> bool {
        let config = self.0.tracer_config.clone().into_flat_call_config();
        config.ok().and_then(|config| config.convert_parity_errors).unwrap_or(false)
    }
}

/// geth takes what names none of its tracers for JavaScript. A name that stands for nothing there gets the error its
/// interpreter gives; there is none here.
fn no_such_tracer(code: &str) -> String {
    let identifier = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    match code.chars().all(identifier) && !code.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("ReferenceError: {code} is not defined at <eval>:1:2(0)"),
        false => "tracers in JavaScript are not supported".to_owned(),
    }
}

/// Turns Parity's text for a failure into geth's.
fn geth_error(text: &mut String) {
    let geth = match text.as_str() {
        "Reverted" => "execution reverted",
        "Out of gas" => "out of gas",
        "Bad instruction" => "invalid opcode",
        "Bad jump destination" => "invalid jump destination",
        "Stack underflow" => "stack underflow",
        "Out of stack" => "stack limit reached 1024 (1023)",
        "Out of bounds" => "return data out of bounds",
        "Mutable Call In Static Context" => "write protection",
        _ => return,
    };
    geth.clone_into(text);
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

    /// Traces a call in a committed block, before its transaction at `index` (`debug_traceCall` with
    /// `txIndex`). `parent` is the state the block was executed on.
    ///
    /// # Errors
    /// As [`Executor::trace_call`].
    pub fn trace_call_within<'a>(
        &'a self,
        (block, parent, index): (&'a RecoveredBlock, State<'a>, usize),
        call: Call,
        options: &GethDebugTracingOptions,
        limits: &Limits<'a>,
    ) -> Result<GethTrace, TraceError> {
        let cache = self.cache_before(block, parent, index, limits)?;
        only(self.trace_calls_over(cache, [(call, GethTracer(options))], limits)?)
    }
}
