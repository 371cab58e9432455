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

mod abi;
mod access;
mod allow_list;
mod ballots;
mod call;
mod constitution;
mod effect;
pub mod genesis;
mod host;
mod lane;
mod layout;
mod layouts;
mod members;
mod nodes;
mod parameters;
mod permissions;
mod proposals;
mod reader;
mod recovery;
mod storage;
mod view;

pub use access::{read_policy, session_watermark};
pub use allow_list::{Role, deployer_role, sender_role};
pub use call::call;
pub use constitution::{Constitution, GOVERNED_FUNCTIONS, is_governed};
pub(crate) use effect::Effect;
pub use host::{BlockContext, Host, Message, SlotChange, Stop};
pub use lane::free_lane_gas;
pub use layout::Field;
pub use layouts::LAYOUTS;
pub use members::{is_acknowledgement, is_invited};
pub use nodes::{
    FOLLOWERS_MAX, MEASUREMENTS_MAX, NetworkNode, VALIDATORS_MAX, committee, epoch_change, equivocation, followers,
    is_host_and_port, is_public_key,
};
pub use parameters::{Bound, FORKS, ForkTimes, Terms, fork_times, scheduled_software, terms, timeout_bounds};
pub use permissions::{in_system_lane, is_member_account, may_deploy, may_send, sponsor_of};
pub use reader::Reader;
pub use recovery::key_epoch;
pub use view::view;
