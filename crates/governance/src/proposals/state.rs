//! The state of a proposal: what transactions noted of it, and time.

use super::{Context, Kind, Outcome, Proposal, Status, authority::generation_end, context::result, decide, resolve};
use crate::{Host, Message, Stop, abi, constitution::Terms};
use althing_contracts::IGovernance::{GovernorUnexpectedProposalState, ProposalState};
use althing_primitives::{B256, Bytes, U256};

/// The view `state`.
pub(super) fn answer(host: &mut dyn Host, message: &Message<'_>, id: U256) -> Result<Bytes, Stop> {
    let proposal = Proposal::load(host, id)?;
    let terms = Terms::read(host)?;
    match known(host, &proposal, terms, message.block.timestamp)? {
        Some(state) => Ok(encoded(state)),
        None => resolve::ask(host, terms.contract, Context::new(Kind::State, &proposal)),
    }
}

pub(super) fn encoded(state: ProposalState) -> Bytes {
    result(&abi::answer(&U256::from(state as u8)))
}

/// The state, unless a constitution contract has to say.
pub(super) fn known(
    host: &mut dyn Host,
    proposal: &Proposal,
    terms: Terms,
    now: u64,
) -> Result<Option<ProposalState>, Stop> {
    Ok(Some(match proposal.status {
        Status::Executed => ProposalState::Executed,
        Status::Canceled => ProposalState::Canceled,
        Status::Defeated | Status::None => ProposalState::Defeated,
        Status::Open | Status::Succeeded if proposal.generation != terms.generation => {
            dropped(proposal, generation_end(host, proposal.generation)?)
        }
        Status::Open if terms.decider().is_some() => return Ok(None),
        Status::Open | Status::Succeeded => by_table(proposal, now),
    }))
}

/// The state if the table decides.
pub(super) fn by_table(proposal: &Proposal, now: u64) -> ProposalState {
    after(proposal, now, decide::by_table(proposal, now))
}

/// The state of a proposal that is not canceled, if this is what is decided of it.
pub(super) fn after(proposal: &Proposal, now: u64, outcome: Outcome) -> ProposalState {
    let mut noted = *proposal;
    if proposal.status == Status::Open {
        decide::note(&mut noted, now, outcome);
    }
    match noted.status {
        Status::Open => ProposalState::Active,
        Status::Succeeded if now > noted.expiry() => ProposalState::Expired,
        Status::Succeeded if noted.eta != 0 => ProposalState::Queued,
        Status::Succeeded => ProposalState::Succeeded,
        _ => ProposalState::Defeated,
    }
}

/// Canceled, unless it had ended before. What a constitution contract would have said then cannot be asked any more.
fn dropped(proposal: &Proposal, end: u64) -> ProposalState {
    match by_table(proposal, end) {
        ended @ (ProposalState::Defeated | ProposalState::Expired) => ended,
        _ => ProposalState::Canceled,
    }
}

/// The error of a proposal in none of the states it should be in.
pub(crate) fn unexpected(proposal: &Proposal, current: ProposalState, expected: &[ProposalState]) -> Stop {
    let expected = expected.iter().fold(U256::ZERO, |states, state| states | (U256::from(1) << (*state as usize)));
    Stop::revert(GovernorUnexpectedProposalState {
        proposalId: proposal.id,
        current,
        expectedStates: B256::from(expected),
    })
}

/// The state for an error: where a constitution contract would have to say, what the table says.
pub(crate) fn reported(
    host: &mut dyn Host,
    proposal: &Proposal,
    terms: Terms,
    now: u64,
) -> Result<ProposalState, Stop> {
    Ok(known(host, proposal, terms, now)?.unwrap_or_else(|| by_table(proposal, now)))
}
