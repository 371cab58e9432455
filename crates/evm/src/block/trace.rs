use super::run::Run;
use crate::{
    Cache, ExecutionError, Executor, InvalidBlock, Limits, State,
    error::TransactFailure,
    native::Inspect,
    tracer::{Bound, Ran, TraceError, Tracer},
};
use alloy_evm::Evm;
use althing_primitives::{Address, B256, RecoveredBlock, Transaction, U256};
use althing_storage::StateError;
use revm::{Database, DatabaseCommit, DatabaseRef, bytecode::Bytecode, state::AccountInfo};
use revm_inspectors::tracing::TransactionContext;
use std::{cell::RefCell, ops::Range};

impl Executor {
    /// Executes a committed block again on the state of its parent and traces the transactions
    /// at `which`, in order.
    ///
    /// # Errors
    /// [`TraceError`]: no such tracer, or past the limits on time and size.
    pub(crate) fn replay<'a, T: Tracer>(
        &self,
        block: &RecoveredBlock,
        state: State<'a>,
        which: Range<usize>,
        tracer: &T,
        limits: &Limits<'a>,
    ) -> Result<Vec<T::Trace>, TraceError> {
        let mut run = Run::start(self, &block.header, state, 0)?;
        for (index, (tx, sender)) in block.transactions().enumerate().take(which.start) {
            run.transact(tx, sender).map_err(|failure| broken(index, failure))?;
            if limits.expired.is_some_and(|expired| expired()) {
                return Err(TraceError::Timeout);
            }
        }
        let (rules, assembly, mut env) = (run.rules, run.assembly.clone(), run.env.clone());
        let mut cache = run.into_cache();
        let mut bound = Bound::new(tracer.recorded(), limits.expired);
        let mut traces = Vec::new();
        for (index, (tx, sender)) in block.transactions().enumerate().take(which.end).skip(which.start) {
            cache.admit(sender).map_err(ExecutionError::State)?;
            let is_free = rules.is_free(&mut cache, tx, sender, block.header.gas_limit);
            env.cfg_env.disable_base_fee = is_free.map_err(ExecutionError::State)?;
            let tx_env = rules.tx_env(tx, sender, env.cfg_env.disable_base_fee);
            let watched = (bound, tracer.inspector()?);
            let mut evm = assembly.evm(cache, env.clone(), watched, Inspect::Yes);
            let outcome = evm.transact_raw(tx_env.clone()).map_err(|error| broken(index, error.into()))?;
            let inner = evm.into_inner();
            let inspector;
            (bound, inspector) = inner.inspector;
            bound.check()?;
            let mut before = Before::new(inner.ctx.journaled_state.database);
            let context = Some(context(block, tx, index));
            let ran = Ran { outcome: &outcome, tx: &tx_env, block: &env.block_env, context, before: &mut before };
            traces.push(tracer.trace(inspector, ran)?);
            cache = before.into_cache();
            cache.commit(outcome.state);
        }
        Ok(traces)
    }
}

fn context(block: &RecoveredBlock, tx: &Transaction, index: usize) -> TransactionContext {
    TransactionContext { block_hash: Some(block.hash()), tx_hash: Some(*tx.tx_hash()), tx_index: Some(index) }
}

/// A committed block executes; if it does not, the state is not that of its parent.
pub(super) fn broken(index: usize, failure: TransactFailure) -> ExecutionError {
    match failure {
        TransactFailure::Transaction(error) => InvalidBlock::Transaction { index, error }.into(),
        TransactFailure::Broken(error) => error,
    }
}

/// The state before a transaction, read through a shared reference as tracers do.
pub(crate) struct Before<'a>(RefCell<Cache<'a>>);

impl<'a> Before<'a> {
    pub(crate) const fn new(cache: Cache<'a>) -> Self {
        Self(RefCell::new(cache))
    }

    pub(crate) fn into_cache(self) -> Cache<'a> {
        self.0.into_inner()
    }
}

impl DatabaseRef for Before<'_> {
    type Error = StateError;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, StateError> {
        self.0.borrow_mut().basic(address)
    }

    fn code_by_hash_ref(&self, hash: B256) -> Result<Bytecode, StateError> {
        self.0.borrow_mut().code_by_hash(hash)
    }

    fn storage_ref(&self, address: Address, slot: U256) -> Result<U256, StateError> {
        self.0.borrow_mut().storage(address, slot)
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, StateError> {
        self.0.borrow_mut().block_hash(number)
    }
}
