use super::{bits, signature};
use crate::{
    Host, Message, Stop,
    constitution::Terms,
    members::{self, Voter},
    proposals::{
        self, Context, Kind, Proposal, Support, ask, by_table, conclude, could_decide, ensure_idle, gas_needed,
        reported, takes_ballots, unexpected,
    },
    storage::Store,
};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{
        ExecutionGasRequired, GovernorAlreadyCastVote, GovernorInvalidVoteType, IGovernanceCalls as Calls, NotAMember,
        NotInElectorate, ProposalState, VoteCast, VoteCastWithParams,
    },
};
use althing_primitives::{Address, Bytes, U256};

/// A ballot as it was cast.
#[derive(Clone, Debug)]
pub(super) struct Ballot {
    pub(super) proposal: U256,
    pub(super) support: u8,
    /// Whose account.
    pub(super) voter: Address,
    pub(super) reason: String,
    pub(super) params: Bytes,
}

/// The functions that cast a ballot.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>, call: Calls) -> Result<Bytes, Stop> {
    ensure_idle(host)?;
    let (ballot, signature) = ballot(message.caller, call).ok_or_else(|| Stop::Revert(Bytes::new()))?;
    match signature {
        None => {}
        Some(Signed::Short(bytes)) => signature::check_short(host, message, &ballot, &bytes)?,
        Some(Signed::Extended(bytes)) => signature::check_extended(host, message, &ballot, &bytes)?,
    }
    cast(host, message, ballot)
}

enum Signed {
    Short(Bytes),
    Extended(Bytes),
}

fn ballot(caller: Address, call: Calls) -> Option<(Ballot, Option<Signed>)> {
    let plain =
        |proposal, support, voter| Ballot { proposal, support, voter, reason: String::new(), params: Bytes::new() };
    Some(match call {
        Calls::castVote(call) => (plain(call.proposalId, call.support, caller), None),
        Calls::castVoteWithReason(call) => {
            (Ballot { reason: call.reason, ..plain(call.proposalId, call.support, caller) }, None)
        }
        Calls::castVoteWithReasonAndParams(call) => {
            let ballot = plain(call.proposalId, call.support, caller);
            (Ballot { reason: call.reason, params: call.params, ..ballot }, None)
        }
        Calls::castVoteBySig(call) => {
            (plain(call.proposalId, call.support, call.voter), Some(Signed::Short(call.signature)))
        }
        Calls::castVoteWithReasonAndParamsBySig(call) => {
            let ballot = plain(call.proposalId, call.support, call.voter);
            let ballot = Ballot { reason: call.reason, params: call.params, ..ballot };
            (ballot, Some(Signed::Extended(call.signature)))
        }
        _ => return None,
    })
}

fn cast(host: &mut dyn Host, message: &Message<'_>, ballot: Ballot) -> Result<Bytes, Stop> {
    let mut proposal = Proposal::load(host, ballot.proposal)?;
    let (terms, now) = (Terms::read(host)?, message.block.timestamp);
    if !takes_ballots(&proposal, terms, now) {
        let state = reported(host, &proposal, terms, now)?;
        return Err(unexpected(&proposal, state, &[ProposalState::Active]));
    }
    let voter = voter(host, &proposal, ballot.voter)?;
    if bits::ballot_of(host, proposal.id, voter.member)?.is_some() {
        return Err(Stop::revert(GovernorAlreadyCastVote { voter: ballot.voter }));
    }
    let support = Support::new(ballot.support).ok_or_else(|| Stop::revert(GovernorInvalidVoteType {}))?;
    bits::note(host, proposal.id, voter.member, support)?;
    proposal.tally.add(support, voter.class);
    emit(host, ballot)?;
    if message.estimating {
        ensure_gas(host, &proposal, support, terms)?;
    }
    let context = Context::new(Kind::Ballot, &proposal);
    match terms.decider() {
        None => conclude(host, message, proposal, by_table(&proposal, now), context),
        Some(contract) => {
            proposal.save(host)?;
            ask(host, contract, context)
        }
    }
}

/// The member whose ballot an account casts.
fn voter(host: &mut dyn Host, proposal: &Proposal, account: Address) -> Result<Voter, Stop> {
    let voter = members::voter(host, account)?.ok_or_else(|| Stop::revert(NotAMember { account }))?;
    match voter.since_version <= proposal.version {
        true => Ok(voter),
        false => Err(Stop::revert(NotInElectorate { account, proposalId: proposal.id })),
    }
}

fn emit(host: &mut dyn Host, ballot: Ballot) -> Result<(), Stop> {
    let Ballot { proposal, support, voter, reason, params } = ballot;
    let weight = U256::from(1);
    let store = &mut Store::new(host, GOVERNANCE);
    match params.is_empty() {
        true => store.emit(VoteCast { voter, proposalId: proposal, support, weight, reason }),
        false => store.emit(VoteCastWithParams { voter, proposalId: proposal, support, weight, reason, params }),
    }
}

/// While gas is estimated: two members may estimate at the same time, and either may be the one that decides.
fn ensure_gas(host: &mut dyn Host, proposal: &Proposal, support: Support, terms: Terms) -> Result<(), Stop> {
    let asks = terms.decider().is_some();
    let decides = asks || (support == Support::For && could_decide(proposal));
    if !decides || proposal.requirement.timelock != 0 {
        return Ok(());
    }
    let gas = gas_needed(proposal) + if asks { proposals::RESOLVE_GAS_NEEDED } else { 0 };
    match host.gas_left() >= gas {
        true => Ok(()),
        false => Err(Stop::revert(ExecutionGasRequired { gas: U256::from(gas) })),
    }
}
