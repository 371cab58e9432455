//! The logic behind the system contracts, over an injected host.
//!
//! ```text
//!   wallet ──call──> Governance's trampoline (EVM code) ──call──> evm's precompile provider ──> call(host, message)
//!                         ▲  │ answer: a result, or calls to make                                     │
//!                         └──┘                                                                        ▼
//!   node, txpool, rpc ──> readers over any state                      Governance, Members, Nodes, Access, ...
//! ```
//!
//! State is in ordinary storage slots, laid out as the Solidity files in `contracts/solidity/layout`
//! say; the layout is frozen. Deterministic: no I/O, no clock, no randomness, no hash-map order. Reads
//! nothing private. Everything a caller sends is hostile until decoded.

mod host;
mod reader;
mod storage;

pub use host::{BlockContext, Host, Message, SlotChange, Stop};
pub use reader::Reader;
