use super::{
    Kind,
    context::result,
    create::{self, Draft},
    describe::proposal_id,
    lifecycle, simulate, state, views,
};
use crate::{Host, Message, Stop, abi, ballots, constitution};
use althing_contracts::IGovernance::{IGovernanceCalls as Calls, ValueNotAccepted};
use althing_primitives::Bytes;

/// A call of Governance, as it reached the trampoline.
pub(super) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    if message.input.is_empty() {
        // A deposit.
        return Ok(result(&[]));
    }
    let call = abi::parse::<Calls>(host, message.input)?;
    if !message.value.is_zero() && !matches!(call, Calls::execute_0(_) | Calls::execute_1(_)) {
        return Err(Stop::revert(ValueNotAccepted {}));
    }
    match call {
        Calls::propose(_) | Calls::proposeWithGas(_) => propose(host, message, call),
        Calls::setRule(call) => constitution::set_rule(host, message, &call).map(done),
        Calls::removeRule(call) => constitution::remove_rule(host, message, &call).map(done),
        Calls::setDefaultRule(call) => constitution::set_default_rule(host, message, &call).map(done),
        Calls::setConstitution(call) => constitution::set_constitution(host, message, call.constitution).map(done),
        Calls::setExecutionWindow(call) => {
            constitution::set_execution_window(host, message, call.executionWindow).map(done)
        }
        call => handled(host, message, call),
    }
}

/// By name of the function: ballots, what ends a proposal, views.
fn handled(host: &mut dyn Host, message: &Message<'_>, call: Calls) -> Result<Bytes, Stop> {
    match call {
        Calls::castVote(_)
        | Calls::castVoteWithReason(_)
        | Calls::castVoteWithReasonAndParams(_)
        | Calls::castVoteBySig(_)
        | Calls::castVoteWithReasonAndParamsBySig(_) => ballots::call(host, message, call),
        Calls::queue_0(_)
        | Calls::queue_1(_)
        | Calls::execute_0(_)
        | Calls::execute_1(_)
        | Calls::cancel_0(_)
        | Calls::cancel_1(_) => ending(host, message, call),
        Calls::simulate(call) => simulate::begin(host, message, call.proposalId),
        Calls::state(call) => state::answer(host, message, call.proposalId),
        view => views::call(host, message, view).map(|data| result(&data)),
    }
}

fn propose(host: &mut dyn Host, message: &Message<'_>, call: Calls) -> Result<Bytes, Stop> {
    let draft = match call {
        Calls::propose(call) => Draft {
            targets: call.targets,
            values: call.values,
            calldatas: call.calldatas,
            description: call.description,
            execution_gas: None,
        },
        Calls::proposeWithGas(call) => Draft {
            targets: call.targets,
            values: call.values,
            calldatas: call.calldatas,
            description: call.description,
            execution_gas: Some(call.executionGas),
        },
        _ => return Err(unreachable_call()),
    };
    let id = create::propose(host, message, draft)?;
    Ok(result(&abi::answer(&id)))
}

fn ending(host: &mut dyn Host, message: &Message<'_>, call: Calls) -> Result<Bytes, Stop> {
    match call {
        Calls::queue_0(call) => {
            let id = proposal_id(host, &call.targets, &call.values, &call.calldatas, call.descriptionHash)?;
            lifecycle::queue(host, message, id, Kind::Queue)
        }
        Calls::queue_1(call) => lifecycle::queue(host, message, call.proposalId, Kind::QueueById),
        Calls::execute_0(call) => {
            let id = proposal_id(host, &call.targets, &call.values, &call.calldatas, call.descriptionHash)?;
            lifecycle::execute(host, message, id, Kind::Execute)
        }
        Calls::execute_1(call) => lifecycle::execute(host, message, call.proposalId, Kind::ExecuteById),
        Calls::cancel_0(call) => {
            let id = proposal_id(host, &call.targets, &call.values, &call.calldatas, call.descriptionHash)?;
            lifecycle::cancel(host, message, id)?;
            Ok(result(&abi::answer(&id)))
        }
        Calls::cancel_1(call) => lifecycle::cancel(host, message, call.proposalId).map(done),
        _ => Err(unreachable_call()),
    }
}

fn done(_: ()) -> Bytes {
    result(&[])
}

/// The caller picked the call out; nobody can get here.
fn unreachable_call() -> Stop {
    Stop::Revert(Bytes::new())
}
