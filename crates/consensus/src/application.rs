use crate::{Committee, Evidence, Pace, PublicKey, Timeouts};
use althing_primitives::{Block, BlockHash, Bytes};
use std::{fmt, sync::Arc};
use thiserror::Error;
use tokio::sync::{mpsc, watch};

/// What the chain does for consensus: build, execute, commit.
///
/// Synchronous and clock-free. Consensus calls it from blocking threads, one call of `build`,
/// `execute` or `commit` at a time; it paces blocks itself. A call is never cancelled, but its
/// result may go unused (the view ended); a restart forgets every block that was not committed.
/// An [`ApplicationError`] means this node is broken, never that a peer is: the node stops.
pub trait Application: Send + Sync + 'static {
    /// Makes a block on `parent`, which was executed before, and keeps its outcome as an
    /// unfinalized layer. Called by this node's proposer.
    ///
    /// # Errors
    /// The node is broken.
    fn build(&self, parent: &Arc<Block>, slot: &Slot) -> Result<Arc<Block>, ApplicationError>;

    /// Checks and executes a block whose parent was executed before, and keeps its outcome as an
    /// unfinalized layer. Idempotent. Its place in the consensus (epoch, view, proposer, clock,
    /// empty blocks) is checked by the caller.
    ///
    /// # Errors
    /// The node is broken. A bad block is a [`Verdict::Invalid`].
    fn execute(&self, block: &Arc<Block>) -> Result<Verdict, ApplicationError>;

    /// Whether the block was executed: the head or an unfinalized layer.
    fn is_executed(&self, hash: &BlockHash) -> bool;

    /// Makes a final block the head; it is durable in the ledger and was executed. Called in
    /// height order, at least once a height: a height at or below the head is ignored.
    ///
    /// # Errors
    /// The node is broken.
    fn commit(&self, block: &Arc<Block>) -> Result<(), ApplicationError>;

    /// Height of the head, where [`Self::commit`] goes on after a start.
    fn head(&self) -> u64;

    /// Whether transactions wait that a block on this parent could include.
    fn has_work(&self, parent: &BlockHash) -> bool;

    /// Takes transactions gossiped by a peer, on a blocking thread, one batch at a time. Bad ones
    /// are dropped silently.
    fn receive_transactions(&self, transactions: Vec<Bytes>);

    /// When a block may follow an executed one. `None` where its state is not known here (any
    /// more). Asked once a proposal and once a verification: cheap.
    fn pace(&self, parent: &BlockHash) -> Option<Pace>;

    /// The validators of an epoch. `None` while the block that decides it is not committed.
    fn committee(&self, epoch: u64) -> Option<Committee>;

    /// When a leader is given up during an epoch. `None` as for [`Self::committee`].
    fn timeouts(&self, epoch: u64) -> Option<Timeouts>;

    /// Every node this one should be connected to while it is in `epoch`: the validators of it and
    /// of the epoch before, and every node registered at the head. Asked after each commit, where
    /// mostly nothing has changed: cheap.
    fn peers(&self, epoch: u64) -> Vec<Peer>;

    /// Takes news for health, metrics and logs. Must not block.
    fn report(&self, event: Event);
}

/// Where a new block stands and what bounds it.
#[derive(Clone)]
pub struct Slot {
    /// Consensus epoch.
    pub epoch: u64,
    /// View within the epoch.
    pub view: u64,
    /// View of the parent.
    pub parent_view: u64,
    /// Block time in milliseconds since 1970, above the parent's.
    pub time_ms: u64,
    /// Consensus key of the proposer, for `parentBeaconBlockRoot`.
    pub proposer: PublicKey,
    /// Largest encoded block (as the ledger encodes it) in bytes.
    pub block_bytes_max: usize,
    /// Turns true when the time for executing is over; the builder then stops adding transactions.
    pub out_of_time: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("epoch", &self.epoch)
            .field("view", &self.view)
            .field("parent_view", &self.parent_view)
            .field("time_ms", &self.time_ms)
            .finish_non_exhaustive()
    }
}

/// What execution says about a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every validator accepts it.
    Valid,
    /// Every validator refuses it, for this reason (without addresses or values).
    Invalid(String),
}

/// The application cannot go on: disk, a broken invariant. The node stops.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct ApplicationError(pub String);

/// News from consensus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The quorum finalized this height; the block itself may still be on its way.
    Finalized {
        /// Height.
        number: u64,
        /// Epoch of the finalization.
        epoch: u64,
        /// View of the finalization.
        view: u64,
    },
    /// This node entered an epoch, as a validator or not.
    Epoch {
        /// Which.
        epoch: u64,
        /// Whether it votes.
        validator: bool,
    },
    /// A view ended without a block: idle, or a leader was silent, slow or wrong.
    Nullified {
        /// Epoch.
        epoch: u64,
        /// View.
        view: u64,
    },
    /// A validator signed two conflicting votes; checked.
    Equivocation(Evidence),
}

/// Another node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its key.
    pub public_key: PublicKey,
    /// Where to reach it: `host:port`, resolved at every dial.
    pub address: String,
    /// What it is to the network.
    pub standing: Standing,
}

/// What a node is to the network, which decides who dials whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Votes, has voted or is about to: everybody dials it and keeps its unverified blocks.
    Validator,
    /// Follows: it dials the validators.
    Follower,
}

/// What the rest of the node tells consensus while it runs.
#[derive(Debug)]
pub struct Signals {
    /// Changes when transactions arrive in the pool.
    pub arrivals: watch::Receiver<u64>,
    /// Raw transactions that entered the pool here and go to all peers. Batched within 10 ms.
    pub outgoing: mpsc::Receiver<Vec<Bytes>>,
}
