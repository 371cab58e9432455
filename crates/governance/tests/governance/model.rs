//! The native code and the reference model live through the same random histories.

use crate::{
    host::{World, account, genesis, majority},
    reference::{Action, Asks, Model, Rule},
    steps::*,
};
use alloy_sol_types::SolCall;
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, Kind, ProposalState},
    IMembers, IParameters, MEMBERS, PARAMETERS,
};
use althing_governance::Constitution;
use althing_primitives::{Address, U256};
use proptest::prelude::*;

const MEMBERS_COUNT: u32 = 5;
/// Invited from the beginning; becomes active some time.
const NEWCOMER: u32 = 6;
const WINDOW: u32 = 3_600;

#[derive(Clone, Copy, Debug)]
enum Step {
    Propose(u32, Action),
    Ballot(u32, usize, u8),
    Cancel(u32, usize),
    Queue(usize),
    Execute(usize),
    Join,
    Wait(u64),
}

fn rule() -> impl Strategy<Value = Rule> {
    let asks = prop_oneof![
        3 => Just(Asks::Majority),
        2 => (1..=MEMBERS_COUNT as usize).prop_map(Asks::Threshold),
        1 => Just(Asks::Unanimous),
        2 => Just(Asks::AnyOne),
    ];
    let quorum = prop_oneof![Just(0_usize), 1..=100_usize];
    (asks, quorum, any::<bool>(), 1..200_u64, prop_oneof![Just(0_u64), 1..100_u64]).prop_map(
        |(asks, quorum, per_class, period, timelock)| {
            let quorum = if asks == Asks::Majority { quorum } else { 0 };
            Rule { asks, quorum, per_class, period, timelock }
        },
    )
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => Just(Action::Pace),
        2 => (1..=MEMBERS_COUNT).prop_map(Action::Suspend),
        2 => (1..=MEMBERS_COUNT).prop_map(Action::Reinstate),
        2 => rule().prop_map(Action::Decide),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let member = || 1..=NEWCOMER + 1;
    let place = || prop_oneof![4 => 0..3_usize, 1 => 0..20_usize];
    prop_oneof![
        3 => (member(), action()).prop_map(|(by, action)| Step::Propose(by, action)),
        12 => (member(), place(), prop_oneof![1 => Just(0_u8), 6 => Just(1), 1 => Just(2)])
            .prop_map(|(by, place, support)| Step::Ballot(by, place, support)),
        1 => (member(), place()).prop_map(|(by, place)| Step::Cancel(by, place)),
        2 => place().prop_map(Step::Queue),
        2 => place().prop_map(Step::Execute),
        1 => Just(Step::Join),
        2 => prop_oneof![4 => 1..150_u64, 1 => 1_000..5_000_u64].prop_map(Step::Wait),
    ]
}

/// The rule as the ABI has it.
fn abi(rule: &Rule) -> IGovernance::Rule {
    let (kind, threshold) = match rule.asks {
        Asks::Majority => (Kind::Majority, 0),
        Asks::Threshold(members) => (Kind::Threshold, members as u16),
        Asks::Unanimous => (Kind::Unanimous, 0),
        Asks::AnyOne => (Kind::AnyOne, 0),
    };
    IGovernance::Rule {
        kind,
        threshold,
        quorum: rule.quorum as u8,
        perClass: rule.per_class,
        votingPeriod: rule.period as u32,
        timelock: rule.timelock as u32,
    }
}

fn call(action: &Action) -> (Address, Vec<u8>) {
    match action {
        Action::Pace => (PARAMETERS, IParameters::setBlockTimeCall { milliseconds: 500 }.abi_encode()),
        Action::Suspend(id) => (MEMBERS, IMembers::suspendCall { id: *id }.abi_encode()),
        Action::Reinstate(id) => (MEMBERS, IMembers::reinstateCall { id: *id }.abi_encode()),
        Action::Decide(rule) => (GOVERNANCE, IGovernance::setDefaultRuleCall { rule: abi(rule) }.abi_encode()),
    }
}

/// By all ballots, whatever the rule.
fn invite_newcomer(world: &mut World, rule: &Rule) {
    let id = propose(world, 1, &invite(NEWCOMER), "the newcomer");
    for member in 1..=MEMBERS_COUNT {
        if state(world, id) == ProposalState::Active {
            cast_all(world, [member], id, 1);
        }
    }
    if rule.timelock > 0 {
        queue(world, id).expect("queued");
        world.timestamp += rule.timelock;
        execute(world, id).expect("executed");
    }
    assert_eq!(state(world, id), ProposalState::Executed);
}

/// The same history on both sides; proposals counted from the last one back.
struct Both {
    world: World,
    model: Model,
    ids: Vec<U256>,
    joined: bool,
}

impl Both {
    fn new(rule: Rule) -> Self {
        let classes: Vec<_> = (1..=MEMBERS_COUNT).map(|member| (member % 2) as u8).collect();
        let constitution = Constitution { default_rule: abi(&rule), execution_window: WINDOW, ..majority() };
        let mut world = genesis(&classes, constitution);
        invite_newcomer(&mut world, &rule);
        let (now, active) = (world.timestamp, (1..=MEMBERS_COUNT).collect());
        let model = Model { now, active, rule, window: WINDOW.into(), proposals: Vec::new() };
        Self { world, model, ids: Vec::new(), joined: false }
    }

    /// Whether each side let the step pass.
    fn take(&mut self, step: Step) -> Option<(bool, bool)> {
        let index = |place: usize| self.ids.len().checked_sub(place + 1);
        Some(match step {
            Step::Propose(by, action) => {
                let text = format!("number {} at {}", self.ids.len(), self.world.timestamp);
                let proposed = try_propose(&mut self.world, by, &vec![call(&action)], &text);
                self.ids.extend(proposed.as_ref().ok());
                (proposed.is_ok(), self.model.propose(by, action))
            }
            Step::Ballot(by, place, support) => {
                let index = index(place)?;
                (cast(&mut self.world, by, self.ids[index], support).is_ok(), self.model.ballot(by, index, support))
            }
            Step::Cancel(by, place) => {
                let index = index(place)?;
                let call = IGovernance::cancel_1Call { proposalId: self.ids[index] };
                (self.world.send(account(by), GOVERNANCE, &call).is_ok(), self.model.cancel(by, index))
            }
            Step::Queue(place) => {
                let index = index(place)?;
                (queue(&mut self.world, self.ids[index]).is_ok(), self.model.queue(index))
            }
            Step::Execute(place) => {
                let index = index(place)?;
                (execute(&mut self.world, self.ids[index]).is_ok(), self.model.execute(index))
            }
            Step::Join => {
                let active = acknowledge(&mut self.world, NEWCOMER).is_ok();
                let joins = !std::mem::replace(&mut self.joined, true);
                (active, if joins { self.model.active.insert(NEWCOMER) } else { active })
            }
            Step::Wait(seconds) => {
                self.world.timestamp += seconds;
                self.model.now += seconds;
                return None;
            }
        })
    }

    fn states(&mut self) -> (Vec<ProposalState>, Vec<ProposalState>) {
        let real = self.ids.clone().into_iter().map(|id| state(&mut self.world, id)).collect();
        let paper = (0..self.ids.len()).map(|index| self.model.state(index)).collect();
        (real, paper)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn native_code_and_reference_model_agree(
        first in rule().prop_filter("possible", |rule| !matches!(rule.asks, Asks::Threshold(members) if members > 2)),
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let mut both = Both::new(first);
        for step in steps {
            let (real, paper) = both.take(step).unwrap_or_default();
            prop_assert_eq!(real, paper, "{:?}", step);
            let (real, paper) = both.states();
            prop_assert_eq!(real, paper, "after {:?}", step);
            let total = both.world.view(MEMBERS, &IMembers::activeMembersCall {}).total;
            prop_assert_eq!(total as usize, both.model.active.len(), "after {:?}", step);
        }
    }
}
