use crate::{Cache, ExecutionError, SimulationError};
use alloy_evm::eth::EthEvmContext;
use althing_storage::StateError;
use revm::{
    DatabaseRef, Inspector,
    context::{BlockEnv, TxEnv, result::ResultAndState},
    interpreter::{
        CallInputs, CallOutcome, CreateInputs, CreateOutcome, InstructionResult, Interpreter,
        interpreter_types::LegacyBytecode,
    },
};
use revm_inspectors::tracing::{DebugInspectorError, TransactionContext};
use thiserror::Error;

/// Bytes a trace may hold while it is made: some hundred thousand steps with their stacks.
pub(crate) const TRACE_BYTES_MAX: usize = 128 << 20;
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
    #[error("execution timeout")]
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

/// A kind of trace: what watches a transaction, and what is made of what was seen.
pub(crate) trait Tracer {
    /// What watches.
    type Inspector: for<'a> Inspector<EthEvmContext<Cache<'a>>>;
    /// What is made of it.
    type Trace;

    /// What the inspector keeps, for the bound on its size.
    fn recorded(&self) -> Recorded;

    /// A new inspector for each transaction.
    ///
    /// # Errors
    /// There is no such tracer, or not with this configuration.
    fn inspector(&self) -> Result<Self::Inspector, TraceError>;

    /// The trace of a transaction that ran.
    ///
    /// # Errors
    /// The state before it does not read, or the inspector left something out.
    fn trace<D: DatabaseRef<Error = StateError>>(
        &self,
        inspector: Self::Inspector,
        ran: Ran<'_, D>,
    ) -> Result<Self::Trace, TraceError>;
}

/// The one trace of one transaction.
pub(crate) fn only<T>(traces: Vec<T>) -> Result<T, TraceError> {
    let missing = || ExecutionError::Internal("a trace is missing".to_owned());
    traces.into_iter().next().ok_or_else(|| missing().into())
}

/// A transaction that ran under an inspector.
pub(crate) struct Ran<'r, D> {
    pub(crate) outcome: &'r ResultAndState,
    pub(crate) tx: &'r TxEnv,
    pub(crate) block: &'r BlockEnv,
    /// Its place in the chain, if it has one.
    pub(crate) context: Option<TransactionContext>,
    /// The state before it.
    pub(crate) before: &'r mut D,
}

/// What an inspector keeps of each instruction and frame.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recorded {
    /// Single steps.
    pub(crate) steps: bool,
    /// The whole stack with each step.
    pub(crate) stack: bool,
    /// The whole memory with each step.
    pub(crate) memory: bool,
    /// The code of each frame.
    pub(crate) code: bool,
}

/// Stops what is traced when its trace grows too large or takes too long.
pub(crate) struct Bound<'a> {
    bytes: usize,
    recorded: Recorded,
    expired: Option<&'a dyn Fn() -> bool>,
    instructions: u32,
    timeout: bool,
}

impl<'a> Bound<'a> {
    pub(crate) const fn new(recorded: Recorded, expired: Option<&'a dyn Fn() -> bool>) -> Self {
        Self { bytes: 0, recorded, expired, instructions: 0, timeout: false }
    }

    /// The same bound, for what comes next with another tracer.
    pub(crate) const fn with(self, recorded: Recorded) -> Self {
        Self { recorded, ..self }
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
    fn initialize_interp(&mut self, interpreter: &mut Interpreter, _: &mut CTX) {
        if self.recorded.code {
            self.add(interpreter.bytecode.bytecode_len());
        }
    }

    fn step(&mut self, interpreter: &mut Interpreter, _: &mut CTX) {
        self.look_at_the_clock();
        if self.recorded.steps {
            let stack = if self.recorded.stack { 32 * interpreter.stack.len() } else { 0 };
            let memory = if self.recorded.memory { interpreter.memory.len() } else { 0 };
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
