//! The EVM every path runs on, and the system contracts in it.
//!
//! ```text
//!   block, simulation, trace ──> Assembly ──> EVM ──call──> Precompiles ──┬─> a fork's precompiles
//!                                              │                         ├─> Metered host ──> althing_governance::call
//!                                              └─CREATE, CREATE2          └─> neither: the code at the address runs
//!                                                    └─> the deployer allow-list, where it is in force
//! ```
//!
//! Native code runs only by CALL or STATICCALL of the system contract itself: never in another account's
//! name (DELEGATECALL, CALLCODE, EIP-7702), never where a client put other code. What it does costs what the same
//! instructions cost, and a failing frame undoes it.

mod assembly;
mod deploy;
mod host;
mod precompiles;
#[cfg(test)]
mod tests;

pub(crate) use assembly::{Assembly, ChainEvm, Inspect};
pub(crate) use precompiles::{MovedPrecompiles, Native, NativeCode};
