//! State that a client pretends.

use super::SimulationError;
use crate::{Cache, env::precompiles, native::MovedPrecompiles};
use alloy_rpc_types_eth::state::{AccountOverride, StateOverride};
use althing_primitives::{Address, B256, B256Map, U256, keccak256};
use revm::{bytecode::Bytecode, primitives::hardfork::SpecId};

/// Applies overrides in order of addresses (as geth does).
///
/// An account with an override is no precompile any more; one may be moved to an address that
/// has no override itself.
///
/// # Errors
/// [`SimulationError::Request`] where they contradict one another.
pub(super) fn apply_overrides(
    overrides: &StateOverride,
    cache: &mut Cache<'_>,
    spec: SpecId,
) -> Result<MovedPrecompiles, SimulationError> {
    let mut accounts: Vec<_> = overrides.iter().collect();
    accounts.sort_unstable_by_key(|(address, _)| **address);
    let mut changed = MovedPrecompiles::default();
    for (address, account) in accounts {
        let is_precompile = precompiles(spec).contains(address);
        if let Some(to) = account.move_precompile_to {
            if !is_precompile {
                return Err(SimulationError::Request(format!("account {address} is not a precompile")));
            }
            if overrides.contains_key(&to) {
                return Err(SimulationError::Request(format!("account {to} is already overridden")));
            }
            changed.moved.push((*address, to));
        }
        if is_precompile {
            changed.gone.push(*address);
        }
        overwrite(cache, *address, account)?;
    }
    Ok(changed)
}

fn overwrite(cache: &mut Cache<'_>, address: Address, with: &AccountOverride) -> Result<(), SimulationError> {
    let AccountOverride { balance, nonce, code, state, state_diff, .. } = with;
    if balance.is_some() || nonce.is_some() || code.is_some() {
        let code = code.clone().map(|code| (keccak256(&code), Bytecode::new_raw_checked(code)));
        let code = match code {
            Some((hash, code)) => Some((hash, code.map_err(|error| SimulationError::Request(error.to_string()))?)),
            None => None,
        };
        cache.overwrite_record(address, *balance, *nonce, code)?;
    }
    match (state, state_diff) {
        (Some(_), Some(_)) => {
            return Err(SimulationError::Request(format!("account {address} has both 'state' and 'stateDiff'")));
        }
        (Some(state), None) => {
            cache.clear_storage(address)?;
            cache.overwrite_slots(address, slots(state))?;
        }
        (None, Some(diff)) => cache.overwrite_slots(address, slots(diff))?,
        (None, None) => {}
    }
    Ok(())
}

fn slots(slots: &B256Map<B256>) -> impl Iterator<Item = (U256, U256)> {
    slots.iter().map(|(slot, value)| ((*slot).into(), (*value).into()))
}
