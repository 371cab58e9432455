//! Governed functions of the constitution itself.

use super::{
    rule::{Function, check, is_easier},
    table,
    terms::Terms,
};
use crate::{
    Effect, Host, Message, Stop, abi,
    members::electorate,
    proposals::{authority, drop_open},
    storage::Store,
};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, IGovernanceCalls as Calls, Kind},
    is_system,
};
use althing_primitives::{Address, alloy::FixedBytes};

/// Shorter, and nobody might be there to execute.
const EXECUTION_WINDOW_MIN: u32 = 3600;
/// Longer, and a forgotten decision comes back.
const EXECUTION_WINDOW_MAX: u32 = 365 * 24 * 3600;

/// What a governed call of Governance would do; `None` if the function is not governed.
///
/// # Errors
/// Its arguments are refused now.
pub(crate) fn effect(host: &mut dyn Host, input: &[u8], insecure: bool) -> Result<Option<Effect>, Stop> {
    let loosening = match abi::parse::<Calls>(host, input)? {
        Calls::setRule(call) => rule_effect(host, &call, insecure)?,
        Calls::removeRule(call) => removal_effect(host, &call)?,
        Calls::setDefaultRule(call) => default_effect(host, &call, insecure)?,
        Calls::setConstitution(call) => contract_effect(host, call.constitution)?,
        Calls::setExecutionWindow(call) => window_effect(call.executionWindow)?,
        _ => return Ok(None),
    };
    Ok(Some(Effect::loosening_if(loosening).sensitive()))
}

fn rule_effect(host: &mut dyn Host, call: &IGovernance::setRuleCall, insecure: bool) -> Result<bool, Stop> {
    let function = Function { target: call.target, selector: call.selector };
    check(function, &call.rule, electorate(host)?, insecure)?;
    let old = table::rule(host, call.target, call.selector)?;
    loosens(host, &call.rule, &old)
}

fn removal_effect(host: &mut dyn Host, call: &IGovernance::removeRuleCall) -> Result<bool, Stop> {
    let old = own(host, call.target, call.selector)?;
    let new = table::default_rule(host)?;
    loosens(host, &new, &old)
}

/// Beyond its number, an automatic rule leaves a function to the default rule.
fn loosens(host: &mut dyn Host, new: &IGovernance::Rule, old: &IGovernance::Rule) -> Result<bool, Stop> {
    match old.kind == Kind::Automatic && new.kind != Kind::Automatic {
        true => Ok(is_easier(new, &table::default_rule(host)?)),
        false => Ok(is_easier(new, old)),
    }
}

fn own(host: &mut dyn Host, target: Address, selector: FixedBytes<4>) -> Result<IGovernance::Rule, Stop> {
    table::own_rule(host, target, selector)?.ok_or_else(|| Stop::revert(IGovernance::NotGoverned { target, selector }))
}

fn default_effect(host: &mut dyn Host, call: &IGovernance::setDefaultRuleCall, insecure: bool) -> Result<bool, Stop> {
    check(Function::DEFAULT, &call.rule, electorate(host)?, insecure)?;
    Ok(is_easier(&call.rule, &table::default_rule(host)?))
}

/// Whoever writes the contract decides everything: always loosening, and back to the table as well.
fn contract_effect(host: &mut dyn Host, contract: Address) -> Result<bool, Stop> {
    if !contract.is_zero() && (is_system(&contract) || !host.has_code(contract)?) {
        return Err(Stop::revert(IGovernance::NotAContract { account: contract }));
    }
    Ok(true)
}

fn window_effect(window: u32) -> Result<bool, Stop> {
    match window_allowed(window) {
        true => Ok(false),
        false => Err(Stop::revert(IGovernance::ExecutionWindowNotAllowed { executionWindow: window })),
    }
}

pub(super) fn window_allowed(window: u32) -> bool {
    (EXECUTION_WINDOW_MIN..=EXECUTION_WINDOW_MAX).contains(&window)
}

/// `setRule`.
pub(crate) fn set_rule(
    host: &mut dyn Host,
    message: &Message<'_>,
    call: &IGovernance::setRuleCall,
) -> Result<(), Stop> {
    admit(host, message, |host, insecure| rule_effect(host, call, insecure))?;
    table::put(host, call.target, call.selector, &call.rule)?;
    drop_open(host)?;
    let event = IGovernance::RuleSet { target: call.target, selector: call.selector, rule: call.rule.clone() };
    Store::new(host, GOVERNANCE).emit(event)
}

/// `removeRule`.
pub(crate) fn remove_rule(
    host: &mut dyn Host,
    message: &Message<'_>,
    call: &IGovernance::removeRuleCall,
) -> Result<(), Stop> {
    admit(host, message, |host, _| removal_effect(host, call))?;
    table::take(host, call.target, call.selector)?;
    drop_open(host)?;
    Store::new(host, GOVERNANCE).emit(IGovernance::RuleRemoved { target: call.target, selector: call.selector })
}

/// `setDefaultRule`.
pub(crate) fn set_default_rule(
    host: &mut dyn Host,
    message: &Message<'_>,
    call: &IGovernance::setDefaultRuleCall,
) -> Result<(), Stop> {
    admit(host, message, |host, insecure| default_effect(host, call, insecure))?;
    table::set_default(host, &call.rule)?;
    drop_open(host)?;
    Store::new(host, GOVERNANCE).emit(IGovernance::DefaultRuleSet { rule: call.rule.clone() })
}

/// `setConstitution`.
pub(crate) fn set_constitution(host: &mut dyn Host, message: &Message<'_>, contract: Address) -> Result<(), Stop> {
    admit(host, message, |host, _| contract_effect(host, contract))?;
    let terms = Terms { contract, ..Terms::read(host)? };
    terms.write(host)?;
    drop_open(host)?;
    Store::new(host, GOVERNANCE).emit(IGovernance::ConstitutionSet { constitution: contract })
}

/// `setExecutionWindow`.
pub(crate) fn set_execution_window(host: &mut dyn Host, message: &Message<'_>, window: u32) -> Result<(), Stop> {
    admit(host, message, |_, _| window_effect(window))?;
    let terms = Terms { execution_window: window, ..Terms::read(host)? };
    terms.write(host)?;
    drop_open(host)?;
    Store::new(host, GOVERNANCE).emit(IGovernance::ExecutionWindowSet { executionWindow: window })
}

/// Only a proposal may; first of all, so that nobody else learns or changes anything.
fn admit(
    host: &mut dyn Host,
    message: &Message<'_>,
    loosening: impl FnOnce(&mut dyn Host, bool) -> Result<bool, Stop>,
) -> Result<(), Stop> {
    authority(host, message, Effect::SENSITIVE)?;
    let loosening = loosening(host, message.block.insecure)?;
    authority(host, message, Effect::loosening_if(loosening).sensitive())
}
