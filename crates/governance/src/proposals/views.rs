//! What front ends read.

use super::{
    Proposal, Status, Support, calls, describe::proposal_id, failure, layout::proposal as fields, lifecycle, proposal,
    state,
};
use crate::{
    Host, Message, Stop, abi, ballots,
    constitution::{self, Terms},
    members,
    storage::Store,
};
use alloy_sol_types::{SolCall, SolValue};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, GovernorNonexistentProposal, IGovernanceCalls as Calls, ProposalState, UnknownFunction},
    MEMBERS,
};
use althing_primitives::{B256, Bytes, U256, alloy::FixedBytes};

/// ERC-6372.
const CLOCK_MODE: &str = "mode=timestamp";
const COUNTING_MODE: &str = "support=bravo&quorum=for,abstain";

/// Answers a view.
pub(super) fn call(host: &mut dyn Host, message: &Message<'_>, call: Calls) -> Result<Bytes, Stop> {
    let now = message.block.timestamp;
    match call {
        Calls::name(_) => Ok(text(ballots::NAME)),
        Calls::version(_) => Ok(text(ballots::VERSION)),
        Calls::CLOCK_MODE(_) => Ok(text(CLOCK_MODE)),
        Calls::COUNTING_MODE(_) => Ok(text(COUNTING_MODE)),
        Calls::clock(_) => Ok(number(now)),
        Calls::votingDelay(_) => Ok(number(0_u64)),
        Calls::proposalThreshold(_) => Ok(number(1_u64)),
        Calls::votingPeriod(_) => Ok(number(constitution::default_rule(host)?.votingPeriod)),
        Calls::token(_) => Ok(abi::answer(&MEMBERS)),
        Calls::supportsInterface(call) => Ok(abi::answer(&supports(call.interfaceId))),
        Calls::hashProposal(call) => hashed(host, &(call.targets, call.values, call.calldatas, call.descriptionHash)),
        Calls::getProposalId(call) => hashed(host, &(call.targets, call.values, call.calldatas, call.descriptionHash)),
        Calls::quorum(call) => quorum(host, call.timepoint),
        Calls::getVotes(call) => votes(host, call.account, call.timepoint),
        Calls::getVotesWithParams(call) => votes(host, call.account, call.timepoint),
        Calls::BALLOT_TYPEHASH(_) => Ok(abi::answer(&ballots::ballot_typehash())),
        Calls::EXTENDED_BALLOT_TYPEHASH(_) => Ok(abi::answer(&ballots::extended_ballot_typehash())),
        Calls::nonces(call) => Ok(abi::answer(&ballots::nonce(host, call.owner)?)),
        Calls::eip712Domain(_) => Ok(ballots::domain_answer(message)),
        call => of_constitution(host, call, now),
    }
}

fn of_constitution(host: &mut dyn Host, call: Calls, now: u64) -> Result<Bytes, Stop> {
    match call {
        Calls::ruleOf(call) => {
            let own = constitution::own_rule(host, call.target, call.selector)?;
            let answer = IGovernance::ruleOfReturn {
                isDefault: own.is_none(),
                rule: own.map_or_else(|| constitution::default_rule(host), Ok)?,
            };
            Ok(IGovernance::ruleOfCall::abi_encode_returns(&answer).into())
        }
        Calls::rules(_) => Ok(abi::answer(&constitution::entries(host)?)),
        Calls::defaultRule(_) => Ok(abi::answer(&constitution::default_rule(host)?)),
        Calls::floor(_) => Ok(abi::answer(&constitution::floor(host)?)),
        Calls::constitution(_) => Ok(abi::answer(&constitution::contract(host)?)),
        Calls::constitutionHash(_) => Ok(abi::answer(&constitution::hash(host)?)),
        Calls::executionWindow(_) => Ok(number(Terms::read(host)?.execution_window)),
        Calls::generation(_) => Ok(number(Terms::read(host)?.generation)),
        Calls::proposalCount(_) => Ok(number(proposal::count(host)?)),
        call => of_proposal(host, call, now),
    }
}

/// Views of one proposal. OpenZeppelin's answer zero where there is none, and so do these.
fn of_proposal(host: &mut dyn Host, call: Calls, now: u64) -> Result<Bytes, Stop> {
    let id = match &call {
        Calls::proposalSnapshot(call) => call.proposalId,
        Calls::proposalDeadline(call) => call.proposalId,
        Calls::proposalProposer(call) => call.proposalId,
        Calls::proposalEta(call) => call.proposalId,
        Calls::proposalNeedsQueuing(call) => call.proposalId,
        Calls::proposalVotes(call) => call.proposalId,
        Calls::hasVoted(call) => call.proposalId,
        _ => return kept(host, call, now),
    };
    let Some(proposal) = Proposal::find(host, id)? else {
        return Ok(vec![0; if matches!(call, Calls::proposalVotes(_)) { 96 } else { 32 }].into());
    };
    match call {
        Calls::proposalSnapshot(_) => Ok(number(proposal.vote_start)),
        Calls::proposalDeadline(_) => Ok(number(proposal.deadline())),
        Calls::proposalProposer(_) => Ok(abi::answer(&lifecycle::proposer(host, &proposal)?)),
        Calls::proposalEta(_) => Ok(number(proposal.eta)),
        Calls::proposalNeedsQueuing(_) => Ok(abi::answer(&(proposal.requirement.timelock != 0))),
        Calls::hasVoted(call) => {
            let member = members::account(host, call.account)?.map(|account| account.member);
            let ballot = member.map(|member| ballots::ballot_of(host, id, member)).transpose()?.flatten();
            Ok(abi::answer(&ballot.is_some()))
        }
        _ => {
            let counts =
                [Support::Against, Support::For, Support::Abstain].map(|of| U256::from(proposal.tally.count(of)));
            Ok(counts.abi_encode().into())
        }
    }
}

/// Views of a proposal that must exist.
fn kept(host: &mut dyn Host, call: Calls, now: u64) -> Result<Bytes, Stop> {
    match call {
        Calls::proposalRequirement(call) => {
            Ok(abi::answer(&Proposal::load(host, call.proposalId)?.requirement.answer()))
        }
        Calls::proposalExecutionGas(call) => Ok(number(Proposal::load(host, call.proposalId)?.execution_gas)),
        Calls::proposalExpiry(call) => Ok(number(expiry(host, call.proposalId, now)?)),
        Calls::executionFailure(call) => {
            let proposal = Proposal::load(host, call.proposalId)?;
            let failure = failure::read(host, &proposal)?;
            Ok(IGovernance::executionFailureCall::abi_encode_returns(&failure).into())
        }
        Calls::ballotOf(call) => {
            Proposal::load(host, call.proposalId)?;
            let ballot = ballots::ballot_of(host, call.proposalId, call.member)?;
            Ok((ballot.is_some(), U256::from(ballot.map_or(0, |support| support as u8))).abi_encode_params().into())
        }
        Calls::proposalDetails(call) => {
            let proposal = Proposal::load(host, call.proposalId)?;
            details(host, &proposal)
        }
        Calls::proposalDetailsAt(call) => details_at(host, call.index),
        call => Err(Stop::revert(UnknownFunction { selector: abi::selector(&call_bytes(&call)) })),
    }
}

fn call_bytes(call: &Calls) -> Vec<u8> {
    alloy_sol_types::SolInterface::abi_encode(call)
}

/// 0 while it is not decided; a constitution contract's word counts once a transaction noted it.
fn expiry(host: &mut dyn Host, id: U256, now: u64) -> Result<u64, Stop> {
    let mut proposal = Proposal::load(host, id)?;
    let terms = Terms::read(host)?;
    let state = state::known(host, &proposal, terms, now)?;
    if proposal.status == Status::Open && matches!(state, Some(ProposalState::Succeeded | ProposalState::Expired)) {
        lifecycle::succeed(&mut proposal, now);
    }
    Ok(if proposal.status == Status::Succeeded { proposal.expiry() } else { 0 })
}

fn details(host: &mut dyn Host, proposal: &Proposal) -> Result<Bytes, Stop> {
    let (targets, values, calldatas, hash) = parts(host, proposal)?;
    Ok((targets, values, calldatas, hash).abi_encode_params().into())
}

fn details_at(host: &mut dyn Host, index: U256) -> Result<Bytes, Stop> {
    if index >= U256::from(proposal::count(host)?) {
        return Err(Stop::revert(GovernorNonexistentProposal { proposalId: index }));
    }
    let proposal = Proposal::numbered(host, index.saturating_to::<u32>().saturating_add(1))?;
    let (targets, values, calldatas, hash) = parts(host, &proposal)?;
    Ok((proposal.id, targets, values, calldatas, hash).abi_encode_params().into())
}

type Parts = (Vec<althing_primitives::Address>, Vec<U256>, Vec<Bytes>, B256);

fn parts(host: &mut dyn Host, proposal: &Proposal) -> Result<Parts, Stop> {
    let calls = calls::load(host, proposal.base)?;
    let hash = Store::new(host, GOVERNANCE).get(fields::DESCRIPTION_HASH.of(proposal.base))?;
    let targets = calls.iter().map(|call| call.target).collect();
    let values = calls.iter().map(|call| call.value).collect();
    Ok((targets, values, calls.into_iter().map(|call| call.data).collect(), hash.into()))
}

fn hashed(host: &mut dyn Host, parts: &Parts) -> Result<Bytes, Stop> {
    let (targets, values, calldatas, hash) = parts;
    Ok(abi::answer(&proposal_id(host, targets, values, calldatas, *hash)?))
}

/// By the default rule: ballots that count as a quorum at a deadline, or that decide where there is no such rule.
fn quorum(host: &mut dyn Host, timepoint: U256) -> Result<Bytes, Stop> {
    let total = members::total_at(host, timepoint.saturating_to())?;
    let rule = constitution::default_rule(host)?;
    let electorate = members::Electorate { total, ..Default::default() };
    let requirement = super::Requirement::of(&IGovernance::Rule { perClass: false, ..rule }, electorate, 0);
    Ok(number(if requirement.plurality { requirement.quorum } else { requirement.threshold }))
}

fn votes(host: &mut dyn Host, account: althing_primitives::Address, timepoint: U256) -> Result<Bytes, Stop> {
    Ok(number(members::votes_at(host, account, timepoint.saturating_to())?))
}

/// ERC-165: itself, IGovernor 5.x with and without `getProposalId`, ERC-6372, EIP-5267.
fn supports(id: FixedBytes<4>) -> bool {
    let xor = |selectors: &[[u8; 4]]| {
        FixedBytes::from(selectors.iter().fold([0; 4], |id, selector| [0, 1, 2, 3].map(|at| id[at] ^ selector[at])))
    };
    let governor = xor(&GOVERNOR);
    let without_id = governor ^ FixedBytes::from(IGovernance::getProposalIdCall::SELECTOR);
    let erc165 = xor(&[IGovernance::supportsInterfaceCall::SELECTOR]);
    let erc6372 = xor(&[IGovernance::clockCall::SELECTOR, IGovernance::CLOCK_MODECall::SELECTOR]);
    let eip5267 = xor(&[IGovernance::eip712DomainCall::SELECTOR]);
    [governor, without_id, erc165, erc6372, eip5267].contains(&id)
}

/// The functions of OpenZeppelin's `IGovernor`.
const GOVERNOR: [[u8; 4]; 27] = [
    IGovernance::nameCall::SELECTOR,
    IGovernance::versionCall::SELECTOR,
    IGovernance::COUNTING_MODECall::SELECTOR,
    IGovernance::hashProposalCall::SELECTOR,
    IGovernance::getProposalIdCall::SELECTOR,
    IGovernance::stateCall::SELECTOR,
    IGovernance::proposalThresholdCall::SELECTOR,
    IGovernance::proposalSnapshotCall::SELECTOR,
    IGovernance::proposalDeadlineCall::SELECTOR,
    IGovernance::proposalProposerCall::SELECTOR,
    IGovernance::proposalEtaCall::SELECTOR,
    IGovernance::proposalNeedsQueuingCall::SELECTOR,
    IGovernance::votingDelayCall::SELECTOR,
    IGovernance::votingPeriodCall::SELECTOR,
    IGovernance::quorumCall::SELECTOR,
    IGovernance::getVotesCall::SELECTOR,
    IGovernance::getVotesWithParamsCall::SELECTOR,
    IGovernance::hasVotedCall::SELECTOR,
    IGovernance::proposeCall::SELECTOR,
    IGovernance::queue_0Call::SELECTOR,
    IGovernance::execute_0Call::SELECTOR,
    IGovernance::cancel_0Call::SELECTOR,
    IGovernance::castVoteCall::SELECTOR,
    IGovernance::castVoteWithReasonCall::SELECTOR,
    IGovernance::castVoteWithReasonAndParamsCall::SELECTOR,
    IGovernance::castVoteBySigCall::SELECTOR,
    IGovernance::castVoteWithReasonAndParamsBySigCall::SELECTOR,
];

fn text(text: &str) -> Bytes {
    abi::answer(&text.to_owned())
}

fn number(number: impl Into<u64>) -> Bytes {
    abi::answer(&U256::from(number.into()))
}
