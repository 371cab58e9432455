//! Sessions signed before a moment are void.

use super::layout::WATERMARKS;
use crate::{
    Host, Reader, Stop,
    members::seconds,
    reader::read,
    storage::{Store, address_word},
};
use althing_contracts::{ACCESS as CONTRACT, IAccess};
use althing_primitives::{Address, U256};

/// Sessions of an account that were signed before this moment (seconds since 1970) are void.
///
/// # Errors
/// The state does not read.
pub fn session_watermark<R: Reader>(reader: &R, account: Address) -> Result<u64, R::Error> {
    Ok(read(reader, |host| load(host, account))?.unwrap_or_default())
}

pub(super) fn load(host: &mut dyn Host, account: Address) -> Result<u64, Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(WATERMARKS.at(), address_word(account))?;
    Ok(store.get(slot)?.saturating_to())
}

/// The mark only rises, and not above the present: later sessions are for later revocations.
pub(super) fn revoke(host: &mut dyn Host, account: Address, before: u64, now: u64) -> Result<(), Stop> {
    if before > now {
        return Err(Stop::revert(IAccess::PeriodNotAllowed {}));
    }
    let mark = load(host, account)?.max(before);
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(WATERMARKS.at(), address_word(account))?;
    store.set(slot, U256::from(mark))?;
    super::emit(host, &IAccess::SessionsRevoked { account, before: seconds(mark) })
}
