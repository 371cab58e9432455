//! The read policy, and contracts that everyone admitted reads.

use super::layout::{READ_POLICY, VISIBLE};
use crate::{
    Host, Reader, Stop,
    storage::{Store, address_word},
};
use althing_contracts::{
    ACCESS as CONTRACT,
    IAccess::{self, ReadPolicy},
};
use althing_primitives::{Address, U256};

/// The network's read policy.
///
/// # Errors
/// The state does not read.
pub fn read_policy<R: Reader>(reader: &R) -> Result<ReadPolicy, R::Error> {
    Ok(from_word(reader.slot(CONTRACT, READ_POLICY.at())?))
}

/// What is not known is the strictest.
fn from_word(word: U256) -> ReadPolicy {
    match READ_POLICY.number(word) {
        0 => ReadPolicy::Open,
        1 => ReadPolicy::Authenticated,
        _ => ReadPolicy::Private,
    }
}

pub(super) fn load(host: &mut dyn Host) -> Result<ReadPolicy, Stop> {
    Ok(from_word(Store::new(host, CONTRACT).get(READ_POLICY.at())?))
}

/// Sets the policy.
pub(crate) fn set_read_policy(host: &mut dyn Host, policy: ReadPolicy) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let word = store.get(READ_POLICY.at())?;
    store.set(READ_POLICY.at(), READ_POLICY.set(word, U256::from(policy as u8)))?;
    super::emit(host, &IAccess::ReadPolicySet { policy })
}

pub(super) fn load_visible(host: &mut dyn Host, target: Address) -> Result<bool, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(VISIBLE.at(), address_word(target))?;
    Ok(!store.get(slot)?.is_zero())
}

pub(super) fn set_visible(host: &mut dyn Host, target: Address, visible: bool) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(VISIBLE.at(), address_word(target))?;
    store.set(slot, U256::from(visible))?;
    super::emit(host, &IAccess::ContractVisibilitySet { target, visible })
}
