//! What ends a proposal: `queue`, `execute`, `cancel`.

use super::{
    Context, Kind, Outcome, Proposal, Status, decide::note, ensure_idle, execution, layout::proposal as fields,
    open::takes_ballots, resolve, state, unexpected,
};
use crate::{
    Host, Message, Stop,
    constitution::Terms,
    storage::{Store, word_address},
};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{
        ExecutionGasRequired, GovernorQueueNotImplemented, GovernorUnableToCancel, ProposalCanceled, ProposalQueued,
        ProposalState, TimelockRunning,
    },
};
use althing_primitives::{Address, Bytes, U256};

/// `queue`, by anyone.
pub(super) fn queue(host: &mut dyn Host, message: &Message<'_>, id: U256, kind: Kind) -> Result<Bytes, Stop> {
    resolved(host, message, (id, kind), enqueue)
}

pub(super) fn enqueue(
    host: &mut dyn Host,
    message: &Message<'_>,
    mut proposal: Proposal,
    state: ProposalState,
    context: Context,
) -> Result<Bytes, Stop> {
    let now = message.block.timestamp;
    if state != ProposalState::Succeeded {
        return Err(unexpected(&proposal, state, &[ProposalState::Succeeded]));
    }
    if proposal.requirement.timelock == 0 {
        return Err(Stop::revert(GovernorQueueNotImplemented {}));
    }
    succeed(&mut proposal, now);
    proposal.eta = now.saturating_add(proposal.requirement.timelock.into());
    proposal.save(host)?;
    let event = ProposalQueued { proposalId: proposal.id, etaSeconds: U256::from(proposal.eta) };
    Store::new(host, GOVERNANCE).emit(event)?;
    Ok(context.result(&proposal))
}

/// `execute`, by anyone.
pub(super) fn execute(host: &mut dyn Host, message: &Message<'_>, id: U256, kind: Kind) -> Result<Bytes, Stop> {
    resolved(host, message, (id, kind), start)
}

/// What goes on with a proposal in a state.
type Step = fn(&mut dyn Host, &Message<'_>, Proposal, ProposalState, Context) -> Result<Bytes, Stop>;

/// Goes on with a proposal in its present state, which a constitution contract may have to say first.
fn resolved(host: &mut dyn Host, message: &Message<'_>, (id, kind): (U256, Kind), next: Step) -> Result<Bytes, Stop> {
    ensure_idle(host)?;
    let proposal = Proposal::load(host, id)?;
    let context = Context { paid: !message.value.is_zero(), ..Context::new(kind, &proposal) };
    let terms = Terms::read(host)?;
    match state::known(host, &proposal, terms, message.block.timestamp)? {
        Some(state) => next(host, message, proposal, state, context),
        None => resolve::ask(host, terms.contract, context),
    }
}

pub(super) fn start(
    host: &mut dyn Host,
    message: &Message<'_>,
    mut proposal: Proposal,
    state: ProposalState,
    context: Context,
) -> Result<Bytes, Stop> {
    let waits = proposal.requirement.timelock != 0;
    match state {
        ProposalState::Succeeded if !waits => {}
        ProposalState::Queued if message.block.timestamp >= proposal.eta => {}
        ProposalState::Queued => {
            let (id, eta) = (proposal.id, U256::from(proposal.eta));
            return Err(Stop::revert(TimelockRunning { proposalId: id, etaSeconds: eta }));
        }
        _ if waits => return Err(unexpected(&proposal, state, &[ProposalState::Queued])),
        _ => return Err(unexpected(&proposal, state, &[ProposalState::Succeeded])),
    }
    let needed = execution::gas_needed(&proposal);
    if host.gas_left() < needed {
        return Err(Stop::revert(ExecutionGasRequired { gas: U256::from(needed) }));
    }
    succeed(&mut proposal, message.block.timestamp);
    execution::begin(host, message, proposal, context)
}

pub(super) fn succeed(proposal: &mut Proposal, now: u64) {
    if proposal.status == Status::Open {
        note(proposal, now, Outcome::Accepted);
    }
}

/// `cancel`, by the proposer while ballots are cast. What is decided belongs to the members.
pub(super) fn cancel(host: &mut dyn Host, message: &Message<'_>, id: U256) -> Result<(), Stop> {
    ensure_idle(host)?;
    let mut proposal = Proposal::load(host, id)?;
    let (terms, now) = (Terms::read(host)?, message.block.timestamp);
    if !takes_ballots(&proposal, terms, now) {
        let state = state::reported(host, &proposal, terms, now)?;
        return Err(unexpected(&proposal, state, &[ProposalState::Pending, ProposalState::Active]));
    }
    if proposer(host, &proposal)? != message.caller {
        return Err(Stop::revert(GovernorUnableToCancel { proposalId: id, account: message.caller }));
    }
    proposal.status = Status::Canceled;
    proposal.save(host)?;
    Store::new(host, GOVERNANCE).emit(ProposalCanceled { proposalId: id })
}

/// Who made it.
pub(super) fn proposer(host: &mut dyn Host, proposal: &Proposal) -> Result<Address, Stop> {
    let word = Store::new(host, GOVERNANCE).get(fields::PROPOSER.of(proposal.base))?;
    Ok(word_address(fields::PROPOSER.get(word)))
}
