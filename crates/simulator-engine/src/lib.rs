//! The consensus engine over the simulator's runtime and network, compiled once.
//!
//! The engine takes minutes to compile for a runtime; scenarios, chains and hostile nodes change
//! more often than it does. Hence this crate holds the one place where it meets the deterministic
//! runtime, and nothing else. For tests only.

mod wire;

pub use wire::{Inlet, Only, Port, Rule, Unchanged};

use althing_consensus::{
    Committee, Config,
    engine::{self, Monitor, Network, Parts},
};
use commonware_cryptography::ed25519::PublicKey;
use commonware_p2p::simulated::{Control, Manager};
use commonware_runtime::{Handle, Spawner as _, deterministic::Context};

/// The network of a simulated node.
pub type SimulatedNetwork = Network<
    Port,
    Inlet,
    Manager<PublicKey, Context>,
    Control<PublicKey, Context>,
    Box<dyn FnMut(u64, &Committee) + Send + Sync>,
>;

/// Starts a node; aborting the handle kills it.
pub fn start(
    context: Context,
    config: Config,
    parts: Parts,
    network: SimulatedNetwork,
    monitor: Monitor,
) -> Handle<Result<(), String>> {
    context.spawn(move |context| engine::run(context, config, parts, network, monitor))
}
