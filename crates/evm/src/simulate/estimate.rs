use super::{Call, Limits, SimulationError, simulation::Simulation};
use crate::{Executor, State, TransactionError};
use revm::{
    context::result::{ExecutionResult, HaltReason, InvalidTransaction, ResultGas},
    primitives::hardfork::SpecId,
};

/// Gas of a transfer; no transaction uses less.
const TRANSFER_GAS: u64 = 21_000;
/// Gas a call that sends value hands to its callee on top.
const CALL_STIPEND: u64 = 2_300;
/// EIP-7825: gas of a transaction at most, from Osaka.
const OSAKA_GAS_MAX: u64 = 16_777_216;
/// The search stops when lower and upper bound differ by less than this part (geth's 0.015).
const ERROR_PER_THOUSAND: u64 = 15;

impl Executor {
    /// The least gas with which a transaction succeeds (`eth_estimateGas`), to 1.5 % above; exact
    /// for transfers. `call.env` should be the next block's.
    ///
    /// # Errors
    /// [`SimulationError::Revert`] with data where it reverts however much gas it has.
    pub fn estimate_gas<'a>(
        &'a self,
        state: State<'a>,
        call: Call,
        limits: &Limits<'a>,
    ) -> Result<u64, SimulationError> {
        let wanted = call.request.gas;
        let mut simulation = Simulation::new(self, state, call, limits)?;
        simulation.estimates();
        let highest = highest(&mut simulation, wanted, limits)?;
        if simulation.is_plain_transfer()? && highest >= TRANSFER_GAS && attempt(&mut simulation, TRANSFER_GAS)?.enough
        {
            return Ok(TRANSFER_GAS);
        }
        let first = simulation.run(highest).map_err(|error| too_little(error, highest))?.result;
        let gas = *first.gas();
        match first {
            ExecutionResult::Success { .. } => search(&mut simulation, &gas, highest),
            ExecutionResult::Revert { output, .. } => Err(SimulationError::Revert(output)),
            ExecutionResult::Halt { reason: HaltReason::OutOfGas(_), .. } => Err(SimulationError::Allowance(highest)),
            ExecutionResult::Halt { reason, .. } => Err(SimulationError::Halt(reason)),
        }
    }
}

/// The upper bound: what the request names or else a block holds, what the fork allows, what the
/// sender can pay, what we give.
fn highest(simulation: &mut Simulation<'_>, wanted: Option<u64>, limits: &Limits<'_>) -> Result<u64, SimulationError> {
    let block = simulation.env.block_env.gas_limit;
    let mut highest = wanted.filter(|gas| *gas >= TRANSFER_GAS).unwrap_or(block);
    if simulation.env.cfg_env.spec.is_enabled_in(SpecId::OSAKA) {
        highest = highest.min(OSAKA_GAS_MAX);
    }
    if let Some(affordable) = simulation.affordable_gas()? {
        highest = highest.min(affordable);
    }
    Ok(highest.min(limits.gas))
}

fn search(simulation: &mut Simulation<'_>, first: &ResultGas, highest: u64) -> Result<u64, SimulationError> {
    let mut high = highest;
    let mut low = first.tx_gas_used().saturating_sub(1);
    // One try a little above what was used before refunds: it usually is enough, and close.
    let peak = first.total_gas_spent().max(first.floor_gas());
    let optimistic = (peak.saturating_add(CALL_STIPEND)).saturating_mul(64) / 63;
    if optimistic < high {
        if attempt(simulation, optimistic)?.enough {
            high = optimistic;
        } else {
            low = optimistic;
        }
    }
    while low.saturating_add(1) < high {
        if (high - low).saturating_mul(1_000) < high.saturating_mul(ERROR_PER_THOUSAND) {
            break;
        }
        // Most transactions need little more than they use: lean towards the lower bound.
        let middle = (low + (high - low) / 2).min(low.saturating_mul(2));
        if attempt(simulation, middle)?.enough {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(high)
}

struct Attempt {
    enough: bool,
}

/// Whether this much gas is enough; any failure counts as not.
fn attempt(simulation: &mut Simulation<'_>, gas_limit: u64) -> Result<Attempt, SimulationError> {
    match simulation.run(gas_limit) {
        Ok(outcome) => Ok(Attempt { enough: outcome.result.is_success() }),
        Err(error) if is_too_little(&error) => Ok(Attempt { enough: false }),
        Err(error) => Err(error),
    }
}

fn is_too_little(error: &SimulationError) -> bool {
    use InvalidTransaction as E;
    matches!(
        error,
        SimulationError::Transaction(TransactionError::Evm(
            E::CallGasCostMoreThanGasLimit { .. } | E::GasFloorMoreThanGasLimit { .. }
        ))
    )
}

fn too_little(error: SimulationError, highest: u64) -> SimulationError {
    if is_too_little(&error) { SimulationError::Allowance(highest) } else { error }
}
