use crate::{Inlet, Port};
use althing_consensus::{
    Config, Peer,
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
    Box<dyn FnMut(u64, &[Peer]) + Send + Sync>,
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
