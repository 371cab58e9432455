use super::{SimulationError, deadline::Deadline, overrides::apply_overrides};
use crate::{
    Cache, Executor, State, TransactionError,
    native::{Assembly, Inspect, MovedPrecompiles},
    transaction::strip_fees,
};
use alloy_evm::{Evm, EvmEnv, eth::EthEvmContext, overrides::OverrideBlockHashes, rpc::TryIntoTxEnv};
use alloy_rpc_types_eth::{TransactionRequest, state::EvmOverrides};
use althing_chainspec::FeeMode;
use althing_primitives::{Address, TxKind, U256};
use revm::{
    Database, Inspector,
    context::{TxEnv, result::ResultAndState},
    inspector::NoOpInspector,
};

/// Gas of a call that names none, and at most (geth's `--rpc.gascap`).
pub const CALL_GAS_CAP: u64 = 50_000_000;

/// A call, in the block it pretends to be in.
#[derive(Clone, Debug)]
pub struct Call {
    /// What the client asks for.
    pub request: TransactionRequest,
    /// The block: [`Executor::env`] of an existing one, [`Executor::next_env`] of the next.
    pub env: EvmEnv,
    /// State and block fields that differ from the real ones.
    pub overrides: EvmOverrides,
}

/// What a call may cost us.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Gas at most.
    pub gas: u64,
    /// Whether time is up, asked every few thousand instructions; `None` where gas is bound enough.
    pub expired: Option<&'a dyn Fn() -> bool>,
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Self { gas: CALL_GAS_CAP, expired: None }
    }
}

/// A call made ready: overrides applied, transaction derived.
pub(super) struct Simulation<'a> {
    pub(super) cache: Cache<'a>,
    pub(super) env: EvmEnv,
    pub(super) tx: TxEnv,
    assembly: Assembly,
    expired: Option<&'a dyn Fn() -> bool>,
}

impl<'a> Simulation<'a> {
    pub(super) fn new(
        executor: &'a Executor,
        state: State<'a>,
        call: Call,
        limits: &Limits<'a>,
    ) -> Result<Self, SimulationError> {
        Self::over(executor, Cache::new(state, executor.spec()), call, limits)
    }

    /// On what earlier calls left behind.
    pub(super) fn over(
        executor: &'a Executor,
        mut cache: Cache<'a>,
        call: Call,
        limits: &Limits<'a>,
    ) -> Result<Self, SimulationError> {
        let Call { mut request, mut env, overrides } = call;
        if let Some(block) = overrides.block {
            cache.apply_block_overrides(*block, &mut env.block_env);
        }
        let moved = match &overrides.state {
            Some(state) => apply_overrides(state, &mut cache, env.cfg_env.spec)?,
            None => MovedPrecompiles::default(),
        };
        let terms = executor.terms(cache.state())?;
        terms.bind(&mut env);
        if terms.fees.mode == FeeMode::Zero {
            env.block_env.basefee = 0;
        }
        if executor.spec().consortium().is_some() && request.blob_versioned_hashes.is_some() {
            return Err(SimulationError::Transaction(TransactionError::BlobsRefused));
        }
        let wanted = request.gas;
        request.gas = Some(wanted.map_or(limits.gas, |gas| gas.min(limits.gas)));
        let mut tx = request.try_into_tx_env(&env).map_err(|error| SimulationError::Request(error.to_string()))?;
        let asked = (tx.caller, tx.kind.to().copied(), tx.data.as_ref());
        if terms.charges_nothing(&mut cache, asked, wanted, env.block_env.gas_limit)? {
            strip_fees(&mut tx);
        }
        relax(&mut env, &tx);
        let assembly = terms.assembly(executor).with_moved(moved);
        let mut simulation = Self { cache, env, tx, assembly, expired: limits.expired };
        if wanted.is_none() {
            simulation.bound_gas_by_balance()?;
        }
        Ok(simulation)
    }

    /// Without a gas limit of its own, a call that pays gets what its sender can afford.
    fn bound_gas_by_balance(&mut self) -> Result<(), SimulationError> {
        if let Some(affordable) = self.affordable_gas()? {
            self.tx.gas_limit = self.tx.gas_limit.min(affordable);
        }
        Ok(())
    }

    /// Gas the sender's balance pays for after the value; `None` where gas costs nothing.
    pub(super) fn affordable_gas(&mut self) -> Result<Option<u64>, SimulationError> {
        if self.tx.gas_price == 0 {
            return Ok(None);
        }
        let balance = self.balance(self.tx.caller)?;
        let left = balance.checked_sub(self.tx.value).ok_or(SimulationError::InsufficientForTransfer)?;
        Ok(Some((left / U256::from(self.tx.gas_price)).saturating_to()))
    }

    /// From here on, native code knows that gas is being estimated.
    pub(super) fn estimates(&mut self) {
        self.assembly = std::mem::take(&mut self.assembly).estimating();
    }

    pub(super) fn balance(&mut self, address: Address) -> Result<U256, SimulationError> {
        Ok(self.cache.basic(address)?.map(|info| info.balance).unwrap_or_default())
    }

    /// Whether nothing but value would move: no data, and nobody with code to receive it.
    pub(super) fn is_plain_transfer(&mut self) -> Result<bool, SimulationError> {
        let TxKind::Call(to) = self.tx.kind else { return Ok(false) };
        let plain = self.tx.data.is_empty() && self.tx.access_list.is_empty() && self.tx.authorization_list.is_empty();
        if !plain || self.assembly.precompiles(&self.env).is_at(&to) {
            return Ok(false);
        }
        Ok(self.cache.basic(to)?.is_none_or(|info| info.is_empty_code_hash()))
    }

    /// Runs the transaction with a gas limit; nothing of it stays.
    pub(super) fn run(&mut self, gas_limit: u64) -> Result<ResultAndState, SimulationError> {
        self.tx.gas_limit = gas_limit;
        let env = self.env.clone();
        let Some(expired) = self.expired else {
            let mut evm = self.assembly.evm(&mut self.cache, env, NoOpInspector, Inspect::No);
            return Ok(evm.transact_raw(self.tx.clone())?);
        };
        let mut evm = self.assembly.evm(&mut self.cache, env, Deadline::new(expired), Inspect::Yes);
        let outcome = evm.transact_raw(self.tx.clone())?;
        if evm.inspector().hit() { Err(SimulationError::Timeout) } else { Ok(outcome) }
    }

    /// Runs the transaction as it is, watched; gives the watcher back.
    pub(super) fn inspect<I>(mut self, inspector: I) -> Result<(ResultAndState, I), SimulationError>
    where
        I: Inspector<EthEvmContext<Cache<'a>>>,
    {
        let Some(expired) = self.expired.take() else {
            let (outcome, inspector, _) = self.watch(inspector)?;
            return Ok((outcome, inspector));
        };
        let (outcome, (deadline, inspector), _) = self.watch((Deadline::new(expired), inspector))?;
        if deadline.hit() { Err(SimulationError::Timeout) } else { Ok((outcome, inspector)) }
    }

    /// Runs the transaction as it is, without looking at the clock; gives the watcher and the state before it back.
    pub(super) fn watch<I>(self, inspector: I) -> Result<(ResultAndState, I, Cache<'a>), SimulationError>
    where
        I: Inspector<EthEvmContext<Cache<'a>>>,
    {
        let mut evm = self.assembly.evm(self.cache, self.env, inspector, Inspect::Yes);
        let outcome = evm.transact_raw(self.tx)?;
        let inner = evm.into_inner();
        Ok((outcome, inner.inspector, inner.ctx.journaled_state.database))
    }
}

/// What counts for a transaction but not for a call.
fn relax(env: &mut EvmEnv, tx: &TxEnv) {
    let cfg = &mut env.cfg_env;
    cfg.disable_nonce_check = true;
    cfg.disable_eip3607 = true;
    cfg.disable_block_gas_limit = true;
    cfg.tx_gas_limit_cap = Some(u64::MAX);
    // geth: a call that offers nothing sees a base fee of nothing.
    if tx.gas_price == 0 {
        cfg.disable_base_fee = true;
        env.block_env.basefee = 0;
    }
}
