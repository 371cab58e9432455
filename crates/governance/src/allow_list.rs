//! Who may send transactions, who may deploy contracts: Subnet-EVM's allow-lists.

use crate::{
    Host, Reader, Stop,
    layout::Field,
    reader::read,
    storage::{Store, address_word},
};
use althing_contracts::{DEPLOYER_ALLOW_LIST, TRANSACTION_ALLOW_LIST};
use althing_primitives::{Address, U256};

const ROLES: Field = Field::new("roles", 0, 0, 32);

/// Everything of `contracts/solidity/layout/AllowListLayout.sol`, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[ROLES];

/// What an account may do on a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Nothing.
    #[default]
    None = 0,
    /// What the list is about.
    Enabled = 1,
    /// That, and change every role.
    Admin = 2,
    /// That, and change None to Enabled and back.
    Manager = 3,
}

impl Role {
    fn from_word(word: U256) -> Self {
        match word.saturating_to::<u64>() {
            1 => Self::Enabled,
            2 => Self::Admin,
            3 => Self::Manager,
            _ => Self::None,
        }
    }
}

/// Role of an account on the list of transaction senders. Where the list is in force
/// ([`crate::Terms::transaction_allow_list`]), only [`Role::None`] may not send.
///
/// # Errors
/// The state does not read.
pub fn sender_role<R: Reader>(reader: &R, account: Address) -> Result<Role, R::Error> {
    reader_role(reader, TRANSACTION_ALLOW_LIST, account)
}

/// Role of an account on the list of deployers. Where the list is in force
/// ([`crate::Terms::deployer_allow_list`]), only [`Role::None`] may not deploy.
///
/// # Errors
/// The state does not read.
pub fn deployer_role<R: Reader>(reader: &R, account: Address) -> Result<Role, R::Error> {
    reader_role(reader, DEPLOYER_ALLOW_LIST, account)
}

fn reader_role<R: Reader>(reader: &R, list: Address, account: Address) -> Result<Role, R::Error> {
    Ok(read(reader, |host| role(&mut Store::new(host, list), account))?.unwrap_or_default())
}

fn role(store: &mut Store<'_>, account: Address) -> Result<Role, Stop> {
    let slot = store.entry(ROLES.at(), address_word(account))?;
    Ok(Role::from_word(store.get(slot)?))
}
