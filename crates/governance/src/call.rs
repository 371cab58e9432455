use crate::{Host, Message, Stop, proposals};
use althing_contracts::{GOVERNANCE, IGovernance::UnknownFunction};
use althing_primitives::Bytes;

/// Runs the native code of a system contract. Called by the block executor's precompile provider, only where the code
/// would run in the contract's own name (no delegatecall, callcode or EIP-7702), and for Governance only on messages of
/// its trampoline.
///
/// # Errors
/// The call reverts, runs out of gas, or this machine is broken.
pub fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    match message.contract {
        GOVERNANCE => proposals::call(host, message),
        _ => Err(Stop::revert(UnknownFunction { selector: crate::abi::selector(message.input) })),
    }
}
