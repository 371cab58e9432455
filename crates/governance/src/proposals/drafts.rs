//! What the calls of a proposal are, when it is made: allowed or not, and what they need.

use super::{Requirement, calls::Call};
use crate::{
    Effect, Host, Stop, abi,
    constitution::{self, Terms},
    effect::{Guard, effect},
    members::{self, Electorate},
};
use alloy_sol_types::SolError;
use althing_contracts::{
    IGovernance::{InvalidProposalCall, Kind, NotAContract, NotGoverned, RuleImpossible, ValueNotAccepted},
    is_system,
};
use althing_primitives::{Bytes, U256};

/// Gas a governed call gets where the proposer says nothing.
const GOVERNED_CALL_GAS: u64 = 300_000;
/// Gas any other call gets.
const APPLICATION_CALL_GAS: u64 = 1_000_000;
/// Bits of a call's value in storage.
const VALUE_BITS: usize = 96;

/// What a proposal of these calls needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Review {
    pub(super) requirement: Requirement,
    /// Gas for the calls.
    pub(super) execution_gas: u64,
    /// The electorate's.
    pub(super) version: u64,
}

/// Checks every call and takes the strictest of their rules.
pub(super) fn review(host: &mut dyn Host, calls: &[Call], terms: Terms, insecure: bool) -> Result<Review, Stop> {
    let electorate = electorate(host)?;
    let mut strictest: Option<Requirement> = None;
    let mut execution_gas = 0;
    for (index, call) in calls.iter().enumerate() {
        let effect = check(host, call, insecure).map_err(|stop| refused(index, stop))?;
        let requirement = requirement(host, call, effect, electorate, terms)?;
        strictest = Some(strictest.map_or(requirement, |other| other.strictest(requirement)));
        execution_gas += if effect.is_some() { GOVERNED_CALL_GAS } else { APPLICATION_CALL_GAS };
    }
    let requirement = strictest.ok_or_else(|| Stop::Revert(Bytes::new()))?;
    Ok(Review { requirement, execution_gas, version: electorate.version })
}

/// Numbers of members fit two bytes wherever they are kept.
fn electorate(host: &mut dyn Host) -> Result<Electorate, Stop> {
    let electorate = members::electorate(host)?;
    match electorate.total > u32::from(u16::MAX) {
        true => {
            let (threshold, members) = (U256::from(u16::MAX), U256::from(electorate.total));
            Err(Stop::revert(RuleImpossible { threshold, members }))
        }
        false => Ok(electorate),
    }
}

/// What a governed call does; `None` for a call of an application.
fn check(host: &mut dyn Host, call: &Call, insecure: bool) -> Result<Option<Effect>, Stop> {
    if call.value.bit_len() > VALUE_BITS {
        return Err(Stop::revert(ValueNotAccepted {}));
    }
    if is_system(&call.target) {
        return governed(host, call, insecure).map(Some);
    }
    // A call without an effect that everybody voted for helps nobody.
    if !call.data.is_empty() && !host.has_code(call.target)? {
        return Err(Stop::revert(NotAContract { account: call.target }));
    }
    Ok(None)
}

fn governed(host: &mut dyn Host, call: &Call, insecure: bool) -> Result<Effect, Stop> {
    if !call.value.is_zero() {
        return Err(Stop::revert(ValueNotAccepted {}));
    }
    let error = NotGoverned { target: call.target, selector: abi::selector(&call.data) };
    if !constitution::is_governed(error.target, error.selector) {
        return Err(Stop::revert(error));
    }
    effect(host, call.target, &call.data, insecure)?.ok_or_else(|| Stop::revert(error))
}

/// An automatic rule is for operators; a proposal for the same goes by the default rule.
fn requirement(
    host: &mut dyn Host,
    call: &Call,
    effect: Option<Effect>,
    electorate: Electorate,
    terms: Terms,
) -> Result<Requirement, Stop> {
    let mut rule = constitution::rule(host, call.target, abi::selector(&call.data))?;
    if rule.kind == Kind::Automatic {
        rule = constitution::default_rule(host)?;
    }
    let requirement = Requirement::of(&rule, electorate, terms.execution_window);
    match effect.map_or(Guard::None, |effect| effect.guard) {
        Guard::None => Ok(requirement),
        guard => Ok(requirement.with_floor(&constitution::floor(host)?, guard, electorate.suspended)),
    }
}

fn refused(index: usize, stop: Stop) -> Stop {
    match stop {
        Stop::Revert(reason) => {
            Stop::Revert(InvalidProposalCall { index: U256::from(index), reason }.abi_encode().into())
        }
        stop => stop,
    }
}
