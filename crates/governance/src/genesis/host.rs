use crate::{Host, SlotChange, Stop};
use althing_primitives::{Address, LogData, U256};
use std::collections::BTreeMap;

/// Slots by contract.
pub(super) type Slots = BTreeMap<Address, BTreeMap<U256, U256>>;

/// Storage before there is a chain: no gas, no events.
#[derive(Debug, Default)]
pub(super) struct GenesisHost {
    pub(super) slots: Slots,
}

impl Host for GenesisHost {
    fn sload(&mut self, contract: Address, slot: U256) -> Result<U256, Stop> {
        Ok(self.slots.get(&contract).and_then(|slots| slots.get(&slot)).copied().unwrap_or_default())
    }

    fn sstore(&mut self, contract: Address, slot: U256, value: U256) -> Result<(), Stop> {
        let slots = self.slots.entry(contract).or_default();
        if value.is_zero() {
            slots.remove(&slot);
        } else {
            slots.insert(slot, value);
        }
        Ok(())
    }

    fn tload(&mut self, _: U256) -> Result<U256, Stop> {
        Ok(U256::ZERO)
    }

    fn tstore(&mut self, _: U256, _: U256) -> Result<(), Stop> {
        Ok(())
    }

    fn log(&mut self, _: Address, _: LogData) -> Result<(), Stop> {
        Ok(())
    }

    fn charge(&mut self, _: u64) -> Result<(), Stop> {
        Ok(())
    }

    fn gas_left(&self) -> u64 {
        u64::MAX
    }

    fn has_code(&mut self, _: Address) -> Result<bool, Stop> {
        Ok(true)
    }

    fn changes(&mut self) -> Result<Vec<SlotChange>, Stop> {
        Ok(Vec::new())
    }
}
