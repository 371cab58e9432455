//! Where `contracts/solidity/layout/GovernanceLayout.sol` puts the constitution.

use crate::layout::Field;

pub(crate) const DEFAULT_RULE: Field = Field::new("defaultRule", 0, 0, 32);
pub(crate) const FLOOR: Field = Field::new("floor", 1, 0, 32);
pub(crate) const CONSTITUTION: Field = Field::new("constitution", 2, 0, 20);
pub(crate) const EXECUTION_WINDOW: Field = Field::new("executionWindow", 2, 20, 4);
pub(crate) const GENERATION: Field = Field::new("generation", 2, 24, 8);
pub(crate) const RULE_KEYS: Field = Field::new("ruleKeys", 3, 0, 32);
pub(crate) const RULES: Field = Field::new("rules", 4, 0, 32);

pub(crate) mod rule {
    use super::Field;

    pub(crate) const KIND: Field = Field::new("RuleRecord.kind", 0, 0, 1);
    pub(crate) const THRESHOLD: Field = Field::new("RuleRecord.threshold", 0, 1, 2);
    pub(crate) const QUORUM: Field = Field::new("RuleRecord.quorum", 0, 3, 1);
    pub(crate) const PER_CLASS: Field = Field::new("RuleRecord.perClass", 0, 4, 1);
    pub(crate) const VOTING_PERIOD: Field = Field::new("RuleRecord.votingPeriod", 0, 5, 4);
    pub(crate) const TIMELOCK: Field = Field::new("RuleRecord.timelock", 0, 9, 4);
    pub(crate) const POSITION: Field = Field::new("RuleRecord.position", 0, 13, 2);
}

pub(crate) mod floor {
    use super::Field;

    pub(crate) const MISSING: Field = Field::new("Floor.missing", 0, 0, 2);
    pub(crate) const TIMELOCK: Field = Field::new("Floor.timelock", 0, 2, 4);
    pub(crate) const VETO: Field = Field::new("Floor.veto", 0, 6, 1);
}

pub(crate) mod key {
    use super::Field;

    pub(crate) const TARGET: Field = Field::new("RuleKey.target", 0, 0, 20);
    pub(crate) const SELECTOR: Field = Field::new("RuleKey.selector", 0, 20, 4);
}

/// Everything of it, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[
    DEFAULT_RULE,
    FLOOR,
    CONSTITUTION,
    EXECUTION_WINDOW,
    GENERATION,
    RULE_KEYS,
    RULES,
    rule::KIND,
    rule::THRESHOLD,
    rule::QUORUM,
    rule::PER_CLASS,
    rule::VOTING_PERIOD,
    rule::TIMELOCK,
    rule::POSITION,
    floor::MISSING,
    floor::TIMELOCK,
    floor::VETO,
    key::TARGET,
    key::SELECTOR,
];
