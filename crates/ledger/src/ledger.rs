use crate::{
    LedgerError, Stream,
    block_codec::decode_block,
    cache::Cache,
    derived_codec::{encode_changeset, encode_receipts, encode_senders},
    fs::Lock,
    index::{Index, Inserted, Position},
    record::{Kind, NewRecord, RecordHeader},
    requests_codec::encode_requests,
    stream::{End, StreamFile},
};
use althing_keys::{Keyring, OpenError, Place, Purpose};
use althing_primitives::{
    B256, Block, Bytes, Certificate, Changeset, Receipt, RecoveredBlock, eips::eip7685::Requests,
};
use parking_lot::{Mutex, RwLock};
use std::sync::Arc;

/// Encoded bytes of the blocks kept decoded, of each kind: minutes of blocks under load, and
/// decoded they take about three times that.
pub(crate) const CACHE_BYTES: usize = 16 << 20;

/// The ledger of one data folder; clones share it.
#[derive(Clone)]
pub struct Ledger(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) index: RwLock<Index>,
    pub(crate) truth: StreamFile,
    pub(crate) derived: StreamFile,
    /// Held from looking into the index to appending, so that nothing is put twice.
    pub(crate) putting: Mutex<()>,
    pub(crate) blocks: Cache<Arc<Block>>,
    pub(crate) recovered: Cache<Arc<RecoveredBlock>>,
    pub(crate) receipts: Cache<Arc<Vec<Receipt>>>,
    pub(crate) _lock: Box<dyn Lock>,
}

/// A sync that was asked for: covers every put before it.
#[must_use = "nothing is durable before `wait` returned"]
pub struct SyncTicket {
    ledger: Ledger,
    end: End,
}

impl SyncTicket {
    /// Blocks until every put before the ticket is durable. One fdatasync serves all tickets
    /// taken before it began.
    ///
    /// # Errors
    /// The sync failed: the ledger takes no more writes, stop the node.
    pub fn wait(self) -> Result<(), LedgerError> {
        self.ledger.0.truth.sync(self.end)
    }
}

impl Ledger {
    /// Appends a finalized block, which `encoded` is the encoding of. Not durable before a sync.
    /// Does nothing if the height holds this block already.
    ///
    /// # Errors
    /// Another block at that height, or the write failed.
    pub fn put_block(&self, encoded: &Bytes, block: &Arc<Block>) -> Result<(), LedgerError> {
        let record = NewRecord { kind: Kind::Block, height: block.number(), hash: block.hash(), payload: encoded };
        self.0.put(&[record])?;
        self.0.blocks.insert(block.number(), block.clone(), encoded.len());
        Ok(())
    }

    /// Appends a certificate. Does nothing if the height has one.
    ///
    /// # Errors
    /// It certifies another block than the one held at that height, or the write failed.
    pub fn put_certificate(&self, certificate: &Certificate) -> Result<(), LedgerError> {
        let payload = encode_certificate(certificate);
        let &Certificate { number, hash, .. } = certificate;
        self.0.put(&[NewRecord { kind: Kind::Certificate, height: number, hash, payload: &payload }])
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
        SyncTicket { ledger: self.clone(), end: self.0.truth.end() }
    }

    /// Appends what executing a block gave: sealed, but for the requests, which anyone may read.
    /// Not synced; replay writes it again if lost. Does nothing if the height has it already.
    ///
    /// # Errors
    /// The block is not held, or the write failed.
    pub fn put_derived(
        &self,
        block: &Arc<RecoveredBlock>,
        receipts: &Arc<Vec<Receipt>>,
        changeset: &Changeset,
        requests: &Requests,
    ) -> Result<(), LedgerError> {
        let (height, hash) = (block.number(), block.hash());
        let encoded_receipts = encode_receipts(receipts);
        let receipt_bytes = encoded_receipts.len();
        let sealed = [
            (Kind::Senders, encode_senders(block.senders())),
            (Kind::Receipts, encoded_receipts),
            (Kind::Changeset, encode_changeset(changeset)),
        ]
        .map(|(kind, plaintext)| (kind, self.0.seal_derived(kind, height, hash, &plaintext)));
        // First, so that what is derived from a block is not complete without them.
        let public = (!requests.is_empty()).then(|| (Kind::Requests, self.0.seal_requests(height, hash, requests)));
        let payloads = public.iter().chain(&sealed);
        let records: Vec<_> =
            payloads.map(|(kind, payload)| NewRecord { kind: *kind, height, hash, payload }).collect();
        self.0.put(&records)?;
        let body_bytes = self.0.index.read().position(Kind::Block, height).map_or(0, |at| at.payload_bytes() as usize);
        self.0.recovered.insert(height, block.clone(), body_bytes);
        self.0.receipts.insert(height, receipts.clone(), receipt_bytes);
        Ok(())
    }

    /// Makes everything derived so far durable, and the blocks it was derived from; a checkpoint
    /// asks for it before it commits.
    ///
    /// # Errors
    /// The sync failed.
    pub fn sync_derived(&self) -> Result<(), LedgerError> {
        self.sync()?;
        self.0.derived.sync(self.0.derived.end())
    }
}

impl Inner {
    /// Appends those of the records (all of one height and stream) that are not there yet.
    fn put(&self, records: &[NewRecord<'_>]) -> Result<(), LedgerError> {
        let _putting = self.putting.lock();
        let mut new = Vec::with_capacity(records.len());
        for record in records {
            match self.index.read().admits(record.kind, record.height, record.hash) {
                Inserted::New => new.push(*record),
                Inserted::Known => {}
                Inserted::Conflict => return Err(LedgerError::Conflict(record.height)),
                Inserted::NoBlock => return Err(LedgerError::NoBlock(record.height)),
            }
        }
        let Some(first) = new.first() else { return Ok(()) };
        let stream = match first.kind.stream() {
            Stream::Truth => &self.truth,
            Stream::Derived => &self.derived,
        };
        self.index_all(&stream.append(&new)?);
        Ok(())
    }

    fn index_all(&self, placed: &[(RecordHeader, Position)]) {
        let mut index = self.index.write();
        for (header, position) in placed {
            index.insert(header, *position);
        }
    }

    fn seal_derived(&self, kind: Kind, height: u64, hash: B256, plaintext: &[u8]) -> Vec<u8> {
        self.keyring.seal(Purpose::Derived, &derived_place(height, hash), &[kind as u8], plaintext)
    }

    pub(crate) fn open_derived(
        &self,
        kind: Kind,
        height: u64,
        hash: B256,
        sealed: &[u8],
    ) -> Result<Vec<u8>, OpenError> {
        self.keyring.open(Purpose::Derived, &derived_place(height, hash), &[kind as u8], sealed)
    }
}

impl Inner {
    fn seal_requests(&self, height: u64, hash: B256, requests: &Requests) -> Vec<u8> {
        let place = derived_place(height, hash);
        encode_requests(requests, |public| self.keyring.seal(Purpose::Derived, &place, &requests_aad(public), &[]))
    }

    pub(crate) fn open_requests(
        &self,
        height: u64,
        hash: B256,
        public: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, OpenError> {
        self.keyring.open(Purpose::Derived, &derived_place(height, hash), &requests_aad(public), sealed)
    }
}

/// The kind comes first, as in every derived record.
fn requests_aad(public: &[u8]) -> Vec<u8> {
    [&[Kind::Requests as u8], public].concat()
}

/// What is derived from a block belongs to that block: its hash stands where a block has its parent's.
const fn derived_place(height: u64, hash: B256) -> Place {
    Place { height, epoch: 0, parent: hash }
}

/// Checks that a record opens: for a scan that verifies everything.
pub(crate) fn verify_record(header: &RecordHeader, payload: &[u8], keyring: &Keyring) -> Result<(), &'static str> {
    match header.kind {
        Kind::Block => {
            let block = decode_block(payload, keyring).map_err(|_| "block does not open")?;
            let same = block.number() == header.height && block.hash() == header.hash;
            if same { Ok(()) } else { Err("another block than its record says") }
        }
        Kind::Certificate => decode_certificate(header.height, header.hash, payload).map(|_| ()).ok_or("certificate"),
        Kind::Senders | Kind::Receipts | Kind::Changeset | Kind::Requests => Ok(()),
    }
}

/// epoch 8 │ view 8 │ the engine's bytes; height and hash are in the record's header. Public.
fn encode_certificate(certificate: &Certificate) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 + certificate.bytes.len());
    out.extend_from_slice(&certificate.epoch.to_be_bytes());
    out.extend_from_slice(&certificate.view.to_be_bytes());
    out.extend_from_slice(&certificate.bytes);
    out
}

pub(crate) fn decode_certificate(number: u64, hash: B256, payload: &[u8]) -> Option<Certificate> {
    let (epoch, rest) = payload.split_first_chunk::<8>()?;
    let (view, bytes) = rest.split_first_chunk::<8>()?;
    let (epoch, view) = (u64::from_be_bytes(*epoch), u64::from_be_bytes(*view));
    Some(Certificate { number, hash, epoch, view, bytes: Bytes::copy_from_slice(bytes) })
}
