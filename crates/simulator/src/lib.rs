//! Whole clusters in one thread, by seed: the real consensus over a simulated network, clock and disk.
//!
//! ```text
//!   tests ──► Cluster ── start, kill, partition, submit ──► nodes 0..n
//!                │                                           │ simulator-engine (deterministic runtime)
//!                └─ check: one block and state a height      │ ledger over MemFs (crashes lose what is unsynced)
//!                                                            └ Machine: the toy, or the real chain
//! ```
//!
//! For tests only, outside the trust boundary. The same seed gives the same run, event by event.

mod account;
mod cluster;
mod hostile;
mod journals;
mod machine;
mod real;
mod registry;
mod scenario;
mod simulate;
mod toy;

pub use account::{Account, Proposal};
pub use althing_simulator_engine::Rule;
pub use cluster::{Cluster, Role, Setup};
pub use hostile::{Hostile, Spoil, Way, WrongBody};
pub use journals::JournalBytes;
pub use machine::{CHAIN_ID, Disk, Kind, Machine, Opened, START_S, World, open_ledger};
pub use registry::{Change, Registry};
pub use scenario::{Dice, Scenario};
pub use simulate::{seeds, simulate, simulate_power_cut};
pub use toy::Toy;
