use super::readers::AtBlock;
use crate::{Executor, State, native::Assembly};
use alloy_evm::EvmEnv;
use althing_chainspec::{ChainSpec, Consortium, FeeMode, ForkSchedule};
use althing_contracts::IParameters;
use althing_governance::{ForkTimes, Reader};
use althing_primitives::Address;
use althing_storage::StateError;
use std::borrow::Cow;

/// Least base fee where gas is paid for, wei. A header with 0 says that it is not, so that a client shows no price.
const BASE_FEE_MIN: u64 = 1;

/// What is in force in a block: from the state of its parent where the chain governs itself, else
/// from the genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Gas limit of every block; `None` where it follows the parent's.
    pub gas_limit: Option<u64>,
    /// Bytes of a block's RLP at most; `None` where the fork alone says.
    pub block_bytes_max: Option<usize>,
    /// What gas costs.
    pub fees: Fees,
    /// Bytes of a contract's code at most, half of what creates it; `None` where the fork says.
    pub contract_size_max: Option<usize>,
    /// Percent of a block's gas and bytes that only members' calls to system contracts may use.
    pub system_lane: u8,
    /// Whether the list of senders is in force.
    pub transaction_allow_list: bool,
    /// Whether the list of deployers is in force.
    pub deployer_allow_list: bool,
    /// The contract that is asked whether a transaction is allowed.
    pub transaction_hook: Option<Address>,
    /// When forks begin that the members schedule.
    pub(crate) fork_times: Option<ForkTimes>,
    /// Whether the chain has system contracts.
    pub(crate) governed: bool,
}

/// What gas costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fees {
    /// Whether transactions pay for gas.
    pub mode: FeeMode,
    /// Least base fee where they do, wei.
    pub base_fee_min: u64,
}

impl Terms {
    /// The terms in the genesis file, which hold for ever on a chain that does not govern itself.
    pub fn genesis(chain: &ChainSpec) -> Self {
        let consortium = chain.consortium();
        Self {
            gas_limit: consortium.map(|Consortium { gas_limit, .. }| *gas_limit),
            block_bytes_max: consortium.map(|Consortium { block_bytes_max, .. }| *block_bytes_max as usize),
            fees: Fees { mode: chain.fee_mode(), base_fee_min: 0 },
            contract_size_max: None,
            system_lane: 0,
            transaction_allow_list: false,
            deployer_allow_list: false,
            transaction_hook: None,
            fork_times: None,
            governed: chain.governance().is_some(),
        }
    }

    /// The terms of the block after the one whose state this is.
    ///
    /// # Errors
    /// The state does not read.
    pub(crate) fn after<R: Reader>(chain: &ChainSpec, state: &R) -> Result<Self, R::Error> {
        if chain.governance().is_none() {
            return Ok(Self::genesis(chain));
        }
        let terms = althing_governance::terms(state)?;
        let mode = match terms.fee_mode {
            IParameters::FeeMode::Eip1559 => FeeMode::Eip1559,
            _ => FeeMode::Zero,
        };
        Ok(Self {
            gas_limit: Some(terms.gas_limit),
            block_bytes_max: Some(terms.block_bytes_max as usize),
            fees: Fees { mode, base_fee_min: terms.base_fee.max(BASE_FEE_MIN) },
            contract_size_max: Some(terms.contract_size_max as usize),
            system_lane: u8::try_from(terms.system_lane.min(100)).unwrap_or(100),
            transaction_allow_list: terms.transaction_allow_list,
            deployer_allow_list: terms.deployer_allow_list,
            transaction_hook: terms.transaction_hook,
            fork_times: Some(althing_governance::fork_times(state)?),
            governed: true,
        })
    }

    /// The forks in force: the genesis' schedule, with the times that members chose. They choose them at least an
    /// hour ahead, so what a state says holds for every block before it, too.
    pub fn forks<'c>(&self, chain: &'c ChainSpec) -> Cow<'c, ForkSchedule> {
        let genesis = chain.forks();
        self.fork_times.as_ref().map_or(Cow::Borrowed(genesis), |times| genesis.with_times(times))
    }

    /// Makes the EVM keep to what it can keep to by itself. The size of init code follows (EIP-3860).
    pub(crate) fn bind(&self, env: &mut EvmEnv) {
        if let Some(size) = self.contract_size_max {
            env.cfg_env.limit_contract_code_size = Some(size);
        }
    }

    /// How EVMs of the block are put together.
    pub(crate) fn assembly(&self, executor: &Executor) -> Assembly {
        let native = self.governed.then(|| executor.native());
        Assembly { native, guards_creation: self.deployer_allow_list, ..Assembly::default() }
    }

    /// The part of an amount that is nobody's in particular.
    pub(crate) fn outside_lane(&self, amount: u64) -> u64 {
        let share = u128::from(amount) * u128::from(100 - self.system_lane.min(100)) / 100;
        u64::try_from(share).unwrap_or(amount)
    }
}

impl Executor {
    /// The terms of the block after the one whose state this is.
    ///
    /// # Errors
    /// The state does not read.
    pub fn terms(&self, state: State<'_>) -> Result<Terms, StateError> {
        Terms::after(self.spec(), &AtBlock(state))
    }
}
