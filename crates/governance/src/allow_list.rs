//! Who may send transactions, who may deploy contracts: Subnet-EVM's allow-lists.

use crate::{
    Host, Message, Reader, Stop,
    abi::{self, answer},
    effect::Effect,
    layout::Field,
    proposals,
    reader::read,
    storage::{Store, address_word},
};
use alloy_sol_types::SolEvent;
use althing_contracts::{
    DEPLOYER_ALLOW_LIST, GOVERNANCE,
    IAllowList::{self, IAllowListCalls as Call},
    TRANSACTION_ALLOW_LIST,
};
use althing_primitives::{Address, Bytes, U256};

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

/// A call of one of the lists.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    let call = abi::call::<Call>(host, message)?;
    let list = message.contract;
    if let Call::readAllowList(call) = &call {
        return Ok(answer(&U256::from(role(&mut Store::new(host, list), call.addr)? as u8)));
    }
    let Some((account, after)) = change_of(&call) else {
        return Err(Stop::Broken("a function of the allow-lists has no code".to_owned()));
    };
    let before = role(&mut Store::new(host, list), account)?;
    check_caller(host, message, before, after)?;
    set_role(host, list, account, after)?;
    let (role, old) = (U256::from(after as u8), U256::from(before as u8));
    let event = IAllowList::RoleSet { role, account, sender: message.caller, oldRole: old };
    host.log(list, event.encode_log_data())?;
    Ok(Bytes::new())
}

/// What a call means when Governance makes it; `None` for the view.
pub(crate) fn effect(host: &mut dyn Host, input: &[u8]) -> Result<Option<Effect>, Stop> {
    let call = abi::parse::<Call>(host, input)?;
    Ok(change_of(&call).map(|_| Effect::PLAIN))
}

/// The account whose role a call sets, and to what.
fn change_of(call: &Call) -> Option<(Address, Role)> {
    match call {
        Call::setAdmin(call) => Some((call.addr, Role::Admin)),
        Call::setEnabled(call) => Some((call.addr, Role::Enabled)),
        Call::setManager(call) => Some((call.addr, Role::Manager)),
        Call::setNone(call) => Some((call.addr, Role::None)),
        Call::readAllowList(_) => None,
    }
}

/// Subnet-EVM: an Admin sets all, a Manager changes None to Enabled and back. Governance is an Admin.
fn check_caller(host: &mut dyn Host, message: &Message<'_>, before: Role, after: Role) -> Result<(), Stop> {
    let caller = message.caller;
    if caller == GOVERNANCE {
        return proposals::authority(host, message, Effect::PLAIN);
    }
    let simple = |role: Role| matches!(role, Role::None | Role::Enabled);
    match role(&mut Store::new(host, message.contract), caller)? {
        Role::Admin => Ok(()),
        Role::Manager if simple(before) && simple(after) => Ok(()),
        _ => Err(Stop::revert(IAllowList::NotAllowed { caller })),
    }
}

/// Writes a role.
pub(crate) fn set_role(host: &mut dyn Host, list: Address, account: Address, role: Role) -> Result<(), Stop> {
    let store = &mut Store::new(host, list);
    let slot = store.entry(ROLES.at(), address_word(account))?;
    store.set(slot, U256::from(role as u8))
}
