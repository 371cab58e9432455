use super::{Call, Limits, SimulationError, simulation::Simulation};
use crate::{
    Cache, ExecutionError, Executor, State,
    block::Before,
    native::Inspect,
    rules::Rules,
    tracer::{Bound, Ran, TraceError, Tracer},
};
use alloy_evm::{Evm, EvmEnv};
use althing_primitives::{Header, RecoveredTransaction};
use revm::DatabaseCommit;

impl Executor {
    /// Traces calls, each on what those before it left behind.
    ///
    /// # Errors
    /// [`TraceError`]: no such tracer, a call cannot run, or it is past the limits.
    pub(crate) fn trace_calls<'a, T: Tracer>(
        &'a self,
        state: State<'a>,
        calls: impl IntoIterator<Item = (Call, T)>,
        limits: &Limits<'a>,
    ) -> Result<Vec<T::Trace>, TraceError> {
        self.trace_calls_over(Cache::new(state, self.spec()), calls, limits)
    }

    /// The same on what was already done to a state.
    pub(crate) fn trace_calls_over<'a, T: Tracer>(
        &'a self,
        mut cache: Cache<'a>,
        calls: impl IntoIterator<Item = (Call, T)>,
        limits: &Limits<'a>,
    ) -> Result<Vec<T::Trace>, TraceError> {
        // The bound looks at the clock itself.
        let unwatched = Limits { expired: None, ..*limits };
        let mut bound = Bound::new(Default::default(), limits.expired);
        let mut traces = Vec::new();
        for (call, tracer) in calls {
            let simulation = Simulation::over(self, cache, call, &unwatched)?;
            let (tx, block) = (simulation.tx.clone(), simulation.env.block_env.clone());
            let watched = (bound.with(tracer.recorded()), tracer.inspector()?);
            let (outcome, inspector, before) = simulation.watch(watched)?;
            let inspector = {
                bound = inspector.0;
                inspector.1
            };
            bound.check()?;
            let mut before = Before::new(before);
            let ran = Ran { outcome: &outcome, tx: &tx, block: &block, context: None, before: &mut before };
            traces.push(tracer.trace(inspector, ran)?);
            cache = before.into_cache();
            cache.commit(outcome.state);
        }
        Ok(traces)
    }

    /// Traces a signed transaction as the next one after the block of `header`, whose state `state` is.
    ///
    /// # Errors
    /// [`TraceError`]: the transaction cannot run there, or it is past the limits.
    pub(crate) fn trace_signed<'a, T: Tracer>(
        &self,
        state: State<'a>,
        (header, mut env): (&Header, EvmEnv),
        transaction: &RecoveredTransaction,
        tracer: &T,
        limits: &Limits<'a>,
    ) -> Result<T::Trace, TraceError> {
        let terms = self.terms(state).map_err(ExecutionError::State)?;
        let rules = Rules::new(self.spec(), header, terms);
        rules.check_form(transaction.inner()).map_err(SimulationError::Transaction)?;
        let (inner, sender) = (transaction.inner(), transaction.signer());
        let mut cache = Cache::new(state, self.spec());
        let is_free = rules.is_free(&mut cache, inner, sender, header.gas_limit).map_err(ExecutionError::State)?;
        let tx = rules.tx_env(inner, sender, is_free);
        terms.bind(&mut env);
        env.cfg_env.disable_base_fee = is_free;
        let block = env.block_env.clone();
        cache.admit(sender).map_err(ExecutionError::State)?;
        let watched = (Bound::new(tracer.recorded(), limits.expired), tracer.inspector()?);
        let mut evm = terms.assembly(self).evm(cache, env, watched, Inspect::Yes);
        let outcome = evm.transact_raw(tx.clone()).map_err(SimulationError::from)?;
        let inner = evm.into_inner();
        let (bound, inspector) = inner.inspector;
        bound.check()?;
        let mut before = Before::new(inner.ctx.journaled_state.database);
        let ran = Ran { outcome: &outcome, tx: &tx, block: &block, context: None, before: &mut before };
        tracer.trace(inspector, ran)
    }
}
