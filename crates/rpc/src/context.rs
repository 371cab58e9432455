use crate::DevSigner;
use althing_chainspec::ChainSpec;
use althing_evm::Executor;
use althing_ledger::Ledger;
use althing_primitives::{B256, Bytes, CommittedBlock};
use althing_storage::Storage;
use althing_txpool::Pool;
use serde::Serialize;
use std::{fmt, sync::Arc};
use tokio::sync::broadcast;

/// What the server answers from. The node makes it once.
pub struct RpcContext {
    /// The chain's rules.
    pub spec: Arc<ChainSpec>,
    /// The state.
    pub storage: Storage,
    /// The blocks.
    pub ledger: Ledger,
    /// Where transactions wait.
    pub pool: Pool,
    /// The EVM.
    pub executor: Executor,
    /// Each block once it is durable, committed and its derived data written: from the block after
    /// `storage.head()` at [`crate::RpcServer::start`] on. A gap is filled from the ledger.
    pub events: broadcast::Receiver<Arc<CommittedBlock>>,
    /// Keys of the published accounts, for insecure networks only; dropped on any other.
    pub accounts: Option<DevSigner>,
    /// Asked for `net_peerCount` and `eth_syncing`.
    pub status: Arc<dyn Fn() -> NodeStatus + Send + Sync>,
    /// Asked for `althing_getEquivocations`.
    pub equivocations: Arc<dyn Fn() -> Vec<Equivocation> + Send + Sync>,
    /// Milliseconds since 1970, for the block a call is simulated in.
    pub now_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// Two conflicting votes of a validator, as the contract of nodes takes them
/// (`reportEquivocation`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Equivocation {
    /// Who signed both.
    pub public_key: B256,
    /// What the first signature is over.
    pub first_message: Bytes,
    /// Ed25519, 64 bytes.
    pub first_signature: Bytes,
    /// What the second signature is over.
    pub second_message: Bytes,
    /// Ed25519, 64 bytes.
    pub second_signature: Bytes,
}

/// What a node says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeStatus {
    /// Nodes it is connected to.
    pub peers: u64,
    /// How far it is, while it is behind.
    pub syncing: Option<SyncProgress>,
}

/// Heights of a node that catches up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncProgress {
    /// Where it started.
    pub starting_block: u64,
    /// Where it is.
    pub current_block: u64,
    /// Where the others are.
    pub highest_block: u64,
}

impl fmt::Debug for RpcContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RpcContext").finish_non_exhaustive()
    }
}
