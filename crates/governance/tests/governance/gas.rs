//! What ballots cost, and what they must leave for the execution.

use crate::{
    host::{World, account, error, genesis, majority, rule},
    steps::*,
};
use alloy_sol_types::SolCall;
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, Kind, ProposalState},
};
use althing_governance::Constitution;
use althing_primitives::{Bytes, U256};

fn four() -> World {
    genesis(&[0; 4], majority())
}

fn cast_with(world: &mut World, member: u32, id: U256, gas: u64) -> Result<Bytes, Bytes> {
    let call = IGovernance::castVoteCall { proposalId: id, support: FOR }.abi_encode();
    world.transact(account(member), GOVERNANCE, U256::ZERO, &call, gas)
}

/// Gas of the first, the second and a later ballot.
fn ballot_gas(world: &mut World, id: U256) -> [u64; 3] {
    [1, 2, 3].map(|member| {
        cast_with(world, member, id, 1_000_000).expect("the ballot counts");
        world.gas_used
    })
}

#[test]
fn a_ballot_costs_less_than_100_000_also_with_1_000_members_and_10_000_proposals() {
    let default_rule = IGovernance::Rule { votingPeriod: 10, ..rule(Kind::Majority, 0) };
    let few = {
        let mut world = genesis(&[0; 10], Constitution { default_rule: default_rule.clone(), ..majority() });
        let id = propose(&mut world, 1, &gas_limit(50_000_000), "the first");
        ballot_gas(&mut world, id)
    };
    let mut world = genesis(&[0; 1_000], Constitution { default_rule, ..majority() });
    for number in 0..10_000_u32 {
        world.timestamp += u64::from(number % 8 == 0) * 11;
        propose(&mut world, number % 1_000 + 1, &gas_limit(50_000_000), &number.to_string());
    }
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "the last");
    let many = ballot_gas(&mut world, id);
    assert!(few.iter().chain(&many).all(|gas| *gas < 100_000), "{few:?} {many:?}");
    assert!(many.iter().zip(few).all(|(many, few)| *many <= few + 1_000), "{few:?} {many:?}");
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalCountCall {}), U256::from(10_001));
}

#[test]
fn a_deciding_ballot_without_gas_counts_and_anyone_executes() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    cast_all(&mut world, [1, 2], id, FOR);
    cast_with(&mut world, 3, id, 150_000).expect("the ballot counts");
    assert_eq!(state(&mut world, id), ProposalState::Succeeded);
    assert_ne!(current_gas_limit(&mut world), 50_000_000);
    let call = IGovernance::execute_1Call { proposalId: id }.abi_encode();
    let poor = world.transact(account(99), GOVERNANCE, U256::ZERO, &call, 300_000);
    let needed = error::<IGovernance::ExecutionGasRequired>(poor).gas.to::<u64>();
    assert!((560_000..700_000).contains(&needed), "{needed}");
    world.transact(account(99), GOVERNANCE, U256::ZERO, &call, needed + 100_000).expect("executed");
    assert_eq!(current_gas_limit(&mut world), 50_000_000);
}

#[test]
fn while_gas_is_estimated_a_ballot_that_could_decide_asks_for_the_execution() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    world.estimating = true;
    cast_with(&mut world, 1, id, 150_000).expect("cannot decide, nor with one more");
    let required = error::<IGovernance::ExecutionGasRequired>(cast_with(&mut world, 2, id, 150_000));
    cast_with(&mut world, 2, id, required.gas.to::<u64>() + 150_000).expect("enough");
    assert_eq!(state(&mut world, id), ProposalState::Active);
    let against = IGovernance::castVoteCall { proposalId: id, support: AGAINST }.abi_encode();
    world.transact(account(3), GOVERNANCE, U256::ZERO, &against, 150_000).expect("executes nothing");
}

#[test]
fn of_two_concurrent_ballots_the_one_that_decides_without_gas_loses_nothing() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    cast_all(&mut world, [1], id, FOR);
    world.estimating = true;
    let estimates = [2, 3].map(|member| {
        let enough = (100_000..2_000_000).step_by(50_000).find(|gas| {
            let before = world.slots.clone();
            let counts = cast_with(&mut world, member, id, *gas).is_ok();
            world.slots = before;
            counts
        });
        enough.expect("some gas is enough")
    });
    world.estimating = false;
    for (member, gas) in [2, 3].into_iter().zip(estimates) {
        cast_with(&mut world, member, id, gas).expect("the ballot counts");
    }
    assert_eq!(state(&mut world, id), ProposalState::Executed);
}

#[test]
fn the_proposer_says_how_much_gas_the_calls_need() {
    let mut world = four();
    let IGovernance::proposeCall { targets, values, calldatas, description } = proposal(&gas_limit(50_000_000), "");
    let call = |execution_gas| IGovernance::proposeWithGasCall {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        description: description.clone(),
        executionGas: execution_gas,
    };
    error::<IGovernance::ExecutionGasNotAllowed>(world.send(account(1), GOVERNANCE, &call(14_000_001)));
    error::<IGovernance::ExecutionGasNotAllowed>(world.send(account(1), GOVERNANCE, &call(0)));
    let answer = world.send(account(1), GOVERNANCE, &call(14_000_000)).expect("proposed");
    let id = U256::from_be_slice(&answer);
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalExecutionGasCall { proposalId: id }), 14_000_000);
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed, "it fits into one transaction");
    let default = propose(&mut world, 1, &gas_limit(40_000_000), "");
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalExecutionGasCall { proposalId: default }), 300_000);
}

#[test]
fn a_failure_with_a_long_reason_can_always_be_noted() {
    let mut world = four();
    let app = althing_primitives::Address::repeat_byte(0x55);
    let burns = crate::host::App { reverts: true, answer: vec![0xff; 256], burns: 290_000, ..Default::default() };
    world.apps.insert(app, burns);
    let IGovernance::proposeCall { targets, values, calldatas, description } = proposal(&vec![(app, vec![1])], "");
    let call = IGovernance::proposeWithGasCall { targets, values, calldatas, description, executionGas: 300_000 };
    let answer = world.send(account(1), GOVERNANCE, &call).expect("proposed");
    let id = U256::from_be_slice(&answer);
    cast_all(&mut world, 1..=2, id, FOR);
    for gas in (500_000..800_000).step_by(1_000) {
        let before = world.slots.clone();
        cast_with(&mut world, 3, id, gas).unwrap_or_else(|reason| panic!("with {gas} the ballot counts: {reason}"));
        assert_eq!(state(&mut world, id), ProposalState::Succeeded);
        world.slots = before;
    }
    cast_with(&mut world, 3, id, 800_000).expect("the ballot counts");
    assert_eq!(world.last::<IGovernance::ProposalExecutionFailed>().map(|event| event.reason.len()), Some(256));
}
