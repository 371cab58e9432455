//! The table of rules.

use super::{
    layout::{DEFAULT_RULE, RULE_KEYS, RULES, key, rule as fields},
    rule::members_asked,
};
use crate::{
    Host, Stop,
    members::Electorate,
    storage::{Store, address_word, word_address},
};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{Kind, Rule, RuleEntry, TooManyRules},
};
use althing_primitives::{Address, B256, U256, alloy::FixedBytes};

/// Members acknowledge all of them together, and a proposal may remove one only after reading them.
pub(super) const RULES_MAX: u64 = 256;

/// The rule that decides a function: its own, or the default.
pub(crate) fn rule(host: &mut dyn Host, target: Address, selector: FixedBytes<4>) -> Result<Rule, Stop> {
    match own_rule(host, target, selector)? {
        Some(rule) => Ok(rule),
        None => default_rule(host),
    }
}

/// The rule of a function in the table.
pub(crate) fn own_rule(host: &mut dyn Host, target: Address, selector: FixedBytes<4>) -> Result<Option<Rule>, Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = slot(store, target, selector)?;
    let word = store.get(slot)?;
    Ok((fields::POSITION.number(word) != 0).then(|| unpack(word)))
}

/// The rule of all functions without one of their own.
pub(crate) fn default_rule(host: &mut dyn Host) -> Result<Rule, Stop> {
    Store::new(host, GOVERNANCE).get(DEFAULT_RULE.at()).map(unpack)
}

/// The table, in an order that only changes with it.
pub(crate) fn entries(host: &mut dyn Host) -> Result<Vec<RuleEntry>, Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let count = count(store)?;
    let mut entries = Vec::new();
    for position in 1..=count {
        let slot = key_slot(store, position)?;
        let (target, selector) = unpack_key(store.get(slot)?);
        let slot = self::slot(store, target, selector)?;
        entries.push(RuleEntry { target, selector, rule: unpack(store.get(slot)?) });
    }
    Ok(entries)
}

/// The first rule that these members cannot meet: how many it asks for, and among how many.
pub(crate) fn broken_threshold(host: &mut dyn Host, electorate: Electorate) -> Result<Option<(u32, u32)>, Stop> {
    let default = default_rule(host)?;
    let rules = entries(host)?.into_iter().map(|entry| entry.rule).chain([default]);
    let mut asked = rules
        .filter(|rule| rule.kind == Kind::Threshold)
        .map(|rule| (u32::from(rule.threshold), members_asked(&rule, electorate)));
    Ok(asked.find(|(threshold, members)| threshold > members))
}

/// Sets the rule of a function.
pub(super) fn put(host: &mut dyn Host, target: Address, selector: FixedBytes<4>, rule: &Rule) -> Result<(), Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = slot(store, target, selector)?;
    let known = fields::POSITION.number(store.get(slot)?);
    let position = if known == 0 { push_key(store, target, selector)? } else { known };
    store.set(slot, pack(rule, position))
}

/// Takes a function's rule out of the table; the last one gets its place.
pub(super) fn take(host: &mut dyn Host, target: Address, selector: FixedBytes<4>) -> Result<(), Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = slot(store, target, selector)?;
    let position = fields::POSITION.number(store.get(slot)?);
    let count = count(store)?;
    let last = key_slot(store, count)?;
    if position != count {
        let moved = store.get(last)?;
        let place = key_slot(store, position)?;
        store.set(place, moved)?;
        let (target, selector) = unpack_key(moved);
        let moved = self::slot(store, target, selector)?;
        let word = store.get(moved)?;
        store.set(moved, fields::POSITION.set(word, U256::from(position)))?;
    }
    store.set(last, U256::ZERO)?;
    store.set(RULE_KEYS.at(), U256::from(count.saturating_sub(1)))?;
    store.set(slot, U256::ZERO)
}

pub(super) fn set_default(host: &mut dyn Host, rule: &Rule) -> Result<(), Stop> {
    Store::new(host, GOVERNANCE).set(DEFAULT_RULE.at(), pack(rule, 0))
}

fn push_key(store: &mut Store<'_>, target: Address, selector: FixedBytes<4>) -> Result<u64, Stop> {
    let count = count(store)?;
    if count >= RULES_MAX {
        return Err(Stop::revert(TooManyRules {}));
    }
    let slot = key_slot(store, count + 1)?;
    let word = key::TARGET.set(U256::ZERO, address_word(target));
    store.set(slot, key::SELECTOR.set(word, U256::from(u32::from_be_bytes(selector.0))))?;
    store.set(RULE_KEYS.at(), U256::from(count + 1))?;
    Ok(count + 1)
}

fn count(store: &mut Store<'_>) -> Result<u64, Stop> {
    Ok(store.get(RULE_KEYS.at())?.saturating_to())
}

/// Slot of the key at a position counted from 1.
fn key_slot(store: &mut Store<'_>, position: u64) -> Result<U256, Stop> {
    Ok(store.elements(RULE_KEYS.at())?.wrapping_add(U256::from(position.saturating_sub(1))))
}

fn slot(store: &mut Store<'_>, target: Address, selector: FixedBytes<4>) -> Result<U256, Stop> {
    let of_target = store.entry(RULES.at(), address_word(target))?;
    store.entry(of_target, B256::right_padding_from(selector.as_slice()).into())
}

fn unpack_key(word: U256) -> (Address, FixedBytes<4>) {
    let selector = key::SELECTOR.number(word) as u32;
    (word_address(key::TARGET.get(word)), selector.to_be_bytes().into())
}

fn unpack(word: U256) -> Rule {
    Rule {
        kind: Kind::try_from(fields::KIND.number(word) as u8).unwrap_or(Kind::Unanimous),
        threshold: fields::THRESHOLD.number(word) as u16,
        quorum: fields::QUORUM.number(word) as u8,
        perClass: fields::PER_CLASS.number(word) != 0,
        votingPeriod: fields::VOTING_PERIOD.number(word) as u32,
        timelock: fields::TIMELOCK.number(word) as u32,
    }
}

fn pack(rule: &Rule, position: u64) -> U256 {
    let word = fields::KIND.set(U256::ZERO, U256::from(rule.kind as u8));
    let word = fields::THRESHOLD.set(word, U256::from(rule.threshold));
    let word = fields::QUORUM.set(word, U256::from(rule.quorum));
    let word = fields::PER_CLASS.set(word, U256::from(u8::from(rule.perClass)));
    let word = fields::VOTING_PERIOD.set(word, U256::from(rule.votingPeriod));
    let word = fields::TIMELOCK.set(word, U256::from(rule.timelock));
    fields::POSITION.set(word, U256::from(position))
}
