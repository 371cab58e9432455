//! The consensus engine over the simulator's runtime and network, compiled once.
//!
//! The engine takes minutes to compile for a runtime; scenarios, chains and hostile nodes change
//! more often than it does. Hence this crate holds the one place where it meets the deterministic
//! runtime, and nothing else. For tests only.

mod start;
mod wire;

pub use start::{SimulatedNetwork, start};
pub use wire::{Inlet, Only, Port, Rule, Unchanged};
