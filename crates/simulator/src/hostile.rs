use althing_consensus::{Application, ApplicationError, Committee, Event, Pace, Peer, Slot, Timeouts, Verdict};
use althing_keys::{Keyring, Place};
use althing_ledger::decode_block;
use althing_primitives::{B256, Block, BlockHash, Bytes, Extra, rlp};
use althing_simulator_engine::Rule;
use commonware_cryptography::ed25519::PublicKey;
use commonware_p2p::Recipients;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// How a wrong body travels; the number of the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Way {
    /// To whoever asks for a block.
    Backfill = 3,
    /// To everybody, as a new block.
    Broadcast = 4,
}

/// Sends blocks with the right header and another body, sealed with the network's own key, in one
/// of the ways blocks travel: the first one makes its receivers cut the sender off.
pub struct WrongBody {
    keyring: Arc<Keyring>,
    way: Way,
    sent: AtomicU64,
}

/// Longest frame before a block in a message.
const FRAME_BYTES_MAX: usize = 1024;

impl WrongBody {
    /// With the network's keys, as every validator has them.
    pub fn new(keyring: Arc<Keyring>, way: Way) -> Self {
        Self { keyring, way, sent: AtomicU64::new(0) }
    }

    /// In which way it sends them.
    pub const fn way(&self) -> Way {
        self.way
    }

    /// How many wrong bodies it sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// A block is the end of the message, after its length.
    fn forge(&self, message: &Bytes) -> Option<Bytes> {
        (0..message.len().saturating_sub(4).min(FRAME_BYTES_MAX)).find_map(|at| {
            let length = u32::from_be_bytes(message[at..at + 4].try_into().ok()?) as usize;
            if length != message.len() - at - 4 {
                return None;
            }
            let forged = self.forge_block(&message[at + 4..])?;
            Some([&message[..at + 4], &forged].concat().into())
        })
    }

    /// The same transactions in another order: as long as before.
    fn forge_block(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let block = decode_block(sealed, &self.keyring).ok()?;
        let mut body = block.body.clone();
        body.transactions.reverse();
        if body == block.body {
            return None;
        }
        let public_length = 5 + u32::from_be_bytes(sealed[1..5].try_into().ok()?) as usize;
        let epoch = Extra::decode(&block.header.extra_data).ok()?.epoch;
        let place = Place { height: block.number(), epoch, parent: block.header.parent_hash };
        let public = &sealed[..public_length];
        let forged = self.keyring.seal_block(block.hash(), &place, public, &rlp::encode(&body));
        Some([public, &forged].concat())
    }
}

impl Rule for WrongBody {
    fn send(&self, channel: u64, to: Recipients<PublicKey>, message: Bytes) -> Vec<(Recipients<PublicKey>, Bytes)> {
        let forged = (channel == self.way as u64).then(|| self.forge(&message)).flatten();
        match forged {
            Some(forged) => {
                self.sent.fetch_add(1, Ordering::Relaxed);
                vec![(to, forged)]
            }
            None => vec![(to, message)],
        }
    }
}

/// How a hostile proposer spoils its blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// Another state root.
    StateRoot,
    /// A time this many milliseconds off.
    Clock(i64),
    /// This gas limit, whatever the members voted for; the rest is as it should be.
    GasLimit(u64),
}

/// A chain whose proposer is hostile, and which takes its own blocks for valid.
pub struct Hostile {
    inner: Arc<dyn Application>,
    spoil: Spoil,
    /// Its spoilt blocks, and what they were before.
    own: Mutex<BTreeMap<BlockHash, Arc<Block>>>,
}

impl Hostile {
    /// Spoils what `inner` builds.
    pub fn new(inner: Arc<dyn Application>, spoil: Spoil) -> Self {
        Self { inner, spoil, own: Mutex::default() }
    }

    fn own(&self) -> std::sync::MutexGuard<'_, BTreeMap<BlockHash, Arc<Block>>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Application for Hostile {
    fn build(&self, parent: &Arc<Block>, slot: &Slot) -> Result<Arc<Block>, ApplicationError> {
        let mut slot = slot.clone();
        if let Spoil::Clock(off_ms) = self.spoil {
            slot.time_ms = slot.time_ms.saturating_add_signed(off_ms);
        }
        let sound = self.own().get(&parent.hash()).cloned();
        let block = self.inner.build(sound.as_ref().unwrap_or(parent), &slot)?;
        let mut header = block.header.clone();
        header.parent_hash = parent.hash();
        match self.spoil {
            Spoil::StateRoot => header.state_root = B256::repeat_byte(0xbd),
            Spoil::GasLimit(limit) => header.gas_limit = limit,
            Spoil::Clock(_) => {}
        }
        let spoilt = Arc::new(Block::new(header, block.body.clone()));
        if spoilt.hash() != block.hash() {
            self.own().insert(spoilt.hash(), block);
        }
        Ok(spoilt)
    }

    fn execute(&self, block: &Arc<Block>) -> Result<Verdict, ApplicationError> {
        if self.own().contains_key(&block.header.parent_hash) {
            return Ok(Verdict::Invalid("nobody else builds on a spoilt block".to_owned()));
        }
        self.inner.execute(block)
    }

    fn is_executed(&self, hash: &BlockHash) -> bool {
        self.own().contains_key(hash) || self.inner.is_executed(hash)
    }

    fn commit(&self, block: &Arc<Block>) -> Result<(), ApplicationError> {
        self.inner.commit(block)
    }

    fn head(&self) -> u64 {
        self.inner.head()
    }

    fn has_work(&self, parent: &BlockHash) -> bool {
        self.inner.has_work(parent)
    }

    fn receive_transactions(&self, transactions: Vec<Bytes>) {
        self.inner.receive_transactions(transactions);
    }

    fn pace(&self, parent: &BlockHash) -> Option<Pace> {
        let sound = self.own().get(parent).map(|block| block.hash());
        self.inner.pace(&sound.unwrap_or(*parent))
    }

    fn committee(&self, epoch: u64) -> Option<Committee> {
        self.inner.committee(epoch)
    }

    fn timeouts(&self, epoch: u64) -> Option<Timeouts> {
        self.inner.timeouts(epoch)
    }

    fn peers(&self, epoch: u64) -> Vec<Peer> {
        self.inner.peers(epoch)
    }

    fn report(&self, event: Event) {
        self.inner.report(event);
    }
}
