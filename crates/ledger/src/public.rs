//! What anyone may check with a copy of the files and no key.

use crate::{
    Damage, Dropped, LedgerError, OpenMode, Stream,
    block_codec::read_public,
    fs::{File, Fs},
    index::Index,
    ledger::decode_certificate,
    record::{HEADER_BYTES, Kind, SegmentHeader},
    recover::{ScanOptions, Segments, scan_stream},
    requests_codec::{are_requests_of, has_requests, read_requests},
    stream::{Network, Place, read_record},
};
use althing_primitives::{BlockHash, Certificate, Header, eips::eip7685::Requests};
use std::{path::Path, sync::Arc};

/// The public sections of a ledger: read without lock or key, also while a node writes.
pub struct PublicLedger {
    truth: Scanned,
    derived: Scanned,
    index: Index,
}

/// A stream's files, and where reading them ended early.
struct Scanned {
    place: Place,
    segments: Segments,
    dropped: Option<Dropped>,
}

/// The public section of a block, with its certificate if it has one of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicBlock {
    /// keccak256 of the header's RLP.
    pub hash: BlockHash,
    /// The header.
    pub header: Header,
    /// Not checked here: `consensus` knows how.
    pub certificate: Option<Certificate>,
}

impl PublicLedger {
    /// Scans the ledger in `dir`, verifying every checksum of truth. Changes nothing; an
    /// incomplete last record is left out.
    ///
    /// # Errors
    /// No ledger is there, a complete record is damaged, or the files do not read.
    pub fn open(fs: Arc<dyn Fs>, dir: &Path) -> Result<Self, LedgerError> {
        let unknown = Network { chain_id: 0, genesis: BlockHash::ZERO };
        let mut truth = Place::new(&fs, dir, Stream::Truth, unknown);
        truth.network = read_network(fs.as_ref(), &truth)?;
        let derived = Place::new(&fs, dir, Stream::Derived, truth.network);
        let mut index = Index::new();
        let scan = ScanOptions { mode: OpenMode::Strict, checked_bytes: u64::MAX, verify: None, repair: false };
        let truth = Scanned::new(truth, &scan, &mut index)?;
        // What is derived is checked when read; a place that does not read ends what there is.
        let scan = ScanOptions { mode: OpenMode::Heal, checked_bytes: 0, ..scan };
        let derived = Scanned::new(derived, &scan, &mut index)?;
        Ok(Self { truth, derived, index })
    }

    /// Chain id the files name.
    pub const fn chain_id(&self) -> u64 {
        self.truth.place.network.chain_id
    }

    /// Genesis hash the files name.
    pub const fn genesis(&self) -> BlockHash {
        self.truth.place.network.genesis
    }

    /// The highest height below which no block is missing; `None` without the genesis.
    pub fn contiguous_height(&self) -> Option<u64> {
        self.index.contiguous()
    }

    /// The highest height with a block.
    pub fn last_height(&self) -> Option<u64> {
        self.index.block_ranges.last()
    }

    /// Where blocks or certificates end within a record: the files were cut, or a node writes now.
    pub const fn cut(&self) -> Option<&Dropped> {
        self.truth.dropped.as_ref()
    }

    /// Blocks from the genesis to the first gap: each hash is its header's, each header names the
    /// block before. Ends after the first error.
    pub fn blocks(&self) -> impl Iterator<Item = Result<PublicBlock, LedgerError>> + '_ {
        let heights = self.contiguous_height().map_or(0..0, |last| 0..last + 1);
        let mut parent = None;
        let mut failed = false;
        heights.map_while(move |height| {
            if failed {
                return None;
            }
            let block = self.block(height, parent);
            parent = block.as_ref().ok().map(|block| block.hash);
            failed = block.is_err();
            Some(block)
        })
    }

    /// The EIP-7685 requests of a block, as its header commits to them.
    ///
    /// # Errors
    /// [`LedgerError::NoRequests`] if the files do not have them, [`LedgerError::Damaged`] if they
    /// have others.
    pub fn requests(&self, block: &PublicBlock) -> Result<Requests, LedgerError> {
        let height = block.header.number;
        if !has_requests(&block.header) {
            return Ok(Requests::default());
        }
        let Some((_, record)) = self.read(Kind::Requests, height)? else {
            return Err(self.derived_damage(height).map_or(LedgerError::NoRequests(height), LedgerError::Damaged));
        };
        let requests = read_requests(&record).map_err(|_| self.damage(Kind::Requests, height, "does not read"))?;
        if !are_requests_of(&block.header, &requests) {
            return Err(self.damage(Kind::Requests, height, "requests are not the header's"));
        }
        Ok(requests)
    }

    fn block(&self, height: u64, parent: Option<BlockHash>) -> Result<PublicBlock, LedgerError> {
        let damage = |what| self.damage(Kind::Block, height, what);
        let (recorded, payload) = self.read(Kind::Block, height)?.ok_or_else(|| damage("missing"))?;
        let public = read_public(&payload).map_err(|_| damage("public section does not read"))?;
        if public.hash != recorded || public.header.number != height {
            return Err(damage("another block than its record says"));
        }
        let linked = match parent {
            Some(parent) => public.header.parent_hash == parent,
            None => public.hash == self.genesis(),
        };
        if !linked {
            return Err(damage("does not follow the block before"));
        }
        let certificate = self.certificate(height, public.hash)?;
        Ok(PublicBlock { hash: public.hash, header: public.header, certificate })
    }

    fn certificate(&self, height: u64, hash: BlockHash) -> Result<Option<Certificate>, LedgerError> {
        let Some((recorded, payload)) = self.read(Kind::Certificate, height)? else { return Ok(None) };
        let certificate = decode_certificate(height, hash, &payload).filter(|_| recorded == hash);
        certificate.ok_or_else(|| self.damage(Kind::Certificate, height, "certificate of another block")).map(Some)
    }

    fn read(&self, kind: Kind, height: u64) -> Result<Option<(BlockHash, Vec<u8>)>, LedgerError> {
        let Some(position) = self.index.position(kind, height) else { return Ok(None) };
        let scanned = self.scanned(kind.stream());
        let file: &Arc<dyn File> = scanned.segments.get(&position.segment).ok_or(LedgerError::Failed)?;
        read_record(&scanned.place, file, kind, height, position).map(Some)
    }

    const fn scanned(&self, stream: Stream) -> &Scanned {
        match stream {
            Stream::Truth => &self.truth,
            Stream::Derived => &self.derived,
        }
    }

    fn damage(&self, kind: Kind, height: u64, what: &'static str) -> LedgerError {
        let position = self.index.position(kind, height);
        let (segment, offset) = position.map_or((0, 0), |at| (at.segment, at.offset));
        self.scanned(kind.stream()).place.damage(segment, offset.into(), what, height.checked_sub(1)).into()
    }

    /// The place where the derived stream stopped reading for damage, if it did.
    fn derived_damage(&self, height: u64) -> Option<Damage> {
        let dropped = self.derived.dropped.as_ref().filter(|dropped| dropped.damaged)?;
        let Dropped { stream, segment, offset, .. } = dropped.clone();
        Some(Damage { stream, segment, offset, what: "record", last_good_height: height.checked_sub(1) })
    }
}

impl Scanned {
    fn new(place: Place, options: &ScanOptions<'_>, index: &mut Index) -> Result<Self, LedgerError> {
        let (segments, dropped) = scan_stream(&place, options, index)?;
        Ok(Self { place, segments, dropped })
    }
}

/// The network the first segment names.
fn read_network(fs: &dyn Fs, place: &Place) -> Result<Network, LedgerError> {
    let file = fs.open(&place.path(0), false)?;
    let mut bytes = [0; HEADER_BYTES];
    file.read_exact_at(&mut bytes, 0)?;
    let header = SegmentHeader::decode(&bytes).ok_or_else(|| place.damage(0, 0, "segment header", None))?;
    Ok(Network { chain_id: header.chain_id, genesis: header.genesis })
}
