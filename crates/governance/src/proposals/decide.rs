//! When a proposal is decided, and what follows.

use super::{Proposal, Requirement, Status, Support, Tally, execution};
use crate::{Host, Message, Stop, proposals::Context};
use althing_contracts::IConstitution::Resolution;
use althing_primitives::Bytes;

/// What ballots, or a constitution contract, make of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Open,
    Accepted,
    Rejected,
}

/// By the table.
pub(crate) fn by_table(proposal: &Proposal, now: u64) -> Outcome {
    match early(&proposal.requirement, &proposal.tally) {
        Outcome::Open if now > proposal.deadline() => at_deadline(&proposal.requirement, &proposal.tally),
        outcome => outcome,
    }
}

/// By the answer of a constitution contract; `None` where it failed. The floor holds whatever it says, and all members
/// together get their will: as long as nobody is against or abstains, a rejection waits for the deadline.
pub(crate) fn by_contract(proposal: &Proposal, now: u64, answer: Option<Resolution>) -> Outcome {
    let Proposal { requirement, tally, .. } = proposal;
    let closed = now > proposal.deadline();
    let supporters = tally.count(Support::For);
    if is_vetoed(requirement, tally) {
        return Outcome::Rejected;
    }
    if supporters == requirement.members.iter().sum::<u32>() {
        return Outcome::Accepted;
    }
    let unopposed = supporters == tally.cast(0) + tally.cast(1);
    let acceptable = supporters >= requirement.floor && (closed || !may_be_vetoed(requirement, tally));
    match answer {
        None | Some(Resolution::__Invalid) => by_table(proposal, now),
        Some(Resolution::Accepted) if acceptable => Outcome::Accepted,
        Some(Resolution::Rejected) if !unopposed => Outcome::Rejected,
        Some(_) if closed => Outcome::Rejected,
        Some(_) => Outcome::Open,
    }
}

/// Before the deadline: enough are for, too many against, or too few remain.
pub(crate) fn early(requirement: &Requirement, tally: &Tally) -> Outcome {
    let missing = missing(requirement, tally);
    let left = |class: usize| requirement.members[class].saturating_sub(tally.cast(class));
    if is_vetoed(requirement, tally) {
        Outcome::Rejected
    } else if missing == [0; 3] && !may_be_vetoed(requirement, tally) {
        Outcome::Accepted
    } else if !requirement.plurality && (missing[0] > left(0) || missing[1] > left(1) || missing[2] > left(0) + left(1))
    {
        Outcome::Rejected
    } else {
        Outcome::Open
    }
}

/// Ballots for that are missing in each class, and in all.
fn missing(requirement: &Requirement, tally: &Tally) -> [u32; 3] {
    let class = |class: usize| requirement.class_threshold[class].saturating_sub(tally.of(Support::For, class));
    [class(0), class(1), requirement.threshold.saturating_sub(tally.count(Support::For))]
}

fn at_deadline(requirement: &Requirement, tally: &Tally) -> Outcome {
    let count = |support: Support| tally.count(support);
    let passes = |quorum: u32, [against, for_, abstain]: [u32; 3]| for_ > against && for_ + abstain >= quorum;
    let all = [count(Support::Against), count(Support::For), count(Support::Abstain)];
    let of_class =
        |class: usize| [Support::Against, Support::For, Support::Abstain].map(|support| tally.of(support, class));
    let classes = !requirement.per_class
        || (0..2)
            .all(|class| requirement.members[class] == 0 || passes(requirement.class_quorum[class], of_class(class)));
    let plurality = requirement.plurality && passes(requirement.quorum, all) && classes;
    match missing(requirement, tally) == [0; 3] || plurality {
        true => Outcome::Accepted,
        false => Outcome::Rejected,
    }
}

fn is_vetoed(requirement: &Requirement, tally: &Tally) -> bool {
    requirement.veto > 0 && tally.count(Support::Against) >= requirement.veto
}

/// Whether the ballots that may still come suffice for a veto.
fn may_be_vetoed(requirement: &Requirement, tally: &Tally) -> bool {
    let left: u32 = (0..2).map(|class| requirement.members[class].saturating_sub(tally.cast(class))).sum();
    requirement.veto > 0 && tally.count(Support::Against) + left >= requirement.veto
}

/// Notes an outcome while ballots are cast, and executes where nothing is to wait for and gas is left.
pub(crate) fn conclude(
    host: &mut dyn Host,
    message: &Message<'_>,
    mut proposal: Proposal,
    outcome: Outcome,
    context: Context,
) -> Result<Bytes, Stop> {
    note(&mut proposal, message.block.timestamp, outcome);
    let executes = proposal.status == Status::Succeeded && proposal.requirement.timelock == 0;
    if executes && host.gas_left() >= execution::gas_needed(&proposal) {
        return execution::begin(host, message, proposal, context);
    }
    proposal.save(host)?;
    Ok(context.result(&proposal))
}

/// Notes an outcome; what the deadline decided, was decided then.
pub(super) fn note(proposal: &mut Proposal, now: u64, outcome: Outcome) {
    let status = match outcome {
        Outcome::Open => return,
        Outcome::Accepted => Status::Succeeded,
        Outcome::Rejected => Status::Defeated,
    };
    *proposal = Proposal { status, decided_at: now.min(proposal.deadline()), ..*proposal };
}

/// Whether a ballot for it decides it, or would after one other such ballot.
pub(crate) fn could_decide(proposal: &Proposal) -> bool {
    let accepted = |tally: &Tally| early(&proposal.requirement, tally) == Outcome::Accepted;
    let after = |class: u8| {
        let mut tally = proposal.tally;
        tally.add(Support::For, class);
        accepted(&tally)
    };
    accepted(&proposal.tally) || after(0) || after(1)
}
