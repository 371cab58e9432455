//! What nobody may do: come back in, borrow Governance's name, write where it is read.

use crate::{
    host::{App, World, account, genesis, majority, rule},
    steps::*,
};
use alloy_sol_types::{SolCall, SolError, SolInterface};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, IGovernanceCalls, Kind, ProposalState},
    IMembers, INodes, IParameters, MEMBERS, NODES, PARAMETERS, protocol,
};
use althing_governance::{Constitution, GOVERNED_FUNCTIONS};
use althing_primitives::{Address, Bytes, U256};

const APP: Address = Address::repeat_byte(0x55);

/// Members of a world with an application that makes these calls, and a proposal that calls it.
fn with_app(calls: Vec<(Address, Vec<u8>)>) -> (World, U256) {
    let mut world = genesis(&[0; 4], majority());
    world.apps.insert(APP, App { calls, ..App::default() });
    let id = propose(&mut world, 1, &vec![(APP, vec![1])], "calls an application");
    (world, id)
}

fn is_error<E: SolError>(result: &Result<Bytes, Bytes>) -> bool {
    result.as_ref().is_err_and(|reason| E::abi_decode(reason).is_ok())
}

#[test]
fn the_calls_of_a_proposal_do_not_come_back_in() {
    let proposal_id = U256::from(1);
    let IGovernance::proposeCall { targets, values, calldatas, .. } = proposal(&gas_limit(50_000_000), "");
    let back = [
        IGovernance::castVoteCall { proposalId: proposal_id, support: FOR }.abi_encode(),
        IGovernance::execute_1Call { proposalId: proposal_id }.abi_encode(),
        IGovernance::queue_1Call { proposalId: proposal_id }.abi_encode(),
        IGovernance::cancel_1Call { proposalId: proposal_id }.abi_encode(),
        IGovernance::simulateCall { proposalId: proposal_id }.abi_encode(),
        IGovernance::proposeCall { targets, values, calldatas, description: String::new() }.abi_encode(),
    ];
    let calls: Vec<_> = back.iter().map(|data| (GOVERNANCE, data.clone())).collect();
    let (mut world, id) = with_app(calls);
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(world.seen.len(), back.len());
    assert!(world.seen.iter().all(is_error::<IGovernance::GovernanceBusy>), "{:?}", world.seen);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
}

#[test]
fn an_application_called_by_a_proposal_has_none_of_its_authority() {
    let set = IParameters::setGasLimitCall { gasLimit: 50_000_000 }.abi_encode();
    let window = IGovernance::setExecutionWindowCall { executionWindow: 7_200 }.abi_encode();
    let mut forged = vec![protocol::DISPATCH];
    forged.extend(GOVERNANCE.into_word());
    forged.extend([0; 32]);
    forged.extend(&window);
    let settled = [&[protocol::SETTLED][..], &[0; 64]].concat();
    let batch = [&[protocol::BATCH][..], &[0; 96]].concat();
    let calls = vec![
        (PARAMETERS, set),
        (GOVERNANCE, window),
        (MEMBERS, IMembers::suspendCall { id: 2 }.abi_encode()),
        (GOVERNANCE, forged),
        (GOVERNANCE, settled),
        (GOVERNANCE, batch),
        (GOVERNANCE, vec![protocol::CHANGED]),
    ];
    let (mut world, id) = with_app(calls);
    let before = (world.slots_of(PARAMETERS), world.slots_of(MEMBERS));
    cast_all(&mut world, 1..=3, id, FOR);
    assert!(world.seen[..3].iter().all(is_error::<IGovernance::OnlyGovernance>), "{:?}", world.seen);
    assert!(world.seen[3..].iter().all(is_error::<IGovernance::UnknownFunction>), "{:?}", world.seen);
    assert_eq!((world.slots_of(PARAMETERS), world.slots_of(MEMBERS)), before);
    assert_eq!(world.view(GOVERNANCE, &IGovernance::executionWindowCall {}), 14 * 24 * 3600);
}

#[test]
fn governed_functions_take_calls_of_proposals_alone() {
    let mut world = genesis(&[0; 4], majority());
    let before = world.slots.clone();
    for (contract, selector, signature) in GOVERNED_FUNCTIONS {
        for caller in [account(1), account(99), MEMBERS, Address::ZERO] {
            let input = [&selector[..], &[0; 320]].concat();
            let refused = world.transact(caller, *contract, U256::ZERO, &input, 1_000_000);
            let by_name = is_error::<IGovernance::OnlyGovernance>(&refused);
            assert!(by_name || is_error::<IGovernance::InvalidArguments>(&refused), "{signature}: {refused:?}");
        }
    }
    let calls: [(Address, Vec<u8>); 4] = [
        (PARAMETERS, IParameters::setGasLimitCall { gasLimit: 50_000_000 }.abi_encode()),
        (MEMBERS, IMembers::suspendCall { id: 2 }.abi_encode()),
        (NODES, INodes::setSuspendOnEquivocationCall { suspend: true }.abi_encode()),
        (GOVERNANCE, IGovernance::setConstitutionCall { constitution: Address::ZERO }.abi_encode()),
    ];
    for (contract, input) in calls {
        let refused = world.transact(account(1), contract, U256::ZERO, &input, 1_000_000);
        assert!(is_error::<IGovernance::OnlyGovernance>(&refused), "{refused:?}");
    }
    assert_eq!(
        world.slots.into_iter().filter(|(_, value)| !value.is_zero()).collect::<std::collections::HashMap<_, _>>(),
        before
    );
}

#[test]
fn governances_name_without_a_proposal_is_worth_nothing() {
    let mut world = genesis(&[0; 4], majority());
    let input = IParameters::setGasLimitCall { gasLimit: 50_000_000 }.abi_encode();
    let refused = world.transact(GOVERNANCE, PARAMETERS, U256::ZERO, &input, 1_000_000);
    assert!(is_error::<IGovernance::OnlyGovernance>(&refused), "{refused:?}");
}

#[test]
fn value_is_refused_where_nothing_is_paid_for() {
    let mut world = genesis(&[0; 4], majority());
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    world.balances.insert(account(1), U256::from(100));
    let ballot = IGovernance::castVoteCall { proposalId: id, support: FOR }.abi_encode();
    let acknowledge = IMembers::setProfileCall::default_call();
    for (target, input) in [(GOVERNANCE, ballot), (MEMBERS, acknowledge)] {
        let refused = world.transact(account(1), target, U256::from(1), &input, 1_000_000);
        assert!(is_error::<IGovernance::ValueNotAccepted>(&refused), "{refused:?}");
    }
    assert_eq!(world.balances[&account(1)], U256::from(100));
}

trait DefaultCall {
    fn default_call() -> Vec<u8>;
}

impl DefaultCall for IMembers::setProfileCall {
    fn default_call() -> Vec<u8> {
        Self { encryptionKey: Default::default(), certificateFingerprint: Default::default() }.abi_encode()
    }
}

#[test]
fn static_calls_write_nothing() {
    let mut world = genesis(&[0; 4], majority());
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    world.timestamp += 24 * 3600 + 1;
    let open = propose(&mut world, 1, &gas_limit(50_000_000), "open");
    let before = world.slots.clone();
    let attempts: [Result<Bytes, Bytes>; 3] = [
        world.try_view(GOVERNANCE, &IGovernance::simulateCall { proposalId: id }),
        world.try_view(GOVERNANCE, &IGovernance::simulateCall { proposalId: open }),
        world.try_view(MEMBERS, &IMembers::addParticipantCall { account: account(9) }),
    ];
    assert!(attempts[..2].iter().all(is_error::<IGovernance::StaticCallNotAllowed>), "{attempts:?}");
    assert!(attempts[2].is_err());
    let ballot = IGovernance::castVoteCall { proposalId: open, support: FOR }.abi_encode();
    let refused = world.static_transact(account(1), GOVERNANCE, &ballot);
    assert!(is_error::<IGovernance::StaticCallNotAllowed>(&refused), "{refused:?}");
    assert_eq!(world.slots, before);
}

#[test]
fn one_transaction_may_execute_two_proposals_one_after_the_other() {
    let mut world = genesis(&[0; 4], majority());
    let ids = ["one", "two"].map(|text| propose(&mut world, 1, &gas_limit(50_000_000), text));
    for id in ids {
        cast_all(&mut world, [1, 2], id, FOR);
    }
    world.timestamp += 24 * 3600 + 1;
    let mut calls = ids.map(|id| (GOVERNANCE, IGovernance::execute_1Call { proposalId: id }.abi_encode())).to_vec();
    calls.push((PARAMETERS, IParameters::setGasLimitCall { gasLimit: 60_000_000 }.abi_encode()));
    world.apps.insert(APP, App { calls, ..App::default() });
    world.transact(account(99), APP, U256::ZERO, &[], 10_000_000).expect("the application runs");
    assert!(world.seen[..2].iter().all(Result::is_ok), "{:?}", world.seen);
    assert!(is_error::<IGovernance::OnlyGovernance>(&world.seen[2]), "the lock is open again");
    assert_eq!(ids.map(|id| state(&mut world, id)), [ProposalState::Executed; 2]);
}

#[test]
fn a_call_that_loosens_by_the_time_it_is_executed_needs_the_floor() {
    let floor = IGovernance::Floor { missing: 1, timelock: 0, veto: false };
    let mut world = genesis(&[0; 4], Constitution { floor, ..majority() });
    let policy = |lease: u32| {
        let policy = INodes::JoinPolicy { platforms: 1, minimumTcb: 0, vendorShareMax: 100, lease };
        vec![(NODES, INodes::setJoinPolicyCall { policy }.abi_encode())]
    };
    let [middle, low] = [20, 10].map(|days| propose(&mut world, 1, &policy(days * 24 * 3600), &days.to_string()));
    let loosening = |world: &mut World, id| {
        world.view(GOVERNANCE, &IGovernance::proposalRequirementCall { proposalId: id }).loosening
    };
    assert!(!loosening(&mut world, middle), "shorter than a year is tighter");
    cast_all(&mut world, 1..=3, low, FOR);
    assert_eq!(state(&mut world, low), ProposalState::Executed);
    cast_all(&mut world, 1..=3, middle, FOR);
    assert_eq!(state(&mut world, middle), ProposalState::Succeeded);
    let failed = world.last::<IGovernance::ProposalExecutionFailed>().expect("an event says why");
    assert!(IGovernance::BelowFloor::abi_decode(&failed.reason).is_ok());
    let again = propose(&mut world, 1, &policy(20 * 24 * 3600), "with the floor");
    assert!(loosening(&mut world, again));
    cast_all(&mut world, 1..=3, again, FOR);
    assert_eq!(state(&mut world, again), ProposalState::Executed);
}

#[test]
fn every_function_is_dispatched() {
    let mut world = genesis(&[0; 4], Constitution { default_rule: rule(Kind::AnyOne, 0), ..majority() });
    for selector in IGovernanceCalls::selectors() {
        let input = [&selector[..], &[0; 640]].concat();
        let answer = world.transact(account(1), GOVERNANCE, U256::ZERO, &input, 5_000_000);
        assert!(!is_error::<IGovernance::UnknownFunction>(&answer), "{selector:?}");
        let exact = (0..20).find_map(|words| {
            let input = [&selector[..], &vec![0; 32 * words]].concat();
            let answer = world.transact(account(1), GOVERNANCE, U256::ZERO, &input, 5_000_000);
            (!is_error::<IGovernance::InvalidArguments>(&answer)).then_some(answer)
        });
        if let Some(answer) = exact {
            assert!(!is_error::<IGovernance::UnknownFunction>(&answer), "{selector:?}");
        }
    }
}
