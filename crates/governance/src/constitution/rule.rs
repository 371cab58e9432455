//! What a rule may say, and when one is easier than another.

use super::governed::is_governed;
use crate::{Stop, members::Electorate};
use alloy_sol_types::SolCall;
use althing_contracts::{
    IGovernance::{Kind, NotGoverned, Rule, RuleImpossible, RuleNotAllowed},
    INodes, NODES, is_system,
};
use althing_primitives::{Address, alloy::FixedBytes};

/// Longer, and a mistake would outlive whoever made it.
const PERIOD_MAX: u32 = 365 * 24 * 3600;
/// Shorter, and nobody with a hardware wallet could cast a ballot: the rule could never be changed again.
const VOTING_PERIOD_MIN: u32 = 3600;
/// The same on a network that is declared insecure, where scripts cast the ballots.
const INSECURE_VOTING_PERIOD_MIN: u32 = 1;

/// A function as the table knows it; the default rule stands for the zero function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) target: Address,
    pub(super) selector: FixedBytes<4>,
}

impl Function {
    pub(super) const DEFAULT: Self = Self { target: Address::ZERO, selector: FixedBytes::ZERO };
}

/// Checks that a rule can be the one of a function.
pub(super) fn check(function: Function, rule: &Rule, electorate: Electorate, insecure: bool) -> Result<(), Stop> {
    let Function { target, selector } = function;
    if is_system(&target) && !is_governed(target, selector) {
        return Err(Stop::revert(NotGoverned { target, selector }));
    }
    if !well_formed(function, rule, insecure) {
        return Err(Stop::revert(RuleNotAllowed { target, selector }));
    }
    let members = members_asked(rule, electorate);
    if rule.kind == Kind::Threshold && u32::from(rule.threshold) > members {
        let error = RuleImpossible {
            threshold: rule.threshold.try_into().unwrap_or_default(),
            members: members.try_into().unwrap_or_default(),
        };
        return Err(Stop::revert(error));
    }
    Ok(())
}

fn well_formed(function: Function, rule: &Rule, insecure: bool) -> bool {
    let least = if insecure { INSECURE_VOTING_PERIOD_MIN } else { VOTING_PERIOD_MIN };
    let numbers = match rule.kind {
        Kind::Majority => rule.threshold == 0 && rule.quorum <= 100,
        Kind::Threshold => rule.threshold > 0 && rule.quorum == 0,
        Kind::Unanimous | Kind::AnyOne => rule.threshold == 0 && rule.quorum == 0,
        Kind::Automatic => may_be_automatic(function) && rule.threshold > 0 && rule.quorum == 0 && !rule.perClass,
        Kind::__Invalid => false,
    };
    numbers && (least..=PERIOD_MAX).contains(&rule.votingPeriod) && rule.timelock <= PERIOD_MAX
}

fn may_be_automatic(function: Function) -> bool {
    function.target == NODES && function.selector.0 == INodes::addFollowerCall::SELECTOR
}

/// How many members the threshold is counted among.
pub(super) fn members_asked(rule: &Rule, electorate: Electorate) -> u32 {
    let [first, second] = electorate.classes;
    match (rule.perClass, first, second) {
        (false, ..) => electorate.total,
        (true, 0, only) | (true, only, 0) => only,
        (true, first, second) => first.min(second),
    }
}

/// Whether something passes under `new` that would not under `old`, with these members or with more.
pub(super) fn is_easier(new: &Rule, old: &Rule) -> bool {
    let counts = match (new.kind, old.kind) {
        (Kind::Automatic, Kind::Automatic) => new.threshold > old.threshold,
        (Kind::Automatic, _) => true,
        (Kind::Unanimous, _) | (_, Kind::AnyOne) => false,
        (Kind::Threshold, Kind::Threshold) => new.threshold < old.threshold,
        (Kind::Majority, Kind::Majority) => new.quorum < old.quorum,
        _ => true,
    };
    // Where ballots at the deadline decide, less time to notice makes it easier.
    let hurried = new.kind == Kind::Majority && new.votingPeriod < old.votingPeriod;
    counts || hurried || (old.perClass && !new.perClass) || new.timelock < old.timelock
}
