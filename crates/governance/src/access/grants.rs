//! Disclosure to auditors, for a time.

use super::layout::{GRANT_COUNT, GRANTS, grant};
use crate::{
    Field, Host, Stop,
    members::seconds,
    storage::{Store, address_word, word_address},
};
use althing_contracts::{
    ACCESS as CONTRACT,
    IAccess::{self, Grant},
};
use althing_primitives::{Address, U256};

/// Seconds a grant lasts at most: a year and a day.
const PERIOD_MAX: u64 = 366 * 86_400;

/// An auditor, whose data it reads, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Disclosure {
    pub(super) auditor: Address,
    pub(super) subject: Address,
    pub(super) from: u64,
    pub(super) until: u64,
}

impl Disclosure {
    /// What can be said without looking at the state.
    pub(super) fn check(&self) -> Result<(), Stop> {
        let period = self.until.saturating_sub(self.from);
        if self.auditor.is_zero() || period == 0 || period > PERIOD_MAX {
            return Err(Stop::revert(IAccess::PeriodNotAllowed {}));
        }
        Ok(())
    }
}

pub(super) fn give(host: &mut dyn Host, disclosure: Disclosure, now: u64) -> Result<U256, Stop> {
    disclosure.check()?;
    let Disclosure { auditor, subject, from, until } = disclosure;
    if until <= now {
        return Err(Stop::revert(IAccess::PeriodNotAllowed {}));
    }
    let id = count(host)? + 1;
    let store = &mut Store::new(host, CONTRACT);
    let word = store.get(GRANT_COUNT.at())?;
    store.set(GRANT_COUNT.at(), GRANT_COUNT.set(word, U256::from(id)))?;
    let slot = store.entry(GRANTS.at(), U256::from(id))?;
    let word = grant::AUDITOR.set(U256::ZERO, address_word(auditor));
    let word = grant::FROM.set(word, U256::from(from));
    store.set(slot, grant::UNTIL.set(word, U256::from(until)))?;
    store.set(grant::SUBJECT.of(slot), grant::SUBJECT.set(U256::ZERO, address_word(subject)))?;
    let (id, from, until) = (U256::from(id), seconds(from), seconds(until));
    super::emit(host, &IAccess::DisclosureGranted { id, auditor, subject, from, until })?;
    Ok(id)
}

pub(super) fn revoke(host: &mut dyn Host, id: U256) -> Result<(), Stop> {
    let Grant { revoked, .. } = load(host, id)?;
    if revoked {
        return Err(Stop::revert(IAccess::UnknownGrant { id }));
    }
    let store = &mut Store::new(host, CONTRACT);
    let slot = grant::REVOKED.of(store.entry(GRANTS.at(), id)?);
    let word = store.get(slot)?;
    store.set(slot, grant::REVOKED.set(word, U256::from(1)))?;
    super::emit(host, &IAccess::DisclosureRevoked { id })
}

pub(super) fn load(host: &mut dyn Host, id: U256) -> Result<Grant, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(GRANTS.at(), id)?;
    let (first, second) = (store.get(slot)?, store.get(grant::SUBJECT.of(slot))?);
    let address = |field: Field, word: U256| word_address(field.get(word));
    let auditor = address(grant::AUDITOR, first);
    if auditor.is_zero() {
        return Err(Stop::revert(IAccess::UnknownGrant { id }));
    }
    Ok(Grant {
        auditor,
        subject: address(grant::SUBJECT, second),
        from: seconds(grant::FROM.number(first)),
        until: seconds(grant::UNTIL.number(first)),
        revoked: grant::REVOKED.number(second) == 1,
    })
}

pub(super) fn count(host: &mut dyn Host) -> Result<u64, Stop> {
    Ok(GRANT_COUNT.number(Store::new(host, CONTRACT).get(GRANT_COUNT.at())?))
}

/// Whether a grant is in force at a time (seconds).
pub(super) fn holds(host: &mut dyn Host, id: U256, time: u64) -> Result<bool, Stop> {
    let grant = load(host, id)?;
    let (from, until) = (grant.from.to::<u64>(), grant.until.to::<u64>());
    Ok(!grant.revoked && (from..until).contains(&time))
}
