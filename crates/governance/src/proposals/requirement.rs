use super::layout::proposal as fields;
use crate::{effect::Guard, members::Electorate};
use althing_contracts::IGovernance::{Floor, Kind, Requirement as Answer, Rule};
use althing_primitives::U256;

const PLURALITY: u64 = 1;
const PER_CLASS: u64 = 2;
const LOOSENING: u64 = 4;

/// What a proposal needs, in numbers of the members there were when it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// Ballots for that decide at once.
    pub(crate) threshold: u32,
    /// Ballots for or abstaining at the deadline.
    pub(crate) quorum: u32,
    pub(crate) class_threshold: [u32; 2],
    pub(crate) class_quorum: [u32; 2],
    /// Ballots against that defeat at once; 0 for none.
    pub(crate) veto: u32,
    /// Members of each class.
    pub(crate) members: [u32; 2],
    /// Seconds.
    pub(crate) voting_period: u32,
    /// Seconds.
    pub(crate) timelock: u32,
    /// Seconds.
    pub(crate) execution_window: u32,
    /// More for than against is enough at the deadline.
    pub(crate) plurality: bool,
    pub(crate) per_class: bool,
    /// The floor of loosening functions is in it.
    pub(crate) loosening: bool,
    /// Ballots for that the floor asks for, whoever decides.
    pub(crate) floor: u32,
}

impl Requirement {
    /// What a rule asks of these members.
    pub(crate) fn of(rule: &Rule, electorate: Electorate, execution_window: u32) -> Self {
        let per_class = |count: &dyn Fn(u32) -> u32| if rule.perClass { electorate.classes.map(count) } else { [0; 2] };
        let class_threshold = per_class(&|members| threshold(rule, members));
        Self {
            threshold: threshold(rule, electorate.total).max(class_threshold.iter().sum()),
            quorum: percent(rule.quorum, electorate.total),
            class_threshold,
            class_quorum: per_class(&|members| percent(rule.quorum, members)),
            veto: 0,
            members: electorate.classes,
            voting_period: rule.votingPeriod,
            timelock: rule.timelock,
            execution_window,
            plurality: rule.kind == Kind::Majority,
            per_class: rule.perClass,
            loosening: false,
            floor: 0,
        }
    }

    /// With what no vote can lower. Suspended members count among those who must be for, so that nobody is suspended to
    /// get below it.
    pub(crate) fn with_floor(self, floor: &Floor, guard: Guard, suspended: u32) -> Self {
        let members = self.members.iter().sum::<u32>();
        let least = least_for(floor, guard, members + suspended);
        Self {
            threshold: self.threshold.max(least),
            timelock: self.timelock.max(floor.timelock),
            veto: if floor.veto { third(members) } else { 0 },
            plurality: self.plurality && least == 0,
            loosening: guard == Guard::Loosening,
            floor: least,
            ..self
        }
    }

    /// The stricter of both in everything.
    pub(crate) fn strictest(self, other: Self) -> Self {
        let each = |a: [u32; 2], b: [u32; 2]| [a[0].max(b[0]), a[1].max(b[1])];
        Self {
            threshold: self.threshold.max(other.threshold),
            quorum: self.quorum.max(other.quorum),
            class_threshold: each(self.class_threshold, other.class_threshold),
            class_quorum: each(self.class_quorum, other.class_quorum),
            veto: self.veto.max(other.veto),
            members: self.members,
            voting_period: self.voting_period.max(other.voting_period),
            timelock: self.timelock.max(other.timelock),
            execution_window: self.execution_window,
            plurality: self.plurality && other.plurality,
            per_class: self.per_class || other.per_class,
            loosening: self.loosening || other.loosening,
            floor: self.floor.max(other.floor),
        }
    }

    /// From the two slots it lies in: its own, and the one of the proposal's origin.
    pub(super) fn unpack(word: U256, origin: U256) -> Self {
        let number = |field: &crate::Field| field.number(word) as u32;
        let flags = fields::FLAGS.number(word);
        Self {
            threshold: number(&fields::THRESHOLD),
            quorum: number(&fields::QUORUM),
            class_threshold: [number(&fields::CLASS_THRESHOLD[0]), number(&fields::CLASS_THRESHOLD[1])],
            class_quorum: [number(&fields::CLASS_QUORUM[0]), number(&fields::CLASS_QUORUM[1])],
            veto: number(&fields::VETO),
            members: [number(&fields::MEMBERS[0]), number(&fields::MEMBERS[1])],
            voting_period: number(&fields::VOTING_PERIOD),
            timelock: number(&fields::TIMELOCK),
            execution_window: number(&fields::EXECUTION_WINDOW),
            plurality: flags & PLURALITY != 0,
            per_class: flags & PER_CLASS != 0,
            loosening: flags & LOOSENING != 0,
            floor: fields::FLOOR.number(origin) as u32,
        }
    }

    /// Its own slot.
    pub(super) fn pack(self) -> U256 {
        let flag = |set: bool, bit: u64| if set { bit } else { 0 };
        let flags = flag(self.plurality, PLURALITY) | flag(self.per_class, PER_CLASS) | flag(self.loosening, LOOSENING);
        [
            (fields::THRESHOLD, self.threshold),
            (fields::QUORUM, self.quorum),
            (fields::CLASS_THRESHOLD[0], self.class_threshold[0]),
            (fields::CLASS_THRESHOLD[1], self.class_threshold[1]),
            (fields::CLASS_QUORUM[0], self.class_quorum[0]),
            (fields::CLASS_QUORUM[1], self.class_quorum[1]),
            (fields::VETO, self.veto),
            (fields::MEMBERS[0], self.members[0]),
            (fields::MEMBERS[1], self.members[1]),
            (fields::VOTING_PERIOD, self.voting_period),
            (fields::TIMELOCK, self.timelock),
            (fields::EXECUTION_WINDOW, self.execution_window),
        ]
        .into_iter()
        .fold(fields::FLAGS.set(U256::ZERO, U256::from(flags)), |word, (field, value)| {
            field.set(word, U256::from(value))
        })
    }

    /// As the ABI gives it.
    pub(crate) fn answer(&self) -> Answer {
        Answer {
            threshold: self.threshold,
            quorum: self.quorum,
            classThreshold: self.class_threshold,
            classQuorum: self.class_quorum,
            plurality: self.plurality,
            perClass: self.per_class,
            veto: self.veto,
            votingPeriod: self.voting_period,
            timelock: self.timelock,
            loosening: self.loosening,
        }
    }
}

/// How many of these members must be for, says the floor; 0 where it leaves that to the rule. Who takes a member's ballot
/// away needs as many as no veto can stop, so that lost keys are replaced even where more are lost than may be missing.
fn least_for(floor: &Floor, guard: Guard, members: u32) -> u32 {
    let all_but = members.saturating_sub(floor.missing.into());
    match guard {
        Guard::Membership => all_but.min((members + 1).saturating_sub(third(members))),
        Guard::Loosening | Guard::None => all_but,
    }
}

/// More than consensus tolerates: the smallest number above a third of what is less one.
const fn third(members: u32) -> u32 {
    members.saturating_sub(1) / 3 + 1
}

fn threshold(rule: &Rule, members: u32) -> u32 {
    match rule.kind {
        _ if members == 0 => 0,
        Kind::Majority => members / 2 + 1,
        Kind::Threshold => members.min(rule.threshold.into()),
        Kind::AnyOne => 1,
        // Automatic rules do not decide proposals; the default rule stands for them.
        Kind::Unanimous | Kind::Automatic | Kind::__Invalid => members,
    }
}

/// Rounded up.
fn percent(percent: u8, members: u32) -> u32 {
    (members * u32::from(percent)).div_ceil(100)
}
