use super::layout::{CONSTITUTION, EXECUTION_WINDOW, FLOOR, GENERATION, floor as fields};
use crate::{
    Host, Stop,
    storage::{Store, address_word, word_address},
};
use althing_contracts::{GOVERNANCE, IGovernance::Floor};
use althing_primitives::{Address, U256};

/// The slot every ballot reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Decides instead of the table; zero for the table.
    pub(crate) contract: Address,
    /// Seconds.
    pub(crate) execution_window: u32,
    /// How often open proposals were dropped.
    pub(crate) generation: u64,
}

impl Terms {
    pub(crate) fn read(host: &mut dyn Host) -> Result<Self, Stop> {
        let word = Store::new(host, GOVERNANCE).get(CONSTITUTION.at())?;
        Ok(Self {
            contract: word_address(CONSTITUTION.get(word)),
            execution_window: EXECUTION_WINDOW.number(word) as u32,
            generation: GENERATION.number(word),
        })
    }

    pub(crate) fn write(self, host: &mut dyn Host) -> Result<(), Stop> {
        let word = CONSTITUTION.set(U256::ZERO, address_word(self.contract));
        let word = EXECUTION_WINDOW.set(word, U256::from(self.execution_window));
        let word = GENERATION.set(word, U256::from(self.generation));
        Store::new(host, GOVERNANCE).set(CONSTITUTION.at(), word)
    }

    /// The contract that decides, if one does.
    pub(crate) fn decider(self) -> Option<Address> {
        (!self.contract.is_zero()).then_some(self.contract)
    }
}

/// The constitution contract, zero for the table.
pub(crate) fn contract(host: &mut dyn Host) -> Result<Address, Stop> {
    Ok(Terms::read(host)?.contract)
}

/// What no vote can lower. Written by the genesis alone.
pub(crate) fn floor(host: &mut dyn Host) -> Result<Floor, Stop> {
    let word = Store::new(host, GOVERNANCE).get(FLOOR.at())?;
    Ok(Floor {
        missing: fields::MISSING.number(word) as u16,
        timelock: fields::TIMELOCK.number(word) as u32,
        veto: fields::VETO.number(word) != 0,
    })
}

pub(super) fn set_floor(host: &mut dyn Host, floor: &Floor) -> Result<(), Stop> {
    let word = fields::MISSING.set(U256::ZERO, U256::from(floor.missing));
    let word = fields::TIMELOCK.set(word, U256::from(floor.timelock));
    let word = fields::VETO.set(word, U256::from(u8::from(floor.veto)));
    Store::new(host, GOVERNANCE).set(FLOOR.at(), word)
}
