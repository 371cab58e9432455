//! Contracts every network of ours is born with: where they live, their ABIs, what code they carry.
//!
//! ```text
//!   chainspec presets ──> predeploys() ──> genesis alloc
//!   wallets, tools    ──> the same fixed addresses as on any Ethereum chain
//!   governance, evm   ──> system contracts: ABIs of `solidity/interfaces`, addresses, trampoline
//! ```
//!
//! Data only: no logic, no I/O, nothing secret. The byte codes are the ones deployed on Ethereum's
//! main network (tests prove it by the signature of their deployment transactions or their hash),
//! and the trampoline, which a test compiles again.

mod interfaces;
mod predeploys;
mod system;

pub use interfaces::{
    IAccess, IAllowList, IConstitution, IGovernance, IMembers, INodes, IParameters, IRecovery, ITransactionHook,
};
pub use predeploys::{CREATE2_DEPLOYER_ADDRESS, MULTICALL3_ADDRESS, Predeploy, predeploys};
pub use system::{
    ACCESS, DEPLOYER_ALLOW_LIST, GOVERNANCE, MEMBERS, NODES, PARAMETERS, RECOVERY, SYSTEM_CODE, SYSTEM_CONTRACTS,
    TRAMPOLINE_CODE, TRANSACTION_ALLOW_LIST, is_system, protocol, system_code,
};
