use crate::{Host, Stop, constitution};
use althing_contracts::{GOVERNANCE, is_system};
use althing_primitives::Address;

/// What a governed call would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// Needs the floor of the genesis.
    pub(crate) loosening: bool,
    /// Drops all other open proposals.
    pub(crate) sensitive: bool,
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
        _ => Ok(None),
    }
}
