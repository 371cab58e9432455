//! The chain: what happens to a block between consensus, the ledger, the state and the clients.
//!
//! ```text
//!   consensus --build/execute--> evm --> storage.stage --> insert (unfinalized layer)
//!   consensus --commit---------> storage.commit -> ledger.put_derived -> pool -> subscribers
//!   start      --replay--------> execute + commit of what the checkpoint does not cover
//!   import FILE ---------------> execute (any branch) -> ledger (batched sync) -> commit the best
//! ```

mod application;
mod build;
mod commit;
mod execute;
mod import;
mod metrics;
mod network;
mod replay;
mod source;
mod unfinalized;

pub use import::{ImportError, Imported, Importer};
pub use replay::ReplayError;

use crate::clock::Clock;
use althing_chainspec::ChainSpec;
use althing_consensus::{Committee, Evidence};
use althing_evm::Executor;
use althing_keys::Keyring;
use althing_ledger::Ledger;
use althing_primitives::{Address, CommittedBlock};
use althing_storage::Storage;
use althing_txpool::Pool;
use network::Registries;
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::broadcast;
use unfinalized::Unfinalized;

/// Committed blocks a slow subscriber may be behind before it misses some: a minute at full pace.
const SUBSCRIBER_LAG_MAX: usize = 256;

/// Proofs of equivocation kept: one is enough against a validator, and there are no more.
pub const EVIDENCE_MAX: usize = Committee::LEN_MAX;

/// Everything a chain is made of.
#[derive(Clone)]
pub struct Parts {
    /// Rules of the network.
    pub spec: Arc<ChainSpec>,
    /// Executes and builds blocks.
    pub executor: Executor,
    /// State, indexes, history.
    pub storage: Storage,
    /// Blocks and certificates: the truth.
    pub ledger: Ledger,
    /// Seals blocks and draws `prevrandao`.
    pub keyring: Arc<Keyring>,
    /// Transactions that wait.
    pub pool: Pool,
    /// Wall and monotonic time; frozen or simulated in tests.
    pub clock: Arc<dyn Clock>,
    /// Where fees of blocks built here go.
    pub beneficiary: Address,
}

/// The chain of one node. Consensus drives it through [`althing_consensus::Application`].
pub struct Chain {
    parts: Parts,
    unfinalized: Mutex<Unfinalized>,
    registries: Registries,
    evidence: Mutex<Vec<Evidence>>,
    committed: broadcast::Sender<Arc<CommittedBlock>>,
}

impl Chain {
    /// Joins the parts. Call [`Chain::replay`] before anything else.
    pub fn new(parts: Parts) -> Self {
        let (committed, _) = broadcast::channel(SUBSCRIBER_LAG_MAX);
        Self {
            parts,
            unfinalized: Mutex::default(),
            registries: Registries::default(),
            evidence: Mutex::default(),
            committed,
        }
    }

    /// What it is made of.
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Proofs, seen by this node since its start, that a validator signed conflicting votes; for a
    /// transaction to report. At most [`EVIDENCE_MAX`], the first.
    pub fn evidence(&self) -> Vec<Evidence> {
        self.evidence.lock().clone()
    }

    /// Every block committed from now on, in order, after it is durable and readable.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<CommittedBlock>> {
        self.committed.subscribe()
    }

    /// The sending end of [`Chain::subscribe`], for servers that subscribe by client.
    pub const fn committed(&self) -> &broadcast::Sender<Arc<CommittedBlock>> {
        &self.committed
    }
}
