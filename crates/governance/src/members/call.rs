//! Every function of `IMembers`.

use super::{
    accounts, electorate,
    enrolment::{self, Invitation},
    participants, roles, standing, views,
};
use crate::{
    Host, Message, Stop,
    abi::{self, answer},
    effect::Effect,
    proposals,
};
use alloy_sol_types::SolCall;
use althing_contracts::IMembers::{self, IMembersCalls as Call};
use althing_primitives::{Address, Bytes, U256};

/// A call of Members.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    let call = abi::call::<Call>(host, message)?;
    let Some(effect) = effect_of(&call)? else { return own(host, message, call) };
    proposals::authority(host, message, effect)?;
    let answer = governed(host, message, call)?;
    if effect.sensitive {
        proposals::drop_open(host)?;
    }
    Ok(answer)
}

/// What a call of a governed function means; `None` for other functions.
pub(crate) fn effect(host: &mut dyn Host, input: &[u8]) -> Result<Option<Effect>, Stop> {
    effect_of(&abi::parse::<Call>(host, input)?)
}

fn effect_of(call: &Call) -> Result<Option<Effect>, Stop> {
    Ok(match call {
        Call::invite(call) => {
            invitation(call).check()?;
            Some(Effect::SENSITIVE)
        }
        Call::suspend(_) | Call::reinstate(_) => Some(Effect::SENSITIVE),
        Call::remove(_) => Some(Effect::MEMBERSHIP),
        Call::replaceAccount(call) => {
            enrolment::check_account(call.account)?;
            Some(Effect::MEMBERSHIP)
        }
        Call::expelParticipant(_) => Some(Effect::PLAIN),
        _ => None,
    })
}

fn invitation(call: &IMembers::inviteCall) -> Invitation {
    Invitation {
        account: call.account,
        name: call.name.clone(),
        class: call.class,
        encryption_key: call.encryptionKey,
        certificate: call.certificateFingerprint,
    }
}

fn governed(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<Bytes, Stop> {
    let block = &message.block;
    let now = block.timestamp;
    match call {
        Call::invite(call) => return Ok(answer(&enrolment::invite(host, &invitation(&call), now)?)),
        Call::suspend(call) => standing::suspend(host, call.id, now)?,
        Call::reinstate(call) => standing::reinstate(host, call.id, now)?,
        Call::remove(call) => standing::remove(host, call.id, block)?,
        Call::replaceAccount(call) => accounts::replace_first(host, call.id, call.account, now)?,
        Call::expelParticipant(call) => participants::expel(host, call.account)?,
        _ => return Err(Stop::Broken("a function is governed that is not".to_owned())),
    }
    Ok(Bytes::new())
}

/// Functions of a member's own accounts, and views.
fn own(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<Bytes, Stop> {
    let (caller, now) = (message.caller, message.block.timestamp);
    match call {
        Call::acknowledge(call) => enrolment::acknowledge(host, caller, call.constitutionHash, now)?,
        Call::setRoles(call) => {
            check_roles(call.roles)?;
            accounts::set_roles(host, caller, call.account, call.roles, now)?;
        }
        Call::setProfile(call) => {
            accounts::set_profile(host, caller, call.encryptionKey, call.certificateFingerprint)?;
        }
        Call::addParticipant(call) => participants::add(host, caller, call.account)?,
        Call::removeParticipant(call) => participants::remove(host, caller, call.account)?,
        view => return self::view(host, now, view),
    }
    Ok(Bytes::new())
}

fn check_roles(roles: u8) -> Result<(), Stop> {
    if roles & !roles::ALL != 0 {
        let selector = IMembers::setRolesCall::SELECTOR.into();
        return Err(Stop::revert(IMembers::InvalidArguments { selector }));
    }
    Ok(())
}

fn view(host: &mut dyn Host, now: u64, call: Call) -> Result<Bytes, Stop> {
    Ok(match call {
        Call::ADMIN(_) => answer(&U256::from(roles::ADMIN)),
        Call::VOTER(_) => answer(&U256::from(roles::VOTER)),
        Call::OPERATOR(_) => answer(&U256::from(roles::OPERATOR)),
        Call::member(call) => answer(&views::member(host, call.id)?),
        Call::memberOf(call) => {
            let account = electorate::account(host, call.account)?;
            let (id, roles) = account.map_or((0, 0), |account| (account.member, account.roles));
            IMembers::memberOfCall::abi_encode_returns(&IMembers::memberOfReturn { id, roles }).into()
        }
        Call::memberCount(_) => answer(&views::count(host)?),
        Call::members(call) => answer(&views::page(host, call.from, call.count)?),
        Call::activeMembers(_) => active_members(host)?,
        Call::isActive(call) => answer(&views::is_active(host, call.account)?),
        Call::isParticipant(call) => answer(&views::is_participant(host, call.account)?),
        Call::sponsorOf(call) => answer(&electorate::sponsor(host, call.account)?.unwrap_or_default()),
        Call::accountsOf(call) => {
            let (accounts, roles) = views::accounts_of(host, call.id)?;
            IMembers::accountsOfCall::abi_encode_returns(&IMembers::accountsOfReturn { accounts, roles }).into()
        }
        votes => return self::votes(host, now, votes),
    })
}

fn active_members(host: &mut dyn Host) -> Result<Bytes, Stop> {
    let electorate::Electorate { total, classes: [class0, class1], .. } = electorate::electorate(host)?;
    let returned = IMembers::activeMembersReturn { total, class0, class1 };
    Ok(IMembers::activeMembersCall::abi_encode_returns(&returned).into())
}

/// `IVotes` and ERC-6372.
fn votes(host: &mut dyn Host, now: u64, call: Call) -> Result<Bytes, Stop> {
    Ok(match call {
        Call::getVotes(call) => answer(&U256::from(electorate::voter(host, call.account)?.is_some())),
        Call::getPastVotes(call) => {
            let time = views::past(call.timepoint, now)?;
            answer(&U256::from(electorate::votes_at(host, call.account, time)?))
        }
        Call::getPastTotalSupply(call) => {
            let time = views::past(call.timepoint, now)?;
            answer(&U256::from(electorate::total_at(host, time)?))
        }
        Call::delegates(call) => {
            let votes = electorate::voter(host, call.account)?.is_some();
            answer(&if votes { call.account } else { Address::ZERO })
        }
        Call::clock(_) => answer(&U256::from(now)),
        Call::CLOCK_MODE(_) => answer(&"mode=timestamp".to_owned()),
        _ => return Err(Stop::Broken("a function of Members has no code".to_owned())),
    })
}
