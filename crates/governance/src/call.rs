use crate::{Host, Message, Stop, access, allow_list, members, nodes, parameters, proposals, recovery};
use althing_contracts::{
    ACCESS, DEPLOYER_ALLOW_LIST, GOVERNANCE, IGovernance::UnknownFunction, MEMBERS, NODES, PARAMETERS, RECOVERY,
    TRANSACTION_ALLOW_LIST,
};
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
        MEMBERS => members::call(host, message),
        NODES => nodes::call(host, message),
        ACCESS => access::call(host, message),
        PARAMETERS => parameters::call(host, message),
        RECOVERY => recovery::call(host, message),
        DEPLOYER_ALLOW_LIST | TRANSACTION_ALLOW_LIST => allow_list::call(host, message),
        _ => Err(Stop::revert(UnknownFunction { selector: crate::abi::selector(message.input) })),
    }
}
