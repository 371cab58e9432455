use crate::{LedgerError, OpenOptions, Recovery, fs::Fs};
use althing_keys::Keyring;
use althing_primitives::{Address, Block, BlockHash, Bytes, Certificate, Changeset, Header, Receipt, RecoveredBlock};
use std::{path::Path, sync::Arc};

/// The ledger of one data folder; clones share it.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

struct Inner {}

/// The certificate of a block, or the nearest later one with the headers that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateProof {
    /// The certificate.
    pub certificate: Certificate,
    /// Headers of the blocks after the one asked for, up to the certified one; each names the one
    /// before as its parent. Empty if the block asked for is the certified one.
    pub headers: Vec<Header>,
}

/// A sync that was asked for: covers every put before it.
#[must_use = "nothing is durable before `wait` returned"]
pub struct SyncTicket(Ledger);

impl SyncTicket {
    /// Blocks until every put before the ticket is durable. One fdatasync serves all tickets
    /// taken before it began.
    ///
    /// # Errors
    /// The sync failed: the ledger takes no more writes, stop the node.
    pub fn wait(self) -> Result<(), LedgerError> {
        let _ = self.0;
        unimplemented!()
    }
}

#[allow(unused_variables, reason = "skeleton")]
impl Ledger {
    /// Opens or creates the ledger in `dir`, locking it for this process.
    ///
    /// The genesis is the block at height 0.
    ///
    /// # Errors
    /// The folder is locked, belongs to another genesis, is damaged (in [`crate::OpenMode::Strict`]) or
    /// does not read.
    pub fn open(
        fs: Arc<dyn Fs>,
        dir: &Path,
        keyring: Arc<Keyring>,
        genesis: &Block,
        options: OpenOptions,
    ) -> Result<(Self, Recovery), LedgerError> {
        unimplemented!()
    }

    /// Appends a finalized block, which `encoded` is the encoding of. Not durable before a sync.
    /// Does nothing if the height holds this block already.
    ///
    /// # Errors
    /// Another block at that height, or the write failed.
    pub fn put_block(&self, encoded: &Bytes, block: &Arc<Block>) -> Result<(), LedgerError> {
        unimplemented!()
    }

    /// Appends a certificate. Does nothing if the height has one.
    ///
    /// # Errors
    /// The write failed.
    pub fn put_certificate(&self, certificate: &Certificate) -> Result<(), LedgerError> {
        unimplemented!()
    }

    /// Makes every put so far durable: one fdatasync, none if nothing is pending.
    ///
    /// # Errors
    /// As [`SyncTicket::wait`].
    pub fn sync(&self) -> Result<(), LedgerError> {
        self.start_sync().wait()
    }

    /// A ticket for everything put so far, to be waited for on another thread.
    pub fn start_sync(&self) -> SyncTicket {
        SyncTicket(self.clone())
    }

    /// Appends what executing a block gave. Not synced; replay writes it again if lost. Does
    /// nothing if the height has it already.
    ///
    /// # Errors
    /// The write failed.
    pub fn put_derived(
        &self,
        block: &Arc<RecoveredBlock>,
        receipts: &Arc<Vec<Receipt>>,
        changeset: &Changeset,
    ) -> Result<(), LedgerError> {
        unimplemented!()
    }

    /// Makes everything derived so far durable; a checkpoint asks for it before it commits.
    ///
    /// # Errors
    /// The sync failed.
    pub fn sync_derived(&self) -> Result<(), LedgerError> {
        unimplemented!()
    }

    /// The block at a height.
    ///
    /// # Errors
    /// The record is damaged or does not read.
    pub fn block(&self, height: u64) -> Result<Option<Arc<Block>>, LedgerError> {
        unimplemented!()
    }

    /// The encoding of the block at a height, as it was put.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn encoded(&self, height: u64) -> Result<Option<Bytes>, LedgerError> {
        unimplemented!()
    }

    /// The block at a height with its senders (recovered again if they were lost).
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn recovered(&self, height: u64) -> Result<Option<Arc<RecoveredBlock>>, LedgerError> {
        unimplemented!()
    }

    /// The height of a block by hash.
    pub fn number(&self, hash: &BlockHash) -> Option<u64> {
        unimplemented!()
    }

    /// The hash of the block at a height.
    pub fn hash(&self, height: u64) -> Option<BlockHash> {
        unimplemented!()
    }

    /// The senders of the transactions of a block.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn senders(&self, height: u64) -> Result<Option<Vec<Address>>, LedgerError> {
        unimplemented!()
    }

    /// The receipts of a block.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn receipts(&self, height: u64) -> Result<Option<Arc<Vec<Receipt>>>, LedgerError> {
        unimplemented!()
    }

    /// The values a block overwrote.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn changeset(&self, height: u64) -> Result<Option<Changeset>, LedgerError> {
        unimplemented!()
    }

    /// The certificate of exactly this height.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn certificate(&self, height: u64) -> Result<Option<Certificate>, LedgerError> {
        unimplemented!()
    }

    /// The certificate of this height or the nearest later one, with the headers that link them;
    /// `None` if there is none within [`crate::ledger::LINK_HEADERS_MAX`] blocks.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn certificate_from(&self, height: u64) -> Result<Option<CertificateProof>, LedgerError> {
        unimplemented!()
    }

    /// Whether the height has a certificate of its own.
    pub fn has_certificate(&self, height: u64) -> bool {
        unimplemented!()
    }

    /// The highest height with a certificate.
    pub fn last_certificate(&self) -> Option<u64> {
        unimplemented!()
    }

    /// Ranges (inclusive) of heights with certificates that overlap or follow `from`.
    pub fn certificate_ranges_from(&self, from: u64) -> Vec<(u64, u64)> {
        unimplemented!()
    }

    /// The highest height with a block; gaps may lie below.
    pub fn last_height(&self) -> Option<u64> {
        unimplemented!()
    }

    /// The highest height below which no block is missing.
    pub fn contiguous_height(&self) -> u64 {
        unimplemented!()
    }

    /// The highest height up to which everything derived is held.
    pub fn derived_height(&self) -> u64 {
        unimplemented!()
    }

    /// The end of the range of blocks that contains `height`, and the start of the next range.
    pub fn next_gap(&self, height: u64) -> (Option<u64>, Option<u64>) {
        unimplemented!()
    }

    /// Up to `max` missing heights in the gaps between ranges, from `start`.
    pub fn missing_items(&self, start: u64, max: usize) -> Vec<u64> {
        unimplemented!()
    }
}
