//! What anybody may ask.

use super::{
    accounts, electorate,
    layout::{MEMBER_COUNT, member},
    record::{self, AccountRecord, Head},
};
use crate::{Host, Stop, storage::Store};
use althing_contracts::{IMembers, MEMBERS as CONTRACT};
use althing_primitives::{Address, B256, U256, alloy::aliases::U48};

/// Members in one answer: what fits in a call's gas.
const PAGE_MAX: u32 = 1_000;

pub(super) fn count(host: &mut dyn Host) -> Result<u32, Stop> {
    Ok(MEMBER_COUNT.number(Store::new(host, CONTRACT).get(MEMBER_COUNT.at())?) as u32)
}

pub(super) fn member(host: &mut dyn Host, id: u32) -> Result<IMembers::Member, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, Head { status, class, since, .. }) = record::known(store, id)?;
    let mut word = |field: crate::Field| Ok::<_, Stop>(B256::from(store.get(field.of(slot))?));
    let (key, certificate) = (word(member::ENCRYPTION_KEY)?, word(member::CERTIFICATE)?);
    let acknowledged = word(member::ACKNOWLEDGED)?;
    Ok(IMembers::Member {
        id,
        status,
        class,
        account: record::first_account(store, slot)?,
        name: String::from_utf8_lossy(&store.bytes(member::NAME.of(slot))?).into_owned(),
        encryptionKey: key,
        certificateFingerprint: certificate,
        acknowledged,
        since: seconds(since),
    })
}

pub(super) fn page(host: &mut dyn Host, from: u32, length: u32) -> Result<Vec<IMembers::Member>, Stop> {
    let last = from.saturating_add(length.min(PAGE_MAX)).min(count(host)?.saturating_add(1));
    (from.max(1)..last).map(|id| member(host, id)).collect()
}

pub(super) fn accounts_of(host: &mut dyn Host, id: u32) -> Result<(Vec<Address>, Vec<u8>), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let (slot, _) = record::known(store, id)?;
    let accounts = accounts::list(store, slot)?;
    let roles = accounts.iter().map(|account| Ok(AccountRecord::read(store, *account)?.roles));
    let roles = roles.collect::<Result<_, Stop>>()?;
    Ok((accounts, roles))
}

pub(super) fn is_active(host: &mut dyn Host, account: Address) -> Result<bool, Stop> {
    match electorate::account(host, account)? {
        Some(account) => electorate::is_active(host, account.member),
        None => Ok(false),
    }
}

pub(super) fn is_participant(host: &mut dyn Host, account: Address) -> Result<bool, Stop> {
    match AccountRecord::read(&mut Store::new(host, CONTRACT), account)?.sponsor {
        0 => Ok(false),
        sponsor => electorate::is_active(host, sponsor),
    }
}

/// A time in the past, seconds.
pub(super) fn past(timepoint: U256, now: u64) -> Result<u64, Stop> {
    match u64::try_from(timepoint) {
        Ok(time) if time < now => Ok(time),
        _ => Err(Stop::revert(IMembers::ERC5805FutureLookup { timepoint, clock: seconds(now) })),
    }
}

/// Seconds since 1970 in the 48 bits that ERC-6372 gives them.
pub(crate) fn seconds(time: u64) -> U48 {
    U48::from(time & ((1 << 48) - 1))
}
