//! State that a client pretends.

use super::SimulationError;
use crate::{Cache, env::precompiles};
use alloy_evm::{
    EvmEnv,
    eth::{EthEvm, EthEvmContext},
    precompiles::PrecompilesMap,
};
use alloy_rpc_types_eth::state::{AccountOverride, StateOverride};
use althing_primitives::{Address, B256, B256Map, U256, keccak256};
use revm::{
    Context, Inspector, MainBuilder, MainContext,
    bytecode::Bytecode,
    context::{Cfg, ContextTr},
    handler::PrecompileProvider,
    interpreter::{CallInputs, InterpreterResult},
    primitives::{AddressSet, hardfork::SpecId},
};

/// Precompiles that are not where the fork has them.
#[derive(Clone, Debug, Default)]
pub(super) struct MovedPrecompiles {
    gone: Vec<Address>,
    moved: Vec<(Address, Address)>,
}

impl MovedPrecompiles {
    /// Those of a fork, with the changes.
    pub(super) fn under(&self, spec: SpecId) -> PretendedPrecompiles {
        let mut map = PrecompilesMap::from_static(precompiles(spec));
        let mut taken = Vec::with_capacity(self.moved.len());
        for (from, to) in &self.moved {
            map.apply_precompile(from, |precompile| {
                taken.push((*to, precompile));
                None
            });
        }
        for address in &self.gone {
            map.apply_precompile(address, |_| None);
        }
        for (to, precompile) in taken {
            map.apply_precompile(&to, |_| precompile);
        }
        PretendedPrecompiles { map, warm: precompiles(spec).addresses_set() }
    }
}

/// Precompiles where a client wants them. What is warm stays what the fork says (EIP-2929, and geth).
pub(super) struct PretendedPrecompiles {
    map: PrecompilesMap,
    warm: &'static AddressSet,
}

impl PretendedPrecompiles {
    /// Whether there is one.
    pub(super) fn is_at(&self, address: &Address) -> bool {
        self.map.get(address).is_some()
    }
}

impl<CTX: ContextTr> PrecompileProvider<CTX> for PretendedPrecompiles
where
    PrecompilesMap: PrecompileProvider<CTX, Output = InterpreterResult>,
{
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: <CTX::Cfg as Cfg>::Spec) -> bool {
        self.map.set_spec(spec)
    }

    fn run(&mut self, context: &mut CTX, inputs: &CallInputs) -> Result<Option<InterpreterResult>, String> {
        self.map.run(context, inputs)
    }

    fn warm_addresses(&self) -> &AddressSet {
        self.warm
    }

    fn contains(&self, address: &Address) -> bool {
        self.is_at(address)
    }
}

/// Whether an EVM calls its inspector, which costs time at every instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inspect {
    Yes,
    No,
}

/// An EVM with pretended precompiles.
pub(super) fn build_evm<DB: alloy_evm::Database, I: Inspector<EthEvmContext<DB>>>(
    db: DB,
    env: EvmEnv,
    precompiles: PretendedPrecompiles,
    inspector: I,
    inspect: Inspect,
) -> EthEvm<DB, I, PretendedPrecompiles> {
    let context = Context::mainnet().with_block(env.block_env).with_cfg(env.cfg_env).with_db(db);
    EthEvm::new(context.build_mainnet_with_inspector(inspector).with_precompiles(precompiles), inspect == Inspect::Yes)
}

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
