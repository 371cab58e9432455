//! How many proposals a member may have open.

use super::{Proposal, Status, layout::OPEN_PROPOSALS};
use crate::{
    Host, Stop,
    constitution::Terms,
    storage::{Store, field, with_field},
};
use althing_contracts::{GOVERNANCE, IGovernance::TooManyOpenProposals};
use althing_primitives::U256;

/// So that one member alone floods nobody.
const OPEN_MAX: usize = 16;
const PER_SLOT: usize = 8;
const BITS: usize = 32;

/// Notes a proposal among the open ones of its member, in the place of one that is closed by now.
pub(super) fn note(host: &mut dyn Host, member: u32, number: u32, terms: Terms, now: u64) -> Result<(), Stop> {
    let base = Store::new(host, GOVERNANCE).entry(OPEN_PROPOSALS.at(), U256::from(member))?;
    let mut numbers = Vec::with_capacity(OPEN_MAX);
    for slot in 0..OPEN_MAX / PER_SLOT {
        let word = host.sload(GOVERNANCE, base.wrapping_add(U256::from(slot)))?;
        numbers.extend((0..PER_SLOT).map(|place| field(word, place * BITS, BITS).saturating_to::<u32>()));
    }
    let place = match numbers.iter().position(|number| *number == 0) {
        Some(place) => Some(place),
        None => closed(host, &numbers, terms, now)?,
    };
    let error = TooManyOpenProposals { member, most: U256::from(OPEN_MAX) };
    let place = place.ok_or_else(|| Stop::revert(error))?;
    let slot = base.wrapping_add(U256::from(place / PER_SLOT));
    let word = host.sload(GOVERNANCE, slot)?;
    host.sstore(GOVERNANCE, slot, with_field(word, place % PER_SLOT * BITS, BITS, U256::from(number)))
}

fn closed(host: &mut dyn Host, numbers: &[u32], terms: Terms, now: u64) -> Result<Option<usize>, Stop> {
    for (place, number) in numbers.iter().enumerate() {
        if !takes_ballots(&Proposal::numbered(host, *number)?, terms, now) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// Whether ballots may be cast for it.
pub(crate) fn takes_ballots(proposal: &Proposal, terms: Terms, now: u64) -> bool {
    proposal.status == Status::Open && proposal.generation == terms.generation && now <= proposal.deadline()
}
