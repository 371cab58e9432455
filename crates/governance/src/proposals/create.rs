//! `propose`.

use super::{
    Proposal, Requirement, Status, Tally,
    calls::{self, CALLDATA_MAX, CALLS_MAX, Call},
    describe::{may_propose, proposal_id, text_hash},
    drafts::{self, Review},
    ensure_idle,
    layout::proposal as fields,
    open, proposal, state, unexpected,
};
use crate::{
    Host, Message, Stop,
    constitution::Terms,
    members,
    storage::{Store, address_word},
};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{
        ExecutionGasNotAllowed, GovernorInsufficientProposerVotes, GovernorInvalidProposalLength,
        GovernorRestrictedProposer, ProposalCreated, ProposalTooLarge,
    },
};
use althing_primitives::{Address, Bytes, U256};

/// Bytes of a description. It stands in an event only.
const DESCRIPTION_MAX: usize = 24 << 10;
/// So that a ballot that executes fits into one transaction (EIP-7825).
const EXECUTION_GAS_MAX: u64 = 14_000_000;

/// The arguments of `propose`.
pub(super) struct Draft {
    pub(super) targets: Vec<Address>,
    pub(super) values: Vec<U256>,
    pub(super) calldatas: Vec<Bytes>,
    pub(super) description: String,
    /// Least gas for the calls, if the proposer knows it.
    pub(super) execution_gas: Option<u64>,
}

/// Makes a proposal and returns its id.
pub(super) fn propose(host: &mut dyn Host, message: &Message<'_>, draft: Draft) -> Result<U256, Stop> {
    ensure_idle(host)?;
    let proposer = message.caller;
    if !may_propose(proposer, &draft.description) {
        return Err(Stop::revert(GovernorRestrictedProposer { proposer }));
    }
    let Some(voter) = members::voter(host, proposer)? else {
        let (votes, threshold) = (U256::ZERO, U256::from(1));
        return Err(Stop::revert(GovernorInsufficientProposerVotes { proposer, votes, threshold }));
    };
    check_size(&draft)?;
    let description_hash = text_hash(host, draft.description.as_bytes())?;
    let id = proposal_id(host, &draft.targets, &draft.values, &draft.calldatas, description_hash)?;
    let (terms, now) = (Terms::read(host)?, message.block.timestamp);
    if let Some(known) = Proposal::find(host, id)? {
        let state = state::reported(host, &known, terms, now)?;
        return Err(unexpected(&known, state, &[]));
    }
    let calls = calls_of(&draft);
    let review = drafts::review(host, &calls, terms, message.block.insecure)?;
    let proposal = new(host, id, now, terms, &calls, &review, draft.execution_gas)?;
    open::note(host, voter.member, proposal.number, terms, now)?;
    proposal.insert(host)?;
    let store = &mut Store::new(host, GOVERNANCE);
    let word = fields::PROPOSER.set(U256::ZERO, address_word(proposer));
    store.set(fields::PROPOSER.of(proposal.base), word)?;
    store.set(fields::DESCRIPTION_HASH.of(proposal.base), description_hash.into())?;
    calls::store(host, proposal.base, &calls)?;
    announce(host, proposer, &proposal, draft)?;
    Ok(id)
}

fn check_size(draft: &Draft) -> Result<(), Stop> {
    let (targets, values, calldatas) = (draft.targets.len(), draft.values.len(), draft.calldatas.len());
    if targets != values || targets != calldatas || targets == 0 {
        return Err(Stop::revert(GovernorInvalidProposalLength {
            targets: U256::from(targets),
            calldatas: U256::from(calldatas),
            values: U256::from(values),
        }));
    }
    let bytes = draft.calldatas.iter().map(|data| data.len()).sum::<usize>();
    if targets > CALLS_MAX || bytes > CALLDATA_MAX || draft.description.len() > DESCRIPTION_MAX {
        let bytes_ = U256::from(bytes.max(draft.description.len()));
        return Err(Stop::revert(ProposalTooLarge { calls: U256::from(targets), bytes_ }));
    }
    Ok(())
}

fn calls_of(draft: &Draft) -> Vec<Call> {
    let parts = draft.targets.iter().zip(&draft.values).zip(&draft.calldatas);
    parts.map(|((target, value), data)| Call { target: *target, value: *value, data: data.clone() }).collect()
}

fn new(
    host: &mut dyn Host,
    id: U256,
    now: u64,
    terms: Terms,
    calls: &[Call],
    review: &Review,
    execution_gas: Option<u64>,
) -> Result<Proposal, Stop> {
    let execution_gas = match execution_gas {
        None => review.execution_gas.min(EXECUTION_GAS_MAX),
        Some(gas) if (1..=EXECUTION_GAS_MAX).contains(&gas) => gas,
        Some(gas) => return Err(Stop::revert(ExecutionGasNotAllowed { gas: U256::from(gas) })),
    };
    let base = proposal::base(&mut Store::new(host, GOVERNANCE), id)?;
    let number = proposal::count(host)?.checked_add(1).ok_or_else(|| Stop::Revert(Bytes::new()))?;
    let Review { requirement, version, .. } = *review;
    Ok(Proposal {
        id,
        base,
        tally: Tally::default(),
        vote_start: now,
        decided_at: 0,
        eta: 0,
        status: Status::Open,
        requirement: Requirement { execution_window: terms.execution_window, ..requirement },
        version,
        generation: terms.generation,
        execution_gas,
        number,
        call_slots: calls::slots(calls),
    })
}

fn announce(host: &mut dyn Host, proposer: Address, proposal: &Proposal, draft: Draft) -> Result<(), Stop> {
    let Draft { targets, values, calldatas, description, .. } = draft;
    Store::new(host, GOVERNANCE).emit(ProposalCreated {
        proposalId: proposal.id,
        proposer,
        signatures: vec![String::new(); targets.len()],
        targets,
        values,
        calldatas,
        voteStart: U256::from(proposal.vote_start),
        voteEnd: U256::from(proposal.deadline()),
        description,
    })
}
