//! What an account may do, for the pool and the block.

use crate::{
    Reader, Role, Stop, allow_list, members,
    parameters::{Terms, terms},
    reader::read,
};
use althing_contracts::is_system;
use althing_primitives::Address;

/// Whether an account belongs to an active member.
///
/// # Errors
/// The state does not read.
pub fn is_member_account<R: Reader>(reader: &R, account: Address) -> Result<bool, R::Error> {
    let active = read(reader, |host| match members::account(host, account)? {
        Some(account) => members::is_active(host, account.member),
        None => Ok::<_, Stop>(false),
    })?;
    Ok(active.unwrap_or_default())
}

/// The active member whose share of the blocks an account uses: its own, or its sponsor.
///
/// # Errors
/// The state does not read.
pub fn sponsor_of<R: Reader>(reader: &R, account: Address) -> Result<Option<u32>, R::Error> {
    Ok(read(reader, |host| members::sponsor(host, account))?.flatten())
}

/// Whether a transaction takes the system lane: an active member calls a system contract.
///
/// # Errors
/// The state does not read.
pub fn in_system_lane<R: Reader>(reader: &R, sender: Address, to: Option<Address>) -> Result<bool, R::Error> {
    Ok(to.is_some_and(|to| is_system(&to)) && is_member_account(reader, sender)?)
}

/// Whether the list of senders allows a transaction. Active members may always call system contracts.
///
/// # Errors
/// The state does not read.
pub fn may_send<R: Reader>(reader: &R, sender: Address, to: Option<Address>) -> Result<bool, R::Error> {
    let Terms { transaction_allow_list, .. } = terms(reader)?;
    Ok(!transaction_allow_list
        || allow_list::sender_role(reader, sender)? != Role::None
        || in_system_lane(reader, sender, to)?)
}

/// Whether the list of deployers allows an account to create contracts. As in Subnet-EVM, the
/// account is the sender of the transaction, however deep the creation.
///
/// # Errors
/// The state does not read.
pub fn may_deploy<R: Reader>(reader: &R, sender: Address) -> Result<bool, R::Error> {
    let Terms { deployer_allow_list, .. } = terms(reader)?;
    Ok(!deployer_allow_list || allow_list::deployer_role(reader, sender)? != Role::None)
}
