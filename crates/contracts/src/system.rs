//! The system contracts: where they live and what code is there.

use althing_primitives::{Address, Bytes, address, hex};

/// Proposals, ballots, voting rules, the constitution ([`crate::IGovernance`]).
pub const GOVERNANCE: Address = address!("0xC0C0000000000000000000000000000000000001");
/// Members and participants ([`crate::IMembers`]).
pub const MEMBERS: Address = address!("0xC0C0000000000000000000000000000000000002");
/// Nodes and seats ([`crate::INodes`]).
pub const NODES: Address = address!("0xC0C0000000000000000000000000000000000003");
/// Who may read what ([`crate::IAccess`]).
pub const ACCESS: Address = address!("0xC0C0000000000000000000000000000000000004");
/// Gas limit, pace, fees, limits ([`crate::IParameters`]).
pub const PARAMETERS: Address = address!("0xC0C0000000000000000000000000000000000005");
/// Recovery of the ledger secret ([`crate::IRecovery`]).
pub const RECOVERY: Address = address!("0xC0C0000000000000000000000000000000000006");
/// Who may deploy contracts ([`crate::IAllowList`]).
pub const DEPLOYER_ALLOW_LIST: Address = address!("0x0200000000000000000000000000000000000000");
/// Who may send transactions ([`crate::IAllowList`]).
pub const TRANSACTION_ALLOW_LIST: Address = address!("0x0200000000000000000000000000000000000002");

/// Every system contract, ascending.
pub const SYSTEM_CONTRACTS: [Address; 8] =
    [DEPLOYER_ALLOW_LIST, TRANSACTION_ALLOW_LIST, GOVERNANCE, MEMBERS, NODES, ACCESS, PARAMETERS, RECOVERY];

/// Whether a system contract lives there.
pub fn is_system(address: &Address) -> bool {
    SYSTEM_CONTRACTS.contains(address)
}

/// `INVALID`: tools refuse to call an address without code, and nothing but native code shall run there.
pub static SYSTEM_CODE: Bytes = Bytes::from_static(&[0xfe]);

const TRAMPOLINE: [u8; 507] = match hex::const_decode_to_array(include_bytes!("bytecode/trampoline.hex")) {
    Ok(code) => code,
    Err(_) => panic!("the file holds 507 bytes of hexadecimal"),
};

/// [`GOVERNANCE`]'s code, compiled from `solidity/trampoline/Trampoline.yul` by solc 0.8.37 and frozen.
pub static TRAMPOLINE_CODE: Bytes = Bytes::from_static(&TRAMPOLINE);

/// The code in a genesis of a system contract.
pub fn system_code(address: &Address) -> Bytes {
    if *address == GOVERNANCE { TRAMPOLINE_CODE.clone() } else { SYSTEM_CODE.clone() }
}

/// First bytes of what trampoline and native code say to each other; see `Trampoline.yul`.
pub mod protocol {
    /// To native code: caller, value (32 bytes each), calldata.
    pub const DISPATCH: u8 = 0;
    /// To native code: context, success, data: the batch ended.
    pub const SETTLED: u8 = 2;
    /// To native code: context, success, word: the constitution contract answered.
    pub const RESOLVED: u8 = 3;
    /// To native code, inside a simulation: what changed?
    pub const CHANGED: u8 = 4;

    /// Answer: the result.
    pub const RESULT: u8 = 0;
    /// Answer, also the call that runs it: context, reserve, simulate, calls.
    pub const BATCH: u8 = 1;
    /// Answer: context, target, gas, calldata.
    pub const RESOLVE: u8 = 2;
}
