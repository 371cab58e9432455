use crate::{Host, Stop, access, allow_list, constitution, members, nodes, parameters, recovery};
use althing_contracts::{
    ACCESS, DEPLOYER_ALLOW_LIST, GOVERNANCE, MEMBERS, NODES, PARAMETERS, RECOVERY, TRANSACTION_ALLOW_LIST, is_system,
};
use althing_primitives::Address;

/// What of the genesis's floor a call needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Nothing.
    #[default]
    None,
    /// It takes a member's ballot away: time, a veto, and more members than a veto leaves.
    Membership,
    /// All of it.
    Loosening,
}

/// What a governed call would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// What of the genesis's floor it needs.
    pub(crate) guard: Guard,
    /// Drops all other open proposals.
    pub(crate) sensitive: bool,
}

impl Effect {
    pub(crate) const PLAIN: Self = Self { guard: Guard::None, sensitive: false };
    pub(crate) const SENSITIVE: Self = Self { guard: Guard::None, sensitive: true };

    pub(crate) const fn loosening_if(loosening: bool) -> Self {
        Self { guard: if loosening { Guard::Loosening } else { Guard::None }, sensitive: false }
    }

    /// Takes a member's ballot away.
    pub(crate) const MEMBERSHIP: Self = Self { guard: Guard::Membership, sensitive: true };

    /// The same, dropping all other open proposals.
    pub(crate) const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }
}

/// What a call of a system contract would do; `None` if its function is not governed.
///
/// # Errors
/// Its arguments are refused now.
pub(crate) fn effect(
    host: &mut dyn Host,
    contract: Address,
    input: &[u8],
    insecure: bool,
) -> Result<Option<Effect>, Stop> {
    debug_assert!(is_system(&contract), "asked of system contracts alone");
    match contract {
        GOVERNANCE => constitution::effect(host, input, insecure),
        MEMBERS => members::effect(host, input),
        NODES => nodes::effect(host, input),
        ACCESS => access::effect(host, input),
        PARAMETERS => parameters::effect(host, input),
        RECOVERY => recovery::effect(host, input),
        DEPLOYER_ALLOW_LIST | TRANSACTION_ALLOW_LIST => allow_list::effect(host, input),
        _ => Ok(None),
    }
}
