//! The constitution: rules, floors, a contract that decides.

use crate::{
    host::{App, DAY, World, account, error, genesis, majority, rule},
    steps::*,
};
use alloy_sol_types::{SolCall, SolError, SolValue};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, Floor, Kind, ProposalState, Requirement, Rule, RuleEntry},
    IMembers, INodes, IParameters, MEMBERS, NODES, PARAMETERS,
};
use althing_governance::Constitution;
use althing_primitives::{Address, B256, U256, keccak256};

const APP: Address = Address::repeat_byte(0x55);

fn requirement(world: &mut World, id: U256) -> Requirement {
    world.view(GOVERNANCE, &IGovernance::proposalRequirementCall { proposalId: id })
}

fn entry(target: Address, selector: [u8; 4], rule: Rule) -> RuleEntry {
    RuleEntry { target, selector: selector.into(), rule }
}

fn set_rule(target: Address, selector: [u8; 4], rule: Rule) -> Calls {
    to_governance(&IGovernance::setRuleCall { target, selector: selector.into(), rule })
}

fn set_default(rule: Rule) -> Calls {
    to_governance(&IGovernance::setDefaultRuleCall { rule })
}

#[test]
fn a_proposal_needs_the_strictest_rule_of_its_calls() {
    let slow = Rule { timelock: 60, votingPeriod: 2 * DAY, ..rule(Kind::AnyOne, 0) };
    let rules = vec![
        entry(PARAMETERS, IParameters::setGasLimitCall::SELECTOR, rule(Kind::Unanimous, 0)),
        entry(PARAMETERS, IParameters::setSystemLaneCall::SELECTOR, slow),
    ];
    let mut world = genesis(&[0; 5], Constitution { rules, ..majority() });
    let lane = (PARAMETERS, IParameters::setSystemLaneCall { percent: 20 }.abi_encode());
    let pace = (PARAMETERS, IParameters::setBlockTimeCall { milliseconds: 500 }.abi_encode());
    let limit = gas_limit(50_000_000).remove(0);
    let any_one = propose(&mut world, 1, &vec![lane.clone()], "");
    let need = requirement(&mut world, any_one);
    assert_eq!((need.threshold, need.plurality, need.timelock, need.votingPeriod), (1, false, 60, 2 * DAY));
    let simple = propose(&mut world, 1, &vec![pace.clone()], "");
    let need = requirement(&mut world, simple);
    assert_eq!((need.threshold, need.plurality, need.timelock, need.votingPeriod), (3, true, 0, DAY));
    let all = propose(&mut world, 1, &vec![pace, lane, limit], "");
    let need = requirement(&mut world, all);
    assert_eq!((need.threshold, need.plurality, need.timelock, need.votingPeriod), (5, false, 60, 2 * DAY));
}

#[test]
fn changing_a_rule_goes_by_the_old_one() {
    let mut world = genesis(&[0; 4], Constitution { default_rule: rule(Kind::Unanimous, 0), ..majority() });
    let id = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "");
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Active);
    cast_all(&mut world, [4], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    cast_all(&mut world, [1], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
}

#[test]
fn what_loosens_needs_the_floor_and_what_tightens_does_not() {
    let floor = Floor { missing: 1, timelock: DAY, veto: true };
    let mut world = genesis(&[0; 7], Constitution { floor, ..majority() });
    let looser = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "");
    let need = requirement(&mut world, looser);
    assert_eq!((need.threshold, need.timelock, need.veto, need.plurality, need.loosening), (6, DAY, 3, false, true));
    let tighter = propose(&mut world, 1, &set_default(rule(Kind::Unanimous, 0)), "");
    let need = requirement(&mut world, tighter);
    assert_eq!((need.threshold, need.timelock, need.veto, need.plurality, need.loosening), (4, 0, 0, true, false));
    cast_all(&mut world, 1..=2, looser, AGAINST);
    assert_eq!(state(&mut world, looser), ProposalState::Defeated, "six cannot be for any more");
    let measurement = INodes::addMeasurementCall { measurement: B256::repeat_byte(1) }.abi_encode();
    let software = propose(&mut world, 1, &vec![(NODES, measurement)], "");
    cast_all(&mut world, 1..=6, software, FOR);
    assert_eq!(state(&mut world, software), ProposalState::Succeeded);
    queue(&mut world, software).expect("queued");
    world.timestamp += u64::from(DAY);
    execute(&mut world, software).expect("executed");
    assert_eq!(state(&mut world, software), ProposalState::Executed);
}

#[test]
fn a_third_of_the_members_vetoes() {
    let floor = Floor { missing: 5, timelock: 0, veto: true };
    let mut world = genesis(&[0; 7], Constitution { floor, ..majority() });
    let id = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "");
    cast_all(&mut world, 1..=2, id, AGAINST);
    assert_eq!(state(&mut world, id), ProposalState::Active);
    cast_all(&mut world, [3], id, AGAINST);
    assert_eq!(state(&mut world, id), ProposalState::Defeated);
}

/// Who has enough ballots cannot be quicker than those who may veto.
#[test]
fn a_veto_can_be_cast_until_the_deadline_however_many_are_for() {
    let floor = Floor { missing: 5, timelock: DAY, veto: true };
    let mut world = genesis(&[0; 7], Constitution { floor, ..majority() });
    let id = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "");
    cast_all(&mut world, 1..=4, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Active, "three may be against yet");
    cast_all(&mut world, 5..=7, id, AGAINST);
    assert_eq!(state(&mut world, id), ProposalState::Defeated);
    let id = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "again");
    cast_all(&mut world, 1..=4, id, FOR);
    world.timestamp += u64::from(DAY) + 1;
    assert_eq!(state(&mut world, id), ProposalState::Succeeded, "nobody was");
    let id = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "quick");
    cast_all(&mut world, 1..=5, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Succeeded, "two are no third");
}

fn to_members(call: &impl SolCall) -> Vec<(Address, Vec<u8>)> {
    vec![(MEMBERS, call.abi_encode())]
}

#[test]
fn taking_a_ballot_away_needs_the_floor_and_lost_keys_can_still_be_replaced() {
    let floor = Floor { missing: 1, timelock: DAY, veto: true };
    let mut world = genesis(&[0; 7], Constitution { floor, ..majority() });
    let replace = IMembers::replaceAccountCall { id: 7, account: account(70) };
    for calls in [to_members(&replace), to_members(&IMembers::removeCall { id: 7 })] {
        let id = propose(&mut world, 1, &calls, "");
        let need = requirement(&mut world, id);
        assert_eq!((need.threshold, need.timelock, need.veto, need.loosening), (5, DAY, 3, false));
        cast_all(&mut world, 1..=4, id, FOR);
        world.timestamp += u64::from(DAY) + 1;
        assert_eq!(state(&mut world, id), ProposalState::Defeated, "four of seven take nobody's ballot");
    }
    let id = propose(&mut world, 1, &to_members(&replace), "two keys are lost");
    cast_all(&mut world, 1..=5, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Succeeded);
    let small = genesis(&[0; 4], Constitution { floor: Floor { missing: 1, timelock: DAY, veto: true }, ..majority() });
    let needs = |mut world: World, calls: &Vec<(Address, Vec<u8>)>| {
        let id = propose(&mut world, 1, calls, "");
        requirement(&mut world, id).threshold
    };
    assert_eq!(needs(small, &to_members(&replace_of(4))), 3);
    let three = genesis(&[0; 3], Constitution { floor: Floor { missing: 1, timelock: DAY, veto: true }, ..majority() });
    assert_eq!(needs(three, &to_members(&replace_of(3))), 2, "one lost key of three");
}

fn replace_of(id: u32) -> IMembers::replaceAccountCall {
    IMembers::replaceAccountCall { id, account: account(70) }
}

#[test]
fn nobody_is_suspended_to_get_below_the_floor() {
    let floor = Floor { missing: 1, timelock: 0, veto: false };
    let mut world = genesis(&[0; 7], Constitution { floor, ..majority() });
    for (member, majority) in [(5, 4), (6, 4), (7, 3)] {
        let id = propose(&mut world, 1, &to_members(&IMembers::suspendCall { id: member }), "");
        cast_all(&mut world, 1..=majority, id, FOR);
        assert_eq!(state(&mut world, id), ProposalState::Executed);
    }
    let id = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "");
    assert_eq!(requirement(&mut world, id).threshold, 6, "all but one of seven");
    let id = propose(&mut world, 1, &to_members(&IMembers::reinstateCall { id: 5 }), "");
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
    let id = propose(&mut world, 1, &set_default(rule(Kind::AnyOne, 0)), "after");
    assert_eq!(requirement(&mut world, id).threshold, 6, "reinstated or not");
}

#[test]
fn a_ballot_in_place_of_an_automatic_rule_loosens() {
    let floor = Floor { missing: 0, timelock: 0, veto: false };
    let mut world = genesis(&[0; 4], Constitution { floor, ..majority() });
    let set = |kind, threshold| {
        let selector = INodes::addFollowerCall::SELECTOR.into();
        to_governance(&IGovernance::setRuleCall { target: NODES, selector, rule: rule(kind, threshold) })
    };
    let id = propose(&mut world, 1, &set(Kind::Automatic, 2), "");
    cast_all(&mut world, 1..=4, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
    for (kind, threshold, loosens) in [(Kind::AnyOne, 0, true), (Kind::Majority, 0, false), (Kind::Automatic, 3, true)]
    {
        let id = propose(&mut world, 1, &set(kind, threshold), "");
        assert_eq!(requirement(&mut world, id).loosening, loosens, "{kind:?}");
    }
}

#[test]
fn easier_rules_loosen() {
    let floor = Floor { missing: 0, timelock: 0, veto: false };
    let now = Rule { quorum: 50, timelock: 60, ..rule(Kind::Majority, 0) };
    let mut world = genesis(&[0, 0, 1, 1], Constitution { default_rule: now.clone(), floor, ..majority() });
    let mut loosens = |rule: Rule| {
        world.timestamp += u64::from(DAY) + 1;
        let text = world.timestamp.to_string();
        let id = propose(&mut world, 1, &set_default(rule), &text);
        requirement(&mut world, id).loosening
    };
    for harder in [
        now.clone(),
        Rule { quorum: 60, ..now.clone() },
        Rule { timelock: 90, ..now.clone() },
        Rule { perClass: true, ..now.clone() },
        Rule { votingPeriod: 2 * DAY, ..now.clone() },
        Rule { timelock: 60, ..rule(Kind::Unanimous, 0) },
    ] {
        assert!(!loosens(harder.clone()), "{harder:?}");
    }
    for easier in [
        Rule { quorum: 40, ..now.clone() },
        Rule { timelock: 30, ..now.clone() },
        Rule { votingPeriod: DAY / 2, ..now.clone() },
        Rule { timelock: 60, ..rule(Kind::Threshold, 4) },
        Rule { timelock: 60, ..rule(Kind::AnyOne, 0) },
        rule(Kind::Unanimous, 0),
    ] {
        assert!(loosens(easier.clone()), "{easier:?}");
    }
}

#[test]
fn rules_that_could_never_be_met_are_refused() {
    let mut world = genesis(&[0; 4], majority());
    let limit = IParameters::setGasLimitCall::SELECTOR;
    let automatic = rule(Kind::Automatic, 2);
    for (target, selector, rule) in [
        (PARAMETERS, limit, rule(Kind::Threshold, 5)),
        (PARAMETERS, limit, rule(Kind::Threshold, 0)),
        (PARAMETERS, limit, rule(Kind::Majority, 1)),
        (PARAMETERS, limit, Rule { quorum: 101, ..rule(Kind::Majority, 0) }),
        (PARAMETERS, limit, Rule { votingPeriod: 0, ..rule(Kind::Majority, 0) }),
        (PARAMETERS, limit, Rule { votingPeriod: 366 * DAY, ..rule(Kind::Majority, 0) }),
        (PARAMETERS, limit, Rule { timelock: 366 * DAY, ..rule(Kind::Majority, 0) }),
        (PARAMETERS, limit, automatic.clone()),
        (PARAMETERS, [1; 4], rule(Kind::Majority, 0)),
        (MEMBERS, IMembers::acknowledgeCall::SELECTOR, rule(Kind::Majority, 0)),
    ] {
        let refused = try_propose(&mut world, 1, &set_rule(target, selector, rule), "");
        error::<IGovernance::InvalidProposalCall>(refused);
    }
    for window in [3_599, 366 * DAY] {
        let call = to_governance(&IGovernance::setExecutionWindowCall { executionWindow: window });
        error::<IGovernance::InvalidProposalCall>(try_propose(&mut world, 1, &call, ""));
    }
    error::<IGovernance::InvalidProposalCall>(try_propose(&mut world, 1, &set_default(automatic.clone()), ""));
    pass(&mut world, 1..=3, &set_rule(NODES, INodes::addFollowerCall::SELECTOR, automatic));
    world.insecure = false;
    let hurried = Rule { votingPeriod: 3_599, ..rule(Kind::Majority, 0) };
    error::<IGovernance::InvalidProposalCall>(try_propose(&mut world, 1, &set_default(hurried), ""));
}

#[test]
fn thresholds_keep_enough_members() {
    let mut world = genesis(&[0; 4], Constitution { default_rule: rule(Kind::Threshold, 4), ..majority() });
    let id = propose(&mut world, 1, &to_members(&IMembers::removeCall { id: 4 }), "");
    cast_all(&mut world, 1..=4, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Succeeded);
    let failed = world.last::<IGovernance::ProposalExecutionFailed>().expect("an event says why");
    assert!(IMembers::ThresholdBroken::abi_decode(&failed.reason).is_ok());
}

#[test]
fn rules_come_and_go_and_the_hash_tells() {
    let mut world = genesis(&[0; 4], majority());
    let functions = [[1; 4], [2; 4], [3; 4]];
    for selector in functions {
        pass(&mut world, 1..=3, &set_rule(APP, selector, rule(Kind::Unanimous, 0)));
    }
    let removed = to_governance(&IGovernance::removeRuleCall { target: APP, selector: functions[0].into() });
    pass(&mut world, 1..=3, &removed);
    error::<IGovernance::InvalidProposalCall>(try_propose(&mut world, 1, &removed, "again"));
    let rules = world.view(GOVERNANCE, &IGovernance::rulesCall {});
    assert_eq!(rules.iter().map(|entry| entry.selector.0).collect::<Vec<_>>(), [[3; 4], [2; 4]]);
    let of = |world: &mut World, selector: [u8; 4]| {
        world.view(GOVERNANCE, &IGovernance::ruleOfCall { target: APP, selector: selector.into() }).isDefault
    };
    assert_eq!(functions.map(|selector| of(&mut world, selector)), [true, false, false]);
    let default = world.view(GOVERNANCE, &IGovernance::defaultRuleCall {});
    let floor = world.view(GOVERNANCE, &IGovernance::floorCall {});
    let parts = (default, rules, floor, Address::ZERO, 14 * DAY);
    let hash = world.view(GOVERNANCE, &IGovernance::constitutionHashCall {});
    assert_eq!(hash, keccak256(parts.abi_encode_params()));
}

#[test]
fn the_table_has_256_rules_at_most() {
    let rules = (0..256_u32).map(|n| entry(APP, n.to_be_bytes(), rule(Kind::Unanimous, 0))).collect();
    let mut world = genesis(&[0; 4], Constitution { rules, ..majority() });
    let id = propose(&mut world, 1, &set_rule(APP, [9; 4], rule(Kind::Unanimous, 0)), "");
    cast_all(&mut world, 1..=3, id, FOR);
    let failed = world.last::<IGovernance::ProposalExecutionFailed>().expect("an event says why");
    assert!(IGovernance::TooManyRules::abi_decode(&failed.reason).is_ok());
    pass(&mut world, 1..=3, &set_rule(APP, 7_u32.to_be_bytes(), rule(Kind::AnyOne, 0)));
    assert_eq!(world.view(GOVERNANCE, &IGovernance::rulesCall {}).len(), 256);
}

#[test]
fn both_classes_must_agree_where_the_rule_says_so() {
    let default_rule = Rule { perClass: true, ..rule(Kind::Majority, 0) };
    let mut world = genesis(&[0, 0, 0, 1, 1], Constitution { default_rule, ..majority() });
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    let need = requirement(&mut world, id);
    assert_eq!((need.threshold, need.classThreshold, need.perClass), (4, [2, 2], true));
    cast_all(&mut world, 1..=3, id, FOR);
    cast_all(&mut world, [4], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Active);
    cast_all(&mut world, [5], id, AGAINST);
    world.timestamp += u64::from(DAY) + 1;
    assert_eq!(state(&mut world, id), ProposalState::Defeated, "one class is undecided");
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "again");
    cast_all(&mut world, [1, 2, 4, 5], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
}

/// A world whose proposals an application decides.
fn with_contract(floor: Floor, answer: &[u8]) -> World {
    let mut world = genesis(&[0; 4], Constitution { contract: APP, floor, ..majority() });
    world.apps.insert(APP, App { answer: answer.to_vec(), ..App::default() });
    world
}

fn no_floor() -> Floor {
    Floor { missing: u16::MAX, timelock: 0, veto: false }
}

fn word(number: u8) -> [u8; 32] {
    U256::from(number).to_be_bytes()
}

#[test]
fn a_constitution_contract_decides() {
    let mut world = with_contract(no_floor(), &word(0));
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    cast_all(&mut world, 1..=3, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Active, "three of four are not what it asks for");
    world.apps.insert(APP, App { answer: word(1).to_vec(), ..App::default() });
    assert_eq!(state(&mut world, id), ProposalState::Succeeded);
    execute(&mut world, id).expect("executed");
    assert_eq!(state(&mut world, id), ProposalState::Executed);
    let id = propose(&mut world, 1, &gas_limit(60_000_000), "");
    cast_all(&mut world, [2], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed, "accepted with the first ballot");
    world.apps.insert(APP, App { answer: word(2).to_vec(), ..App::default() });
    let id = propose(&mut world, 1, &gas_limit(70_000_000), "");
    cast_all(&mut world, [2], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Active, "all may be for it yet");
    cast_all(&mut world, [3], id, AGAINST);
    assert_eq!(state(&mut world, id), ProposalState::Defeated);
}

#[test]
fn where_the_contract_fails_the_table_decides() {
    let set = IParameters::setGasLimitCall { gasLimit: 1 }.abi_encode();
    let ballot = IGovernance::castVoteCall { proposalId: U256::from(1), support: FOR }.abi_encode();
    for app in [
        App { reverts: true, answer: word(1).to_vec(), ..App::default() },
        App { burns: 2_000_000, answer: word(1).to_vec(), ..App::default() },
        App { answer: word(3).to_vec(), ..App::default() },
        App { answer: vec![1], ..App::default() },
        App { answer: Vec::new(), calls: vec![(PARAMETERS, set), (GOVERNANCE, ballot)], ..App::default() },
    ] {
        let mut world = with_contract(no_floor(), &[]);
        world.apps.insert(APP, app);
        let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
        cast_all(&mut world, 1..=2, id, FOR);
        assert_eq!(state(&mut world, id), ProposalState::Active);
        cast_all(&mut world, [3], id, FOR);
        assert_eq!(state(&mut world, id), ProposalState::Executed);
        assert!(world.seen.iter().all(Result::is_err), "the contract may not write");
    }
}

#[test]
fn whoever_pays_does_not_choose_the_answer() {
    let mut world = with_contract(no_floor(), &word(0));
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    let call = IGovernance::castVoteCall { proposalId: id, support: FOR }.abi_encode();
    let poor = world.transact(account(1), GOVERNANCE, U256::ZERO, &call, 1_000_000);
    error::<IGovernance::ExecutionGasRequired>(poor);
}

#[test]
fn the_floor_holds_whatever_the_contract_says_and_all_members_are_never_locked_out() {
    let floor = Floor { missing: 1, timelock: 0, veto: true };
    let mut world = with_contract(floor.clone(), &word(1));
    let back = to_governance(&IGovernance::setConstitutionCall { constitution: Address::ZERO });
    let id = propose(&mut world, 1, &back, "");
    cast_all(&mut world, 1..=2, id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Active);
    cast_all(&mut world, [3], id, FOR);
    assert_eq!(state(&mut world, id), ProposalState::Executed);
    for never in [0, 2] {
        let mut world = with_contract(floor.clone(), &word(never));
        let id = propose(&mut world, 1, &back, "");
        cast_all(&mut world, 1..=3, id, FOR);
        assert_eq!(state(&mut world, id), ProposalState::Active, "the contract never accepts");
        cast_all(&mut world, [4], id, FOR);
        assert_eq!(state(&mut world, id), ProposalState::Executed);
        assert_eq!(world.view(GOVERNANCE, &IGovernance::constitutionCall {}), Address::ZERO);
    }
}
