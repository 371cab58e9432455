use althing_consensus::{Committee, Pace, Pacing, Peer, PublicKey, Standing, is_change_pending};
use althing_primitives::{Block, Transaction, consensus::Transaction as _};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// What a toy's state says of its network, and what its transactions change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    /// The validators; in force from the next epoch on.
    pub seats: Vec<PublicKey>,
    /// Nodes that follow.
    pub followers: Vec<PublicKey>,
    /// The pace; in force from the next block on.
    pub pacing: Pacing,
    /// Height of the last change of the seats, 0 if there was none.
    pub changed_at: u64,
}

/// A change that a toy's transaction makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These are the validators.
    Seats(Vec<PublicKey>),
    /// These follow.
    Followers(Vec<PublicKey>),
    /// Milliseconds between blocks under load.
    BlockTime(u64),
}

const SEATS: u8 = 1;
const FOLLOWERS: u8 = 2;
const BLOCK_TIME: u8 = 3;

impl Change {
    /// The input of the transaction that makes the change.
    pub fn encode(&self) -> Vec<u8> {
        let keys = |tag: u8, keys: &[PublicKey]| [vec![tag], keys.concat()].concat();
        match self {
            Self::Seats(seats) => keys(SEATS, seats),
            Self::Followers(followers) => keys(FOLLOWERS, followers),
            Self::BlockTime(time_ms) => [&[BLOCK_TIME][..], &time_ms.to_be_bytes()].concat(),
        }
    }

    /// `None` for a transaction that changes nothing.
    fn decode(input: &[u8]) -> Option<Self> {
        let (tag, rest) = input.split_first()?;
        let keys = || rest.as_chunks::<32>().0.to_vec();
        match *tag {
            SEATS => Some(Self::Seats(keys())),
            FOLLOWERS => Some(Self::Followers(keys())),
            BLOCK_TIME => Some(Self::BlockTime(u64::from_be_bytes(rest.try_into().ok()?))),
            _ => None,
        }
    }
}

impl Registry {
    /// The registry after a block.
    pub(crate) fn after(self: &Arc<Self>, block: &Block) -> Arc<Self> {
        let change = |transaction: &Transaction| Change::decode(transaction.input());
        let mut registry = self.clone();
        for change in block.body.transactions.iter().filter_map(change) {
            let next = Arc::make_mut(&mut registry);
            match change {
                Change::Seats(seats) => (next.seats, next.changed_at) = (seats, block.number()),
                Change::Followers(followers) => next.followers = followers,
                Change::BlockTime(time_ms) => next.pacing.block_time = Duration::from_millis(time_ms),
            }
        }
        registry
    }

    pub(crate) const fn pace(&self, parent: u64, epoch_length: u64) -> Pace {
        Pace { pacing: self.pacing, pending: is_change_pending(self.changed_at, parent, epoch_length) }
    }
}

/// The registries of the committed heights.
pub(crate) struct Registries {
    epoch_length: u64,
    by_height: BTreeMap<u64, Arc<Registry>>,
}

impl Registries {
    pub(crate) fn new(epoch_length: u64, genesis: Arc<Registry>) -> Self {
        Self { epoch_length, by_height: BTreeMap::from([(0, genesis)]) }
    }

    pub(crate) const fn epoch_length(&self) -> u64 {
        self.epoch_length
    }

    pub(crate) fn commit(&mut self, height: u64, registry: Arc<Registry>) {
        if *self.head() != registry {
            self.by_height.insert(height, registry);
        }
    }

    fn head(&self) -> &Arc<Registry> {
        self.by_height.last_key_value().expect("the genesis has one").1
    }

    /// The seats that decide an epoch, if the chain is as far.
    fn seats(&self, epoch: u64, head: u64) -> Option<&[PublicKey]> {
        let decides = (epoch * self.epoch_length).saturating_sub(1);
        let registry = self.by_height.range(..=decides).next_back().expect("the genesis has one").1;
        (decides <= head).then_some(&registry.seats)
    }

    pub(crate) fn committee(&self, epoch: u64, head: u64) -> Option<Committee> {
        Some(Committee::new(self.seats(epoch, head)?.to_vec()).expect("a test's own seats"))
    }

    /// Whom to be connected to in an epoch.
    pub(crate) fn peers(&self, epoch: u64, head: u64) -> Vec<Peer> {
        let mut peers: BTreeMap<PublicKey, Standing> = BTreeMap::new();
        peers.extend(self.head().followers.iter().map(|key| (*key, Standing::Follower)));
        let seats = [epoch.saturating_sub(1), epoch].into_iter().filter_map(|epoch| self.seats(epoch, head));
        for key in seats.flatten().chain(&self.head().seats) {
            peers.insert(*key, Standing::Validator);
        }
        let peer = |(public_key, standing)| Peer { public_key, address: String::new(), standing };
        peers.into_iter().map(peer).collect()
    }
}
