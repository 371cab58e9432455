use crate::kv::KvStore;
use althing_keys::Keyring;
use althing_primitives::{B256, BlockNumber, Changeset, Header};
use std::sync::Arc;

/// The ledger, as far as the durable part needs it; the node installs it. Errors are texts for the
/// node's own log.
pub trait BlockSource: Send + Sync + 'static {
    /// The header of a block, and its hash. Called at start.
    ///
    /// # Errors
    /// The ledger does not read.
    fn header(&self, number: BlockNumber) -> Result<Option<(B256, Header)>, String>;

    /// The hash of a block.
    fn hash(&self, number: BlockNumber) -> Option<B256>;

    /// The height of a block.
    fn number(&self, hash: &B256) -> Option<BlockNumber>;

    /// The values a block overwrote, as [`crate::Storage::commit`] returned them.
    ///
    /// # Errors
    /// The ledger does not read.
    fn changeset(&self, number: BlockNumber) -> Result<Option<Changeset>, String>;

    /// The highest height up to which every changeset is held. A checkpoint waits for it.
    fn derived_height(&self) -> BlockNumber;

    /// Makes changesets durable; called before each checkpoint, so that a crash never leaves a
    /// checkpoint whose history is lost.
    ///
    /// # Errors
    /// The ledger does not write.
    fn sync_derived(&self) -> Result<(), String>;
}

/// Who writes checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointMode {
    /// A thread of its own.
    Background,
    /// The committing thread, so that a simulation is the same every time.
    Inline,
}

/// The durable part of a [`crate::Storage`].
#[derive(Clone)]
pub struct Durable {
    /// Where rows go.
    pub store: Arc<dyn KvStore>,
    /// Seals them.
    pub keyring: Arc<Keyring>,
    /// Headers and changesets.
    pub source: Arc<dyn BlockSource>,
    /// Who writes.
    pub mode: CheckpointMode,
}
