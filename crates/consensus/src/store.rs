//! Marshal's archives over the ledger: a final block is written once.

use althing_consensus_core::{
    SealError, SealedBlock, certificate,
    scheme::{self, Digest, Finalization, Scheme},
};
use althing_ledger::{Ledger, LedgerError};
use commonware_consensus::{marshal::store, types::Height};
use commonware_runtime::{Error as RuntimeError, Handle, Spawner};
use commonware_storage::archive::Identifier;
use std::sync::Arc;
use thiserror::Error;

/// Why an archive fails; marshal then stops, and the node with it.
#[derive(Debug, Error)]
pub(crate) enum StoreError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A block in the ledger is none of ours.
    #[error(transparent)]
    Block(#[from] SealError),
    /// A certificate in the ledger does not decode.
    #[error("the certificate of height {0} does not decode")]
    Certificate(u64),
    /// The sync did not run.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// One of marshal's two archives: blocks or certificates, both in the ledger.
pub(crate) struct Archive<E> {
    context: E,
    ledger: Ledger,
}

impl<E: Spawner> Archive<E> {
    pub(crate) const fn new(context: E, ledger: Ledger) -> Self {
        Self { context, ledger }
    }

    /// Syncs on a blocking thread; both archives' syncs share one fdatasync.
    fn syncing(self) -> (Self, Handle<()>) {
        let ticket = self.ledger.start_sync();
        let job = self.context.child("sync").shared(true).spawn(move |_| async move { ticket.wait() });
        (self, Handle::from_future(async move { job.await?.map_err(|_| RuntimeError::WriteFailed) }))
    }

    async fn synced(self) -> Result<Self, StoreError> {
        let (archive, sync) = self.syncing();
        sync.await?;
        Ok(archive)
    }

    fn height(&self, id: &Identifier<'_, Digest>) -> Option<u64> {
        match id {
            Identifier::Index(height) => Some(*height),
            Identifier::Key(digest) => self.ledger.number(&scheme::hash(digest)),
        }
    }
}

impl<E: Spawner> store::Blocks for Archive<E> {
    type Block = Arc<SealedBlock>;
    type Error = StoreError;

    async fn put(self, _: Digest, block: &Arc<SealedBlock>) -> Result<Self, StoreError> {
        self.ledger.put_block(block.sealed(), block.block())?;
        Ok(self)
    }

    async fn sync(self) -> Result<Self, StoreError> {
        self.synced().await
    }

    async fn start_sync(self) -> Result<(Self, Handle<()>), StoreError> {
        Ok(self.syncing())
    }

    async fn get(&self, id: Identifier<'_, Digest>) -> Result<Option<Arc<SealedBlock>>, StoreError> {
        let Some(height) = self.height(&id) else { return Ok(None) };
        let Some(block) = self.ledger.block(height)? else { return Ok(None) };
        let Some(sealed) = self.ledger.encoded(height)? else { return Ok(None) };
        Ok(Some(Arc::new(SealedBlock::stored(block, sealed)?)))
    }

    async fn prune(self, _: Height) -> Result<Self, StoreError> {
        Ok(self)
    }

    fn missing_items(&self, start: Height, max: usize) -> Vec<Height> {
        self.ledger.missing_items(start.get(), max).into_iter().map(Height::new).collect()
    }

    fn next_gap(&self, height: Height) -> (Option<Height>, Option<Height>) {
        let (end, next) = self.ledger.next_gap(height.get());
        (end.map(Height::new), next.map(Height::new))
    }

    fn last_index(&self) -> Option<Height> {
        self.ledger.last_height().map(Height::new)
    }
}

impl<E: Spawner> store::Certificates for Archive<E> {
    type BlockDigest = Digest;
    type Commitment = Digest;
    type Scheme = Scheme;
    type Error = StoreError;

    async fn put(self, height: Height, _: Digest, finalization: &Finalization) -> Result<Self, StoreError> {
        self.ledger.put_certificate(&certificate::from_finalization(height.get(), finalization))?;
        Ok(self)
    }

    async fn sync(self) -> Result<Self, StoreError> {
        self.synced().await
    }

    async fn start_sync(self) -> Result<(Self, Handle<()>), StoreError> {
        Ok(self.syncing())
    }

    async fn get(&self, id: Identifier<'_, Digest>) -> Result<Option<Finalization>, StoreError> {
        let Some(height) = self.height(&id) else { return Ok(None) };
        let Some(certificate) = self.ledger.certificate(height)? else { return Ok(None) };
        certificate::to_finalization(&certificate).map(Some).ok_or(StoreError::Certificate(height))
    }

    async fn has(&self, height: Height) -> Result<bool, StoreError> {
        Ok(self.ledger.has_certificate(height.get()))
    }

    async fn prune(self, _: Height) -> Result<Self, StoreError> {
        Ok(self)
    }

    fn last_index(&self) -> Option<Height> {
        self.ledger.last_certificate().map(Height::new)
    }

    fn ranges_from(&self, from: Height) -> impl Iterator<Item = (Height, Height)> {
        self.ledger.certificate_ranges_from(from.get()).into_iter().map(|(a, b)| (Height::new(a), Height::new(b)))
    }
}
