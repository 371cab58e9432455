//! Every function of `IAccess`.

use super::{
    grants::{self, Disclosure},
    policy, sessions,
};
use crate::{
    Host, Message, Stop,
    abi::{self, answer},
    effect::Effect,
    proposals,
};
use althing_contracts::IAccess::{self, IAccessCalls as Call};
use althing_primitives::{Bytes, U256};

/// A call of Access.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    let call = abi::call::<Call>(host, message)?;
    let Some(effect) = effect_of(host, &call)? else { return own(host, message, call) };
    proposals::authority(host, message, effect)?;
    let answer = governed(host, message, call)?;
    if effect.sensitive {
        proposals::drop_open(host)?;
    }
    Ok(answer)
}

/// What a call of a governed function means; `None` for other functions.
pub(crate) fn effect(host: &mut dyn Host, input: &[u8]) -> Result<Option<Effect>, Stop> {
    let call = abi::parse::<Call>(host, input)?;
    effect_of(host, &call)
}

fn effect_of(host: &mut dyn Host, call: &Call) -> Result<Option<Effect>, Stop> {
    Ok(match call {
        Call::setReadPolicy(call) => {
            let loosening = (call.policy as u8) < (policy::load(host)? as u8);
            Some(Effect::loosening_if(loosening).sensitive())
        }
        Call::setContractVisibility(call) => Some(Effect::loosening_if(call.visible)),
        Call::grantDisclosure(call) => {
            disclosure(call).check()?;
            Some(Effect::loosening_if(true))
        }
        Call::revokeDisclosure(_) | Call::revokeSessionsOf(_) => Some(Effect::PLAIN),
        _ => None,
    })
}

fn disclosure(call: &IAccess::grantDisclosureCall) -> Disclosure {
    let (from, until) = (call.from.to(), call.until.to());
    Disclosure { auditor: call.auditor, subject: call.subject, from, until }
}

fn governed(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<Bytes, Stop> {
    let now = message.block.timestamp;
    match call {
        Call::setReadPolicy(call) => policy::set_read_policy(host, call.policy)?,
        Call::setContractVisibility(call) => policy::set_visible(host, call.target, call.visible)?,
        Call::grantDisclosure(call) => return Ok(answer(&grants::give(host, disclosure(&call), now)?)),
        Call::revokeDisclosure(call) => grants::revoke(host, call.id)?,
        Call::revokeSessionsOf(call) => sessions::revoke(host, call.account, call.before.to(), now)?,
        _ => return Err(Stop::Broken("a function is governed that is not".to_owned())),
    }
    Ok(Bytes::new())
}

/// Functions of anybody, and views.
fn own(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<Bytes, Stop> {
    Ok(match call {
        Call::revokeSessions(_) => {
            let now = message.block.timestamp;
            sessions::revoke(host, message.caller, now, now)?;
            Bytes::new()
        }
        Call::readPolicy(_) => answer(&U256::from(policy::load(host)? as u8)),
        Call::isVisible(call) => answer(&policy::load_visible(host, call.target)?),
        Call::grant(call) => answer(&grants::load(host, call.id)?),
        Call::grantCount(_) => answer(&U256::from(grants::count(host)?)),
        Call::isGranted(call) => answer(&grants::holds(host, call.id, call.timepoint.to())?),
        Call::sessionWatermark(call) => answer(&U256::from(sessions::load(host, call.account)?)),
        _ => return Err(Stop::Broken("a function of Access has no code".to_owned())),
    })
}
