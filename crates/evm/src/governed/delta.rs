use crate::Cache;
use althing_contracts::{SYSTEM_CONTRACTS, is_system};
use althing_primitives::{Address, GOVERNANCE_REQUEST_TYPE, GovernanceDelta, Receipt, U256, eips::eip7685::Requests};
use std::collections::BTreeMap;

/// Slots of the system contracts that were read or written, with what they held below the cache and what they
/// hold now.
pub(crate) type SystemSlots = BTreeMap<(Address, U256), (U256, U256)>;

/// Commits to what changed since `before` and to the events of the receipts, after all other requests, whose
/// types are lower; to nothing by nothing.
pub(crate) fn push_delta(requests: &mut Requests, before: &SystemSlots, cache: &Cache<'_>, receipts: &[Receipt]) {
    let delta = delta(before, cache, receipts);
    if !delta.is_empty() {
        requests.push_request_with_type(GOVERNANCE_REQUEST_TYPE, delta.encode());
    }
}

fn delta(before: &SystemSlots, cache: &Cache<'_>, receipts: &[Receipt]) -> GovernanceDelta {
    let mut changed: BTreeMap<Address, Vec<(U256, U256)>> = BTreeMap::new();
    for ((contract, slot), (below, value)) in system_slots(cache) {
        let earlier = before.get(&(contract, slot)).map_or(below, |(_, value)| *value);
        if earlier != value {
            changed.entry(contract).or_default().push((slot, value));
        }
    }
    let logs = receipts.iter().flat_map(|receipt| &receipt.logs);
    let events = logs.filter(|log| is_system(&log.address)).cloned().collect();
    GovernanceDelta { slots: changed.into_iter().collect(), events }
}

/// The slots as they are now.
pub(crate) fn system_slots(cache: &Cache<'_>) -> SystemSlots {
    let of = |contract: Address| cache.slots(contract).map(move |(slot, values)| ((contract, slot), values));
    SYSTEM_CONTRACTS.into_iter().flat_map(of).collect()
}
