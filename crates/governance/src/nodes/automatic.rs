//! A member adds followers without a proposal, where the rule of `addFollower` says so.

use super::{operation::check_operator, registration::followers_of};
use crate::{Effect, Host, Message, Stop, constitution, proposals};
use alloy_sol_types::SolCall;
use althing_contracts::{
    IGovernance::Kind,
    INodes::{self, addFollowerCall},
    NODES as CONTRACT,
};

/// Refuses who is no operator of the member, and a member that has as many followers as the rule lets it.
pub(super) fn check(host: &mut dyn Host, message: &Message<'_>, member: u32) -> Result<(), Stop> {
    let rule = constitution::rule(host, CONTRACT, addFollowerCall::SELECTOR.into())?;
    if rule.kind != Kind::Automatic {
        return proposals::authority(host, message, Effect::PLAIN);
    }
    check_operator(host, message.caller, member)?;
    match followers_of(host, member)? < u64::from(rule.threshold) {
        true => Ok(()),
        false => Err(Stop::revert(INodes::TooManyFollowers { member })),
    }
}
