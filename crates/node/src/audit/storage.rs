use althing_chainspec::ChainSpec;
use althing_contracts::{SYSTEM_CONTRACTS, is_system};
use althing_governance::Reader;
use althing_primitives::{Address, GovernanceDelta, U256};
use std::{collections::BTreeMap, convert::Infallible};

/// The slots of the system contracts at some height. Zero slots are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemStorage(BTreeMap<(Address, U256), U256>);

impl SystemStorage {
    /// As the genesis sets them; `None` if it has no system contracts.
    pub(super) fn genesis(spec: &ChainSpec) -> Option<Self> {
        spec.governance()?;
        let mut storage = Self::default();
        for contract in SYSTEM_CONTRACTS {
            let slots = spec.alloc().get(&contract).map(|account| &account.storage);
            for (slot, value) in slots.into_iter().flatten() {
                storage.set(contract, *slot, *value);
            }
        }
        Some(storage)
    }

    /// Takes what a block did.
    ///
    /// # Errors
    /// The delta speaks of an account that is no system contract.
    pub(super) fn apply(&mut self, delta: &GovernanceDelta) -> Result<(), &'static str> {
        let foreign =
            delta.slots.iter().map(|(contract, _)| contract).chain(delta.events.iter().map(|log| &log.address));
        if foreign.into_iter().any(|contract| !is_system(contract)) {
            return Err("it speaks of another account than the system contracts");
        }
        for (contract, slots) in &delta.slots {
            for (slot, value) in slots {
                self.set(*contract, *slot, *value);
            }
        }
        Ok(())
    }

    /// Every slot that is not zero, by contract and slot.
    pub fn slots(&self) -> impl Iterator<Item = (Address, U256, U256)> + '_ {
        self.0.iter().map(|((contract, slot), value)| (*contract, *slot, *value))
    }

    fn set(&mut self, contract: Address, slot: U256, value: U256) {
        if value.is_zero() {
            self.0.remove(&(contract, slot));
        } else {
            self.0.insert((contract, slot), value);
        }
    }
}

impl Reader for SystemStorage {
    type Error = Infallible;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, Infallible> {
        Ok(self.0.get(&(contract, slot)).copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_contracts::NODES;

    fn delta(contract: Address, value: u64) -> GovernanceDelta {
        GovernanceDelta { slots: vec![(contract, vec![(U256::from(7), U256::from(value))])], events: Vec::new() }
    }

    #[test]
    fn later_values_replace_earlier_ones_and_zero_clears() {
        let mut storage = SystemStorage::default();
        for value in [5, 6] {
            storage.apply(&delta(NODES, value)).unwrap();
            assert_eq!(storage.slot(NODES, U256::from(7)), Ok(U256::from(value)));
        }
        storage.apply(&delta(NODES, 0)).unwrap();
        assert_eq!(storage, SystemStorage::default());
    }

    #[test]
    fn a_delta_of_another_account_is_refused() {
        assert!(SystemStorage::default().apply(&delta(Address::repeat_byte(1), 1)).is_err());
    }
}
