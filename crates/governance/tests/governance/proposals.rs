//! Proposals from their making to their end.

use crate::{
    host::{App, DAY, World, account, error, genesis, majority, rule},
    steps::*,
};
use alloy_sol_types::SolCall;
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, Kind, ProposalState},
    IMembers, IParameters, MEMBERS, PARAMETERS,
};
use althing_governance::Constitution;
use althing_primitives::{Address, Bytes, U256, keccak256};

fn four() -> World {
    genesis(&[0; 4], majority())
}

fn timelocked() -> World {
    let default_rule = IGovernance::Rule { timelock: DAY, ..rule(Kind::Majority, 0) };
    genesis(&[0; 4], Constitution { default_rule, ..majority() })
}

#[test]
fn the_deciding_ballot_executes_in_the_same_transaction() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "smaller blocks");
    cast_all(&mut world, [1, 2], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Active);
    cast_all(&mut world, [3], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
    assert_eq!(current_gas_limit(&mut world), 50_000_000);
    assert_eq!(world.last::<IGovernance::ProposalExecuted>().map(|event| event.proposalId), Some(id));
    assert_eq!(world.count::<IGovernance::VoteCast>(), 3);
    error::<IGovernance::GovernorUnexpectedProposalState>(cast(&mut world, 4, id, FOR));
    error::<IGovernance::GovernorUnexpectedProposalState>(execute(&mut world, id));
}

#[test]
fn ids_are_openzeppelins() {
    let mut world = four();
    let calls = gas_limit(50_000_000);
    let id = propose(&mut world, 1, &calls, "text");
    let IGovernance::proposeCall { targets, values, calldatas, .. } = proposal(&calls, "text");
    let description = keccak256("text");
    let encoded = alloy_sol_types::SolValue::abi_encode_params(&(
        targets.clone(),
        values.clone(),
        calldatas.clone(),
        description,
    ));
    assert_eq!(id, U256::from_be_bytes(keccak256(encoded).0));
    let call = IGovernance::hashProposalCall { targets, values, calldatas, descriptionHash: description };
    assert_eq!(world.view(GOVERNANCE, &call), id);
    let created = world.last::<IGovernance::ProposalCreated>().expect("an event says so");
    assert_eq!((created.proposalId, created.proposer, created.description.as_str()), (id, account(1), "text"));
    assert_eq!(created.voteEnd - created.voteStart, U256::from(DAY));
    let again = error::<IGovernance::GovernorUnexpectedProposalState>(try_propose(&mut world, 2, &calls, "text"));
    assert_eq!((again.current, again.expectedStates.is_zero()), (ProposalState::Active, true));
}

#[test]
fn calls_that_could_not_be_executed_are_refused_at_once() {
    let mut world = four();
    let garbage = [&IParameters::setGasLimitCall::SELECTOR[..], &[1, 2, 3]].concat();
    let dirty = [&IParameters::setFeesCall::SELECTOR[..], &[0xff; 64]].concat();
    let not_governed = IMembers::setRolesCall { account: account(1), roles: 0 }.abi_encode();
    let ballot = IGovernance::castVoteCall { proposalId: U256::ZERO, support: FOR }.abi_encode();
    let nobody = Address::repeat_byte(0x77);
    for (target, data) in [
        (PARAMETERS, garbage),
        (PARAMETERS, dirty),
        (PARAMETERS, Vec::new()),
        (PARAMETERS, vec![1, 2, 3, 4]),
        (MEMBERS, not_governed),
        (GOVERNANCE, ballot),
        (GOVERNANCE, vec![1; 200]),
        (nobody, vec![1]),
    ] {
        let calls = vec![gas_limit(50_000_000).remove(0), (target, data)];
        let refused = error::<IGovernance::InvalidProposalCall>(try_propose(&mut world, 1, &calls, ""));
        assert_eq!(refused.index, U256::from(1));
    }
    let mut valued = proposal(&gas_limit(50_000_000), "");
    valued.values[0] = U256::from(1);
    error::<IGovernance::InvalidProposalCall>(world.send(account(1), GOVERNANCE, &valued));
}

#[test]
fn proposals_have_a_size() {
    let mut world = four();
    let many = vec![gas_limit(50_000_000).remove(0); 33];
    error::<IGovernance::ProposalTooLarge>(try_propose(&mut world, 1, &many, ""));
    let app = Address::repeat_byte(0x55);
    world.apps.insert(app, App::default());
    let large = vec![(app, vec![1; (24 << 10) + 1])];
    error::<IGovernance::ProposalTooLarge>(try_propose(&mut world, 1, &large, ""));
    error::<IGovernance::ProposalTooLarge>(try_propose(&mut world, 1, &gas_limit(50_000_000), &"x".repeat(30_000)));
    error::<IGovernance::GovernorInvalidProposalLength>(try_propose(&mut world, 1, &Vec::new(), ""));
    let mut uneven = proposal(&gas_limit(50_000_000), "");
    uneven.values.push(U256::ZERO);
    error::<IGovernance::GovernorInvalidProposalLength>(world.send(account(1), GOVERNANCE, &uneven));
    propose(&mut world, 1, &vec![gas_limit(50_000_000).remove(0); 32], "as many as fit");
}

#[test]
fn who_may_propose() {
    let mut world = four();
    let calls = gas_limit(50_000_000);
    let refused = error::<IGovernance::GovernorInsufficientProposerVotes>(try_propose(&mut world, 99, &calls, ""));
    assert_eq!((refused.votes, refused.threshold), (U256::ZERO, U256::from(1)));
    let theirs = format!("text#proposer={}", account(2));
    error::<IGovernance::GovernorRestrictedProposer>(try_propose(&mut world, 1, &calls, &theirs));
    propose(&mut world, 2, &calls, &theirs);
    pass(&mut world, 1..=3, &to_members(&IMembers::suspendCall { id: 4 }));
    error::<IGovernance::GovernorInsufficientProposerVotes>(try_propose(&mut world, 4, &calls, "mine"));
}

#[test]
fn a_member_has_sixteen_open_proposals_at_most() {
    let mut world = four();
    let calls = gas_limit(50_000_000);
    let ids: Vec<_> = (0..16).map(|n| propose(&mut world, 1, &calls, &n.to_string())).collect();
    let refused = error::<IGovernance::TooManyOpenProposals>(try_propose(&mut world, 1, &calls, "more"));
    assert_eq!((refused.member, refused.most), (1, U256::from(16)));
    propose(&mut world, 2, &calls, "another member's");
    world.send(account(1), GOVERNANCE, &IGovernance::cancel_1Call { proposalId: ids[7] }).expect("canceled");
    propose(&mut world, 1, &calls, "in its place");
    error::<IGovernance::TooManyOpenProposals>(try_propose(&mut world, 1, &calls, "still more"));
    world.timestamp += u64::from(DAY) + 1;
    for n in 0..16 {
        propose(&mut world, 1, &calls, &format!("later {n}"));
    }
}

#[test]
fn the_proposer_alone_cancels_and_only_while_it_is_open() {
    let mut world = four();
    let calls = gas_limit(50_000_000);
    let id = propose(&mut world, 1, &calls, "withdrawn");
    let cancel = IGovernance::cancel_1Call { proposalId: id };
    error::<IGovernance::GovernorUnableToCancel>(world.send(account(2), GOVERNANCE, &cancel));
    let IGovernance::proposeCall { targets, values, calldatas, description } = proposal(&calls, "withdrawn");
    let by_content = IGovernance::cancel_0Call { targets, values, calldatas, descriptionHash: keccak256(description) };
    let answer = world.send(account(1), GOVERNANCE, &by_content).expect("canceled");
    assert_eq!(U256::from_be_slice(&answer), id);
    assert_eq!(state(&mut world, id), ProposalState::Canceled);
    assert_eq!(world.count::<IGovernance::ProposalCanceled>(), 1);
    error::<IGovernance::GovernorUnexpectedProposalState>(cast(&mut world, 2, id, FOR));
    error::<IGovernance::GovernorUnexpectedProposalState>(world.send(account(1), GOVERNANCE, &cancel));
    let mut world = timelocked();
    let id = propose(&mut world, 1, &calls, "decided");
    cast_all(&mut world, 1..=3, id, FOR);
    let cancel = IGovernance::cancel_1Call { proposalId: id };
    error::<IGovernance::GovernorUnexpectedProposalState>(world.send(account(1), GOVERNANCE, &cancel));
}

#[test]
fn a_timelock_is_waited_for() {
    let mut world = timelocked();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "slowly");
    error::<IGovernance::GovernorUnexpectedProposalState>(queue(&mut world, id));
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Succeeded);
    let early = error::<IGovernance::GovernorUnexpectedProposalState>(execute(&mut world, id));
    assert_eq!(U256::from_be_bytes(early.expectedStates.0), U256::from(1 << ProposalState::Queued as u8));
    queue(&mut world, id).expect("queued");
    assert_eq!(state(&mut world, id), ProposalState::Queued);
    let eta = world.timestamp + u64::from(DAY);
    assert_eq!(world.last::<IGovernance::ProposalQueued>().map(|event| event.etaSeconds), Some(U256::from(eta)));
    error::<IGovernance::GovernorUnexpectedProposalState>(queue(&mut world, id));
    world.timestamp = eta - 1;
    assert_eq!(error::<IGovernance::TimelockRunning>(execute(&mut world, id)).etaSeconds, U256::from(eta));
    world.timestamp = eta;
    execute(&mut world, id).expect("executed");
    assert_eq!(current_gas_limit(&mut world), 50_000_000);
}

#[test]
fn without_a_timelock_nothing_is_queued() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "by the deadline");
    cast_all(&mut world, [1], id, FOR);
    world.timestamp += u64::from(DAY) + 1;
    error::<IGovernance::GovernorQueueNotImplemented>(queue(&mut world, id));
}

#[test]
fn time_alone_decides_at_the_deadline_and_ends_the_execution_window() {
    let mut world = four();
    let [more, fewer, never] =
        ["more", "fewer", "never"].map(|text| propose(&mut world, 1, &gas_limit(50_000_000), text));
    cast_all(&mut world, [1, 2], more, FOR);
    cast_all(&mut world, [3], more, AGAINST);
    cast_all(&mut world, [1], fewer, FOR);
    cast_all(&mut world, [2], fewer, AGAINST);
    world.timestamp += u64::from(DAY);
    assert_eq!(state(&mut world, more), ProposalState::Active);
    world.timestamp += 1;
    error::<IGovernance::GovernorUnexpectedProposalState>(cast(&mut world, 4, more, FOR));
    assert_eq!(state(&mut world, more), ProposalState::Succeeded);
    assert_eq!([fewer, never].map(|id| state(&mut world, id)), [ProposalState::Defeated; 2]);
    let expiry = world.view(GOVERNANCE, &IGovernance::proposalExpiryCall { proposalId: more });
    assert_eq!(expiry, U256::from(world.timestamp - 1 + 14 * u64::from(DAY)));
    world.timestamp = expiry.to::<u64>();
    assert_eq!(state(&mut world, more), ProposalState::Succeeded);
    world.timestamp += 1;
    assert_eq!(state(&mut world, more), ProposalState::Expired);
    error::<IGovernance::GovernorUnexpectedProposalState>(execute(&mut world, more));
    world.timestamp -= 1;
    execute(&mut world, more).expect("executed in time");
    assert_eq!(state(&mut world, more), ProposalState::Executed);
}

#[test]
fn a_failing_batch_is_undone_whole_and_may_be_tried_again() {
    let mut world = four();
    let app = Address::repeat_byte(0x55);
    let reason = vec![7; 300];
    world.apps.insert(app, App { reverts: true, answer: reason.clone(), ..App::default() });
    let calls = vec![gas_limit(50_000_000).remove(0), (app, vec![1])];
    let id = propose(&mut world, 1, &calls, "half of it fails");
    let before = current_gas_limit(&mut world);
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Succeeded);
    assert_eq!(current_gas_limit(&mut world), before);
    let failed = world.last::<IGovernance::ProposalExecutionFailed>().expect("an event says why");
    assert_eq!((failed.proposalId, failed.call, &failed.reason[..]), (id, U256::from(1), &reason[..256]));
    let kept = world.view(GOVERNANCE, &IGovernance::executionFailureCall { proposalId: id });
    assert_eq!((kept.call, &kept.reason[..]), (U256::from(1), &reason[..256]));
    assert_eq!(kept.failedAt.to::<u64>(), world.timestamp);
    world.estimating = true;
    assert_eq!(execute(&mut world, id), Err(Bytes::copy_from_slice(&reason[..256])));
    world.estimating = false;
    execute(&mut world, id).expect("a failure is noted, not reverted");
    assert_eq!(world.count::<IGovernance::ProposalExecutionFailed>(), 2);
    world.apps.insert(app, App::default());
    execute(&mut world, id).expect("executed");
    assert_eq!(state(&mut world, id), ProposalState::Executed);
    assert_eq!(current_gas_limit(&mut world), 50_000_000);
}

#[test]
fn value_goes_with_execute_and_comes_back_where_it_fails() {
    let mut world = four();
    let (app, payer) = (Address::repeat_byte(0x55), account(50));
    world.apps.insert(app, App { reverts: true, ..App::default() });
    world.balances.insert(payer, U256::from(10));
    let mut call = proposal(&vec![(app, Vec::new())], "pays");
    call.values[0] = U256::from(7);
    let answer = world.send(account(1), GOVERNANCE, &call).expect("proposed");
    let id = U256::from_be_slice(&answer);
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Succeeded, "Governance has nothing to pay with");
    let execute = IGovernance::execute_1Call { proposalId: id }.abi_encode();
    let pay = |world: &mut World| world.transact(payer, GOVERNANCE, U256::from(7), &execute, 5_000_000);
    pay(&mut world).expect_err("the application refuses");
    assert_eq!(world.balances[&payer], U256::from(10));
    world.apps.insert(app, App::default());
    pay(&mut world).expect("executed");
    assert_eq!(world.balances[&app], U256::from(7));
    world.transact(payer, GOVERNANCE, U256::from(3), &[], 100_000).expect("a deposit");
    assert_eq!(world.balances[&GOVERNANCE], U256::from(3));
}

#[test]
fn a_sensitive_change_cancels_what_was_open_and_nothing_that_had_ended() {
    let mut world = four();
    let [open, succeeded] = ["open", "succeeded"].map(|text| propose(&mut world, 1, &gas_limit(50_000_000), text));
    cast_all(&mut world, [1, 2], succeeded, FOR);
    let defeated = propose(&mut world, 2, &gas_limit(50_000_000), "defeated");
    world.timestamp += u64::from(DAY) + 1;
    let late = propose(&mut world, 3, &gas_limit(50_000_000), "late");
    assert_eq!(state(&mut world, open), ProposalState::Defeated);
    pass(&mut world, 1..=3, &to_governance(&IGovernance::setExecutionWindowCall { executionWindow: DAY }));
    let generation = world.last::<IGovernance::ProposalsDropped>().map(|event| event.generation);
    assert_eq!(generation, Some(1));
    let states = [open, succeeded, defeated, late].map(|id| state(&mut world, id));
    let [canceled, ended] = [ProposalState::Canceled, ProposalState::Defeated];
    assert_eq!(states, [ended, canceled, ended, canceled]);
    error::<IGovernance::GovernorUnexpectedProposalState>(cast(&mut world, 4, late, FOR));
    error::<IGovernance::GovernorUnexpectedProposalState>(execute(&mut world, succeeded));
}

#[test]
fn simulate_shows_the_changes_and_keeps_none() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "what if");
    let slots = world.slots_of(PARAMETERS);
    let call = IGovernance::simulateCall { proposalId: id };
    let answer = world.dry_run(account(99), GOVERNANCE, &call).expect("simulated");
    assert!(answer.success);
    assert_eq!(answer.changes.len(), 1);
    let change = &answer.changes[0];
    assert_eq!(change.target, PARAMETERS);
    assert_eq!(U256::from_be_bytes(change.before.0), slots[&U256::from_be_bytes(change.slot.0)]);
    assert_ne!(change.before, change.afterwards);
    assert_eq!(world.slots_of(PARAMETERS), slots);
    world.send(account(99), GOVERNANCE, &call).expect("as a transaction too");
    assert_eq!(world.slots_of(PARAMETERS), slots);
    assert_eq!(state(&mut world, id), ProposalState::Active);
    let app = Address::repeat_byte(0x55);
    world.apps.insert(app, App { reverts: true, answer: vec![9], ..App::default() });
    let id = propose(&mut world, 1, &vec![gas_limit(50_000_000).remove(0), (app, vec![1])], "fails");
    let call = IGovernance::simulateCall { proposalId: id };
    let answer = world.dry_run(account(99), GOVERNANCE, &call).expect("simulated");
    assert_eq!((answer.success, answer.call, &answer.reason[..]), (false, U256::from(1), &[9][..]));
}

#[test]
fn unknown_functions_and_ids_say_so() {
    let mut world = four();
    let unknown = world.transact(account(1), GOVERNANCE, U256::ZERO, &[1, 2, 3, 4, 5], 1_000_000);
    assert_eq!(error::<IGovernance::UnknownFunction>(unknown).selector, [1, 2, 3, 4]);
    let short = IGovernance::castVoteCall { proposalId: U256::ZERO, support: FOR }.abi_encode();
    let short = world.transact(account(1), GOVERNANCE, U256::ZERO, &short[..40], 1_000_000);
    error::<IGovernance::InvalidArguments>(short);
    let id = U256::from(77);
    error::<IGovernance::GovernorNonexistentProposal>(cast(&mut world, 1, id, FOR));
    error::<IGovernance::GovernorNonexistentProposal>(execute(&mut world, id));
    error::<IGovernance::GovernorNonexistentProposal>(queue(&mut world, id));
    error::<IGovernance::GovernorNonexistentProposal>(
        world.try_view(GOVERNANCE, &IGovernance::stateCall { proposalId: id }),
    );
}
