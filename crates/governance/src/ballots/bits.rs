//! Who cast which ballot: two bits a member.

use crate::{
    Host, Stop,
    proposals::{BALLOTS, Support},
    storage::{Store, field, with_field},
};
use althing_contracts::GOVERNANCE;
use althing_primitives::U256;

const BITS: usize = 2;
const PER_SLOT: u32 = 128;

/// The ballot of a member, if it cast one.
pub(crate) fn ballot_of(host: &mut dyn Host, proposal: U256, member: u32) -> Result<Option<Support>, Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = slot(store, proposal, member)?;
    let bits: u8 = field(store.get(slot)?, offset(member), BITS).saturating_to();
    Ok(bits.checked_sub(1).and_then(Support::new))
}

/// Notes the ballot of a member.
pub(super) fn note(host: &mut dyn Host, proposal: U256, member: u32, support: Support) -> Result<(), Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = slot(store, proposal, member)?;
    let word = store.get(slot)?;
    store.set(slot, with_field(word, offset(member), BITS, U256::from(support as u8 + 1)))
}

fn slot(store: &mut Store<'_>, proposal: U256, member: u32) -> Result<U256, Stop> {
    let of_proposal = store.entry(BALLOTS.at(), proposal)?;
    store.entry(of_proposal, U256::from(member / PER_SLOT))
}

fn offset(member: u32) -> usize {
    BITS * (member % PER_SLOT) as usize
}
