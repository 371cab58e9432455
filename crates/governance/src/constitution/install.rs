use super::{
    amend::window_allowed,
    rule::{Function, check},
    table,
    terms::{Terms, set_floor},
};
use crate::{Host, Stop, members::Electorate};
use althing_contracts::IGovernance::{ExecutionWindowNotAllowed, Floor, Rule, RuleEntry};
use althing_primitives::Address;

/// The constitution a genesis begins with.
#[derive(Clone, Debug)]
pub struct Constitution {
    /// Of all functions without one of their own.
    pub default_rule: Rule,
    /// Rules of single functions, at most 256.
    pub rules: Vec<RuleEntry>,
    /// What no vote can lower.
    pub floor: Floor,
    /// A contract that decides instead; zero for the table.
    pub contract: Address,
    /// Seconds in which a proposal that succeeded may be executed.
    pub execution_window: u32,
}

impl Constitution {
    /// Writes it into empty storage, checked as a vote's changes would be.
    ///
    /// # Errors
    /// The error that a proposal would meet.
    pub(crate) fn install(&self, host: &mut dyn Host, electorate: Electorate, insecure: bool) -> Result<(), Stop> {
        let Self { execution_window, .. } = *self;
        if !window_allowed(execution_window) {
            return Err(Stop::revert(ExecutionWindowNotAllowed { executionWindow: execution_window }));
        }
        check(Function::DEFAULT, &self.default_rule, electorate, insecure)?;
        table::set_default(host, &self.default_rule)?;
        for RuleEntry { target, selector, rule } in &self.rules {
            check(Function { target: *target, selector: *selector }, rule, electorate, insecure)?;
            table::put(host, *target, *selector, rule)?;
        }
        set_floor(host, &self.floor)?;
        Terms { contract: self.contract, execution_window, generation: 0 }.write(host)
    }
}
