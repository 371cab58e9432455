use althing_primitives::Bytes;
use commonware_actor::{Feedback, Unreliable};
use commonware_cryptography::ed25519::PublicKey;
use commonware_p2p::{CheckedSender, LimitedSender, Recipients, Sender as _, simulated};
use commonware_runtime::{IoBufs, deterministic::Context};
use std::{sync::Arc, time::SystemTime};

/// What a hostile node does to what it sends: anything, by channel.
pub trait Rule: Send + Sync + 'static {
    /// The messages that leave in place of this one.
    fn send(&self, channel: u64, to: Recipients<PublicKey>, message: Bytes) -> Vec<(Recipients<PublicKey>, Bytes)>;
}

/// Sends everything as it is.
pub struct Unchanged;

impl Rule for Unchanged {
    fn send(&self, _: u64, to: Recipients<PublicKey>, message: Bytes) -> Vec<(Recipients<PublicKey>, Bytes)> {
        vec![(to, message)]
    }
}

/// Sends to some peers only: one face of a node that shows two.
pub struct Only(pub Vec<PublicKey>);

impl Rule for Only {
    fn send(&self, _: u64, to: Recipients<PublicKey>, message: Bytes) -> Vec<(Recipients<PublicKey>, Bytes)> {
        let mut to = match to {
            Recipients::All => self.0.clone(),
            Recipients::Some(peers) => peers,
            Recipients::One(peer) => vec![peer],
        };
        to.retain(|peer| self.0.contains(peer));
        vec![(Recipients::Some(to), message)]
    }
}

/// A channel's sender under a rule. One type for every kind of node, so that the engine is
/// compiled once.
#[derive(Clone)]
pub struct Port {
    /// The network's own.
    pub inner: simulated::Sender<PublicKey, Context>,
    /// Which channel it is.
    pub channel: u64,
    /// What happens to what is sent.
    pub rule: Arc<dyn Rule>,
}

/// A send that the quota allows.
pub struct Checked {
    port: Port,
    to: Recipients<PublicKey>,
    allowed: Vec<PublicKey>,
}

impl LimitedSender for Port {
    type PublicKey = PublicKey;
    type Checked<'a> = Checked;

    fn check(&mut self, to: Recipients<PublicKey>) -> Result<Checked, SystemTime> {
        let allowed = self.inner.check(to.clone())?.recipients();
        Ok(Checked { port: self.clone(), to, allowed })
    }
}

impl CheckedSender for Checked {
    type PublicKey = PublicKey;

    fn recipients(&self) -> Vec<PublicKey> {
        self.allowed.clone()
    }

    fn send(mut self, message: impl Into<IoBufs> + Send, priority: bool) -> Unreliable<Feedback> {
        let message: bytes::Bytes = message.into().coalesce().into();
        for (to, message) in self.port.rule.send(self.port.channel, self.to, message.into()) {
            self.port.inner.send(to, message.0, priority);
        }
        Unreliable::new(Feedback::Ok)
    }
}

/// A channel's receiver.
pub type Inlet = simulated::Receiver<PublicKey>;
