use super::{Undo, World};
use alloy_sol_types::SolError;
use althing_contracts::{IGovernance::StaticCallNotAllowed, is_system};
use althing_governance::{Host, SlotChange, Stop};
use althing_primitives::{Address, LogData, U256};

/// The host of one native call.
pub(crate) struct Frame<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) gas: u64,
    pub(crate) is_static: bool,
}

impl Frame<'_> {
    fn ensure_writes(&self) -> Result<(), Stop> {
        match self.is_static {
            true => Err(Stop::Revert(StaticCallNotAllowed {}.abi_encode().into())),
            false => Ok(()),
        }
    }

    fn warm(&mut self, contract: Address, slot: U256) -> bool {
        !self.world.warm.insert((contract, slot))
    }
}

impl Host for Frame<'_> {
    fn sload(&mut self, contract: Address, slot: U256) -> Result<U256, Stop> {
        assert!(is_system(&contract), "governance reads nothing of other accounts");
        let gas = if self.warm(contract, slot) { 100 } else { 2_100 };
        self.charge(gas)?;
        Ok(self.world.slots.get(&(contract, slot)).copied().unwrap_or_default())
    }

    fn sstore(&mut self, contract: Address, slot: U256, value: U256) -> Result<(), Stop> {
        self.ensure_writes()?;
        if self.gas <= 2_300 {
            return Err(Stop::OutOfGas);
        }
        let cold = if self.warm(contract, slot) { 0 } else { 2_100 };
        let now = self.world.slots.get(&(contract, slot)).copied().unwrap_or_default();
        let before = *self.world.before.entry((contract, slot)).or_insert(now);
        let gas = match (now == value, now == before, before.is_zero()) {
            (true, ..) | (_, false, _) => 100,
            (_, _, true) => 20_000,
            (_, _, false) => 2_900,
        };
        self.charge(cold + gas)?;
        self.world.journal.push(Undo::Slot((contract, slot), now));
        self.world.slots.insert((contract, slot), value);
        Ok(())
    }

    fn tload(&mut self, slot: U256) -> Result<U256, Stop> {
        self.charge(100)?;
        Ok(self.world.transient.get(&slot).copied().unwrap_or_default())
    }

    fn tstore(&mut self, slot: U256, value: U256) -> Result<(), Stop> {
        self.ensure_writes()?;
        self.charge(100)?;
        let before = self.world.transient.insert(slot, value).unwrap_or_default();
        self.world.journal.push(Undo::Transient(slot, before));
        Ok(())
    }

    fn log(&mut self, contract: Address, data: LogData) -> Result<(), Stop> {
        self.ensure_writes()?;
        assert!(is_system(&contract), "an event of a system contract");
        self.charge(375 + 375 * data.topics().len() as u64 + 8 * data.data.len() as u64)?;
        self.world.journal.push(Undo::Log);
        self.world.logs.push((contract, data));
        Ok(())
    }

    fn charge(&mut self, gas: u64) -> Result<(), Stop> {
        match self.gas.checked_sub(gas) {
            Some(left) => {
                self.gas = left;
                Ok(())
            }
            None => {
                self.gas = 0;
                Err(Stop::OutOfGas)
            }
        }
    }

    fn gas_left(&self) -> u64 {
        self.gas
    }

    fn has_code(&mut self, account: Address) -> Result<bool, Stop> {
        let gas = if self.world.warm_accounts.insert(account) { 2_600 } else { 100 };
        self.charge(gas)?;
        Ok(self.world.apps.contains_key(&account) || is_system(&account))
    }

    fn changes(&mut self) -> Result<Vec<SlotChange>, Stop> {
        Ok(self.world.changes())
    }
}
