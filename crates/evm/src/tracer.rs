use crate::{ExecutionError, SimulationError};
use alloy_rpc_types_trace::geth::GethDebugTracingOptions;
use althing_storage::StateError;
use revm::{
    Inspector,
    interpreter::{CallInputs, CallOutcome, CreateInputs, CreateOutcome, InstructionResult, Interpreter},
};
use revm_inspectors::tracing::{DebugInspector, DebugInspectorError};
use thiserror::Error;

/// Bytes a trace may hold while it is made: some hundred thousand steps with their stacks.
const TRACE_BYTES_MAX: usize = 128 << 20;
/// What a recorded step or frame costs besides what it copies.
const RECORD_BYTES: usize = 256;
/// Instructions between two looks at the clock.
const INSTRUCTIONS: u32 = 4_096;

/// Why there is no trace.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The tracer asked for does not exist, or not with this configuration.
    #[error("{0}")]
    Options(String),
    /// The trace would not fit the limit.
    #[error("trace is too large, at most {} MiB", TRACE_BYTES_MAX >> 20)]
    TooLarge,
    /// Time was up.
    #[error("execution aborted (timeout)")]
    Timeout,
    /// The call cannot run.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The block does not execute again: this machine is broken.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
}

impl From<DebugInspectorError> for TraceError {
    fn from(error: DebugInspectorError) -> Self {
        Self::Options(error.to_string())
    }
}

impl From<DebugInspectorError<StateError>> for TraceError {
    fn from(error: DebugInspectorError<StateError>) -> Self {
        match error {
            DebugInspectorError::Database(error) => Self::Execution(error.into()),
            other => Self::Options(other.to_string()),
        }
    }
}

/// Stops what is traced when its trace grows too large or takes too long.
pub(crate) struct Bound<'a> {
    bytes: usize,
    stack: bool,
    memory: bool,
    /// Whether single steps are recorded.
    steps: bool,
    expired: Option<&'a dyn Fn() -> bool>,
    instructions: u32,
    timeout: bool,
}

impl<'a> Bound<'a> {
    pub(crate) fn new(options: &GethDebugTracingOptions, expired: Option<&'a dyn Fn() -> bool>) -> Self {
        let steps = options.tracer.as_ref().is_none_or(|tracer| tracer.as_str().is_empty());
        let config = &options.config;
        Self {
            bytes: 0,
            stack: steps && !config.disable_stack.unwrap_or(false),
            memory: steps && config.enable_memory.unwrap_or(false),
            steps,
            expired,
            instructions: 0,
            timeout: false,
        }
    }

    /// # Errors
    /// What was traced last was stopped.
    pub(crate) const fn check(&self) -> Result<(), TraceError> {
        match self.timeout {
            true => Err(TraceError::Timeout),
            false if self.bytes > TRACE_BYTES_MAX => Err(TraceError::TooLarge),
            false => Ok(()),
        }
    }

    fn add(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes.saturating_add(RECORD_BYTES));
    }

    fn look_at_the_clock(&mut self) {
        self.instructions += 1;
        if self.instructions >= INSTRUCTIONS {
            self.instructions = 0;
            self.timeout = self.timeout || self.expired.is_some_and(|expired| expired());
        }
    }
}

impl<CTX> Inspector<CTX> for Bound<'_> {
    fn step(&mut self, interpreter: &mut Interpreter, _: &mut CTX) {
        self.look_at_the_clock();
        if self.steps {
            let stack = if self.stack { 32 * interpreter.stack.len() } else { 0 };
            let memory = if self.memory { interpreter.memory.len() } else { 0 };
            self.add(stack + memory);
        }
        if self.timeout || self.bytes > TRACE_BYTES_MAX {
            interpreter.halt(InstructionResult::OutOfGas);
        }
    }

    // Arguments and results cost a caller nothing and a trace all their bytes.
    fn call(&mut self, _: &mut CTX, inputs: &mut CallInputs) -> Option<CallOutcome> {
        self.add(inputs.input.len());
        None
    }

    fn call_end(&mut self, _: &mut CTX, _: &CallInputs, outcome: &mut CallOutcome) {
        self.add(outcome.output().len());
    }

    fn create(&mut self, _: &mut CTX, inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        self.add(inputs.init_code().len());
        None
    }

    fn create_end(&mut self, _: &mut CTX, _: &CreateInputs, outcome: &mut CreateOutcome) {
        self.add(outcome.output().len());
    }
}

/// The inspector of a trace.
pub(crate) fn inspector<'a>(
    options: &GethDebugTracingOptions,
    bound: Bound<'a>,
) -> Result<(Bound<'a>, DebugInspector), TraceError> {
    Ok((bound, DebugInspector::new(options.clone())?))
}
