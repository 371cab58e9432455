use super::{Call, Limits, SimulationError, simulation::Simulation};
use crate::{Cache, Executor, State};
use alloy_evm::eth::EthEvmContext;
use revm::{
    Inspector,
    context::result::{ExecutionResult, ResultAndState},
};

impl Executor {
    /// Runs a call and forgets what it did (`eth_call`). A revert or halt is a result, no error.
    ///
    /// # Errors
    /// [`SimulationError`]: the request is contradictory, cannot run, or took too long.
    pub fn call<'a>(
        &'a self,
        state: State<'a>,
        call: Call,
        limits: &Limits<'a>,
    ) -> Result<ExecutionResult, SimulationError> {
        let mut simulation = Simulation::new(self, state, call, limits)?;
        let gas_limit = simulation.tx.gas_limit;
        Ok(simulation.run(gas_limit)?.result)
    }

    /// Runs a call under an inspector and gives it back with the outcome (tracing).
    ///
    /// # Errors
    /// As [`Executor::call`].
    pub fn inspect<'a, I>(
        &'a self,
        state: State<'a>,
        call: Call,
        limits: &Limits<'a>,
        inspector: I,
    ) -> Result<(ResultAndState, I), SimulationError>
    where
        I: Inspector<EthEvmContext<Cache<'a>>>,
    {
        Simulation::new(self, state, call, limits)?.inspect(inspector)
    }
}
