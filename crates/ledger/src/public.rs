//! What anyone may check with a copy of the files and no key.

use crate::{
    LedgerError, OpenMode, Stream,
    block_codec::read_public,
    fs::{File, Fs},
    index::Index,
    ledger::decode_certificate,
    record::{HEADER_BYTES, Kind, SegmentHeader},
    recover::{ScanOptions, Segments, scan_stream},
    stream::{Network, Place, read_record},
};
use althing_primitives::{BlockHash, Bytes, Certificate, Header};
use std::{path::Path, sync::Arc};

/// The public sections of a ledger: read without lock or key, also while a node writes.
pub struct PublicLedger {
    place: Place,
    index: Index,
    segments: Segments,
}

/// The public section of a block, with its certificate if it has one of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicBlock {
    /// keccak256 of the header's RLP.
    pub hash: BlockHash,
    /// The header.
    pub header: Header,
    /// Writes and events of the system contracts; empty until governance.
    pub governance_delta: Bytes,
    /// Not checked here: `consensus` knows how.
    pub certificate: Option<Certificate>,
}

impl PublicLedger {
    /// Scans the ledger in `dir`, verifying every checksum. Changes nothing; an incomplete last
    /// record is left out.
    ///
    /// # Errors
    /// No ledger is there, a complete record is damaged, or the files do not read.
    pub fn open(fs: Arc<dyn Fs>, dir: &Path) -> Result<Self, LedgerError> {
        let unknown = Network { chain_id: 0, genesis: BlockHash::ZERO };
        let mut place = Place::new(&fs, dir, Stream::Truth, unknown);
        place.network = read_network(fs.as_ref(), &place)?;
        let mut index = Index::new();
        let scan = ScanOptions { mode: OpenMode::Strict, checked_bytes: u64::MAX, verify: None, repair: false };
        let (segments, _) = scan_stream(&place, &scan, &mut index)?;
        Ok(Self { place, index, segments })
    }

    /// Chain id the files name.
    pub const fn chain_id(&self) -> u64 {
        self.place.network.chain_id
    }

    /// Genesis hash the files name.
    pub const fn genesis(&self) -> BlockHash {
        self.place.network.genesis
    }

    /// The highest height below which no block is missing; `None` without the genesis.
    pub fn contiguous_height(&self) -> Option<u64> {
        self.index.contiguous()
    }

    /// The highest height with a block.
    pub fn last_height(&self) -> Option<u64> {
        self.index.block_ranges.last()
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

    fn block(&self, height: u64, parent: Option<BlockHash>) -> Result<PublicBlock, LedgerError> {
        let damage = |what| self.damage(height, what);
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
        let (hash, header, governance_delta) = (public.hash, public.header, public.governance_delta);
        Ok(PublicBlock { hash, header, governance_delta, certificate })
    }

    fn certificate(&self, height: u64, hash: BlockHash) -> Result<Option<Certificate>, LedgerError> {
        let Some((recorded, payload)) = self.read(Kind::Certificate, height)? else { return Ok(None) };
        let certificate = decode_certificate(height, hash, &payload).filter(|_| recorded == hash);
        certificate.ok_or_else(|| self.damage(height, "certificate of another block")).map(Some)
    }

    fn read(&self, kind: Kind, height: u64) -> Result<Option<(BlockHash, Vec<u8>)>, LedgerError> {
        let Some(position) = self.index.position(kind, height) else { return Ok(None) };
        let file: &Arc<dyn File> = self.segments.get(&position.segment).ok_or(LedgerError::Failed)?;
        read_record(&self.place, file, kind, height, position).map(Some)
    }

    fn damage(&self, height: u64, what: &'static str) -> LedgerError {
        let position = self.index.position(Kind::Block, height);
        let (segment, offset) = position.map_or((0, 0), |at| (at.segment, at.offset));
        self.place.damage(segment, offset.into(), what, height.checked_sub(1)).into()
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
