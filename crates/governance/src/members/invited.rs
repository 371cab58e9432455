//! The one call of those who are invited: they acknowledge the constitution.

use super::{account, electorate::Account, record};
use crate::{Host, Reader, Stop, reader::read, storage::Store};
use alloy_sol_types::SolCall;
use althing_contracts::{
    IMembers::{Status, acknowledgeCall},
    MEMBERS as CONTRACT,
};
use althing_primitives::Address;

/// Whether an account is the first one of an organisation that is invited, and so may become a member by
/// acknowledging the constitution.
///
/// # Errors
/// The state does not read.
pub fn is_invited<R: Reader>(reader: &R, account: Address) -> Result<bool, R::Error> {
    Ok(read(reader, |host| invited(host, account))?.unwrap_or_default())
}

/// Whether a transaction acknowledges the constitution and does nothing else.
pub fn is_acknowledgement(to: Option<Address>, input: &[u8]) -> bool {
    to == Some(CONTRACT) && input.len() == ACKNOWLEDGEMENT_BYTES && input.starts_with(&acknowledgeCall::SELECTOR)
}

/// A selector and a hash.
const ACKNOWLEDGEMENT_BYTES: usize = 4 + 32;

fn invited(host: &mut dyn Host, address: Address) -> Result<bool, Stop> {
    let Some(Account { member, .. }) = account(host, address)? else { return Ok(false) };
    let store = &mut Store::new(host, CONTRACT);
    let (slot, head) = record::known(store, member)?;
    Ok(head.status == Status::Invited && record::first_account(store, slot)? == address)
}
