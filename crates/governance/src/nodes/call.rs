//! Every function of `INodes`.

use super::{
    automatic, equivocation,
    layout::{FOLLOWERS, VALIDATORS},
    measurements, operation, policy,
    registration::{self, Registration},
    views,
};
use crate::{
    Host, Message, Stop,
    abi::{self, answer},
    effect::Effect,
    proposals,
};
use althing_contracts::{
    GOVERNANCE,
    INodes::{self, INodesCalls as Call},
};
use althing_primitives::{B256, Bytes, U256};

/// A call of Nodes.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    let call = abi::call::<Call>(host, message)?;
    let Some(effect) = effect_of(host, &call)? else { return own(host, message, call) };
    match &call {
        Call::addFollower(call) if message.caller != GOVERNANCE => {
            automatic::check(host, message, call.member)?;
        }
        _ => proposals::authority(host, message, effect)?,
    }
    governed(host, message, call)?;
    if effect.sensitive {
        proposals::drop_open(host)?;
    }
    Ok(Bytes::new())
}

/// What a call of a governed function means; `None` for other functions.
pub(crate) fn effect(host: &mut dyn Host, input: &[u8]) -> Result<Option<Effect>, Stop> {
    let call = abi::parse::<Call>(host, input)?;
    effect_of(host, &call)
}

fn effect_of(host: &mut dyn Host, call: &Call) -> Result<Option<Effect>, Stop> {
    Ok(match call {
        Call::addValidator(call) => {
            validator(call).check(host)?;
            Some(Effect::PLAIN)
        }
        Call::addFollower(call) => {
            follower(call).check(host)?;
            Some(Effect::PLAIN)
        }
        Call::removeValidator(_)
        | Call::suspendValidator(_)
        | Call::reinstateValidator(_)
        | Call::removeNode(_)
        | Call::setSuspendOnEquivocation(_) => Some(Effect::PLAIN),
        Call::addMeasurement(call) => {
            measurements::check(call.measurement)?;
            Some(Effect::loosening_if(true).sensitive())
        }
        Call::removeMeasurement(_) => Some(Effect::SENSITIVE),
        Call::setJoinPolicy(call) => {
            policy::check(&call.policy)?;
            Some(Effect::loosening_if(policy::loosens(host, &call.policy)?))
        }
        _ => None,
    })
}

fn validator(call: &INodes::addValidatorCall) -> Registration {
    Registration { member: call.member, public_key: call.publicKey, host: call.host.clone(), measurement: B256::ZERO }
}

fn follower(call: &INodes::addFollowerCall) -> Registration {
    Registration {
        member: call.member,
        public_key: call.publicKey,
        host: call.host.clone(),
        measurement: call.measurement,
    }
}

fn governed(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<(), Stop> {
    let block = &message.block;
    match call {
        Call::addValidator(call) => registration::add_validator(host, &validator(&call), block),
        Call::removeValidator(call) => registration::remove_validator(host, call.publicKey, block),
        Call::suspendValidator(call) => registration::set_suspended(host, call.publicKey, true, block),
        Call::reinstateValidator(call) => registration::set_suspended(host, call.publicKey, false, block),
        Call::addFollower(call) => registration::add_follower(host, &follower(&call), block),
        Call::removeNode(call) => registration::retire(host, call.publicKey, block.number),
        Call::addMeasurement(call) => measurements::add(host, call.measurement),
        Call::removeMeasurement(call) => measurements::remove(host, call.measurement),
        Call::setJoinPolicy(call) => policy::set(host, &call.policy, block.insecure),
        Call::setSuspendOnEquivocation(call) => policy::set_suspends_on_equivocation(host, call.suspend),
        _ => Err(Stop::Broken("a function is governed that is not".to_owned())),
    }
}

/// Functions of operators and of anybody, and views.
fn own(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<Bytes, Stop> {
    let (caller, block) = (message.caller, &message.block);
    match call {
        Call::rotateKey(call) => operation::rotate_key(host, caller, call.publicKey, call.newPublicKey, block)?,
        Call::setHost(call) => operation::set_host(host, caller, call.publicKey, &call.host, block)?,
        Call::retire(call) => operation::retire(host, caller, call.publicKey, block)?,
        Call::reportEquivocation(call) => equivocation::report(host, &call, block)?,
        view => return self::view(host, view),
    }
    Ok(Bytes::new())
}

fn view(host: &mut dyn Host, call: Call) -> Result<Bytes, Stop> {
    Ok(match call {
        Call::node(call) => answer(&views::node(host, call.publicKey)?),
        Call::validators(_) => answer(&views::list(host, VALIDATORS)?),
        Call::followers(_) => answer(&views::list(host, FOLLOWERS)?),
        Call::nodesOf(call) => answer(&views::of(host, call.member)?),
        Call::measurements(_) => answer(&measurements::list(host)?),
        Call::joinPolicy(_) => answer(&policy::load(host)?),
        Call::suspendOnEquivocation(_) => answer(&policy::suspends_on_equivocation(host)?),
        Call::epochChange(_) => answer(&U256::from(policy::epoch_change(host)?)),
        Call::equivocations(call) => answer(&U256::from(views::equivocations(host, call.publicKey)?)),
        _ => return Err(Stop::Broken("a function of Nodes has no code".to_owned())),
    })
}
