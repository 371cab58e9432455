use crate::{
    Damage, Ledger, LedgerError, Stream,
    block_codec::{decode_block, read_public},
    derived_codec::{decode_changeset, decode_receipts, decode_senders},
    ledger::{Inner, decode_certificate},
    record::Kind,
    requests_codec::{are_requests_of, has_requests, open_requests},
};
use althing_primitives::{
    Address, Block, BlockHash, Bytes, Certificate, Changeset, Header, Receipt, RecoveredBlock, eips::eip7685::Requests,
    rlp,
};
use std::sync::Arc;

/// How many headers may link a block to the certificate that covers it. Every view certifies a
/// block, so a longer way means there is no certificate (an imported chain).
pub const LINK_HEADERS_MAX: u64 = 1024;

/// The certificate of a block, or the nearest later one with the headers that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateProof {
    /// The certificate.
    pub certificate: Certificate,
    /// Headers of the blocks after the one asked for, up to the certified one; each names the one
    /// before as its parent. Empty if the block asked for is the certified one.
    pub headers: Vec<Header>,
}

impl Ledger {
    /// The block at a height.
    ///
    /// # Errors
    /// The record is damaged or does not read.
    pub fn block(&self, height: u64) -> Result<Option<Arc<Block>>, LedgerError> {
        if let Some(block) = self.0.blocks.get(height) {
            return Ok(Some(block));
        }
        let Some(encoded) = self.encoded(height)? else { return Ok(None) };
        let block = decode_block(&encoded, &self.0.keyring)
            .map_err(|_| self.0.damaged(Kind::Block, height, "block does not open"))?;
        if self.hash(height) != Some(block.hash()) {
            return Err(self.0.damaged(Kind::Block, height, "another block than its record says").into());
        }
        let block = Arc::new(block);
        self.0.blocks.insert(height, block.clone(), encoded.len());
        Ok(Some(block))
    }

    /// The encoding of the block at a height, as it was put.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn encoded(&self, height: u64) -> Result<Option<Bytes>, LedgerError> {
        Ok(self.0.payload(Kind::Block, height)?.map(Bytes::from))
    }

    /// The header of the block at a height, without opening its body.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn header(&self, height: u64) -> Result<Option<Header>, LedgerError> {
        if let Some(block) = self.0.blocks.get(height) {
            return Ok(Some(block.header.clone()));
        }
        let Some(encoded) = self.encoded(height)? else { return Ok(None) };
        let public =
            read_public(&encoded).map_err(|_| self.0.damaged(Kind::Block, height, "public section does not read"))?;
        if self.hash(height) != Some(public.hash) {
            return Err(self.0.damaged(Kind::Block, height, "another block than its record says").into());
        }
        Ok(Some(public.header))
    }

    /// The block at a height with its senders (recovered again if they were lost).
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn recovered(&self, height: u64) -> Result<Option<Arc<RecoveredBlock>>, LedgerError> {
        if let Some(block) = self.0.recovered.get(height) {
            return Ok(Some(block));
        }
        let Some(block) = self.block(height)? else { return Ok(None) };
        let (block, transactions) = (Block::clone(&block), block.body.transactions.len());
        let recovered = match self.senders(height)? {
            Some(senders) if senders.len() == transactions => RecoveredBlock::new(block, senders),
            _ => block.recover().map_err(|_| self.0.damaged(Kind::Block, height, "a signature is invalid"))?,
        };
        let recovered = Arc::new(recovered);
        let bytes = self.0.index.read().position(Kind::Block, height).map_or(0, |at| at.payload_bytes() as usize);
        self.0.recovered.insert(height, recovered.clone(), bytes);
        Ok(Some(recovered))
    }

    /// The height of a block by hash.
    pub fn number(&self, hash: &BlockHash) -> Option<u64> {
        self.0.index.read().number(hash)
    }

    /// The hash of the block at a height.
    pub fn hash(&self, height: u64) -> Option<BlockHash> {
        self.0.index.read().hash(height)
    }

    /// The senders of the transactions of a block.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn senders(&self, height: u64) -> Result<Option<Vec<Address>>, LedgerError> {
        Ok(self.0.derived(Kind::Senders, height, decode_senders)?.map(|(senders, _)| senders))
    }

    /// The receipts of a block.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn receipts(&self, height: u64) -> Result<Option<Arc<Vec<Receipt>>>, LedgerError> {
        if let Some(receipts) = self.0.receipts.get(height) {
            return Ok(Some(receipts));
        }
        let Some((receipts, bytes)) = self.0.derived(Kind::Receipts, height, decode_receipts)? else { return Ok(None) };
        let receipts = Arc::new(receipts);
        self.0.receipts.insert(height, receipts.clone(), bytes);
        Ok(Some(receipts))
    }

    /// The values a block overwrote.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn changeset(&self, height: u64) -> Result<Option<Changeset>, LedgerError> {
        Ok(self.0.derived(Kind::Changeset, height, decode_changeset)?.map(|(changeset, _)| changeset))
    }

    /// The EIP-7685 requests of a block; `None` if it has some and the ledger does not hold them
    /// (it was written before they were kept).
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn requests(&self, height: u64) -> Result<Option<Requests>, LedgerError> {
        let Some(header) = self.header(height)? else { return Ok(None) };
        if !has_requests(&header) {
            return Ok(Some(Requests::default()));
        }
        let record = self.0.payload_of(Kind::Requests, height)?;
        let Some((hash, record)) = record.filter(|(hash, _)| self.hash(height) == Some(*hash)) else { return Ok(None) };
        let requests = open_requests(&record, |public, sealed| self.0.open_requests(height, hash, public, sealed))
            .map_err(|_| self.0.damaged(Kind::Requests, height, "does not open"))?;
        if !are_requests_of(&header, &requests) {
            return Err(self.0.damaged(Kind::Requests, height, "requests are not the header's").into());
        }
        Ok(Some(requests))
    }

    /// The certificate of exactly this height.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn certificate(&self, height: u64) -> Result<Option<Certificate>, LedgerError> {
        let Some((hash, payload)) = self.0.payload_of(Kind::Certificate, height)? else { return Ok(None) };
        let certificate = decode_certificate(height, hash, &payload);
        certificate
            .ok_or_else(|| self.0.damaged(Kind::Certificate, height, "certificate is too short").into())
            .map(Some)
    }

    /// The certificate of this height or the nearest later one, with the headers that link them;
    /// `None` if there is none within [`LINK_HEADERS_MAX`] blocks, or a block between is missing.
    ///
    /// # Errors
    /// As [`Ledger::block`].
    pub fn certificate_from(&self, height: u64) -> Result<Option<CertificateProof>, LedgerError> {
        let certified = self.0.index.read().certificate_ranges.at_or_after(height);
        let Some(certified) = certified.filter(|certified| certified - height <= LINK_HEADERS_MAX) else {
            return Ok(None);
        };
        let Some(certificate) = self.certificate(certified)? else { return Ok(None) };
        let mut headers = Vec::new();
        for between in height + 1..=certified {
            let Some(header) = self.header(between)? else { return Ok(None) };
            headers.push(header);
        }
        Ok(Some(CertificateProof { certificate, headers }))
    }

    /// Whether the height has a certificate of its own.
    pub fn has_certificate(&self, height: u64) -> bool {
        self.0.index.read().position(Kind::Certificate, height).is_some()
    }

    /// The highest height with a certificate.
    pub fn last_certificate(&self) -> Option<u64> {
        self.0.index.read().certificate_ranges.last()
    }

    /// Ranges (inclusive) of heights with certificates that overlap or follow `from`.
    pub fn certificate_ranges_from(&self, from: u64) -> Vec<(u64, u64)> {
        self.0.index.read().certificate_ranges.from(from)
    }

    /// The highest height with a block; gaps may lie below.
    pub fn last_height(&self) -> Option<u64> {
        self.0.index.read().block_ranges.last()
    }

    /// The highest height below which no block is missing.
    pub fn contiguous_height(&self) -> u64 {
        self.0.index.read().contiguous().unwrap_or(0)
    }

    /// The highest height up to which everything derived is held.
    pub fn derived_height(&self) -> u64 {
        self.0.index.read().derived_contiguous()
    }

    /// The end of the range of blocks that contains `height`, and the start of the next range.
    pub fn next_gap(&self, height: u64) -> (Option<u64>, Option<u64>) {
        let index = self.0.index.read();
        (index.block_ranges.end_of(height), index.block_ranges.next_start(height))
    }

    /// Up to `max` missing heights in the gaps between ranges, from `start`.
    pub fn missing_items(&self, start: u64, max: usize) -> Vec<u64> {
        self.0.index.read().block_ranges.missing(start, max)
    }
}

impl Inner {
    fn payload(&self, kind: Kind, height: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.payload_of(kind, height)?.map(|(_, payload)| payload))
    }

    /// The block hash a record names, and its payload.
    fn payload_of(&self, kind: Kind, height: u64) -> Result<Option<(BlockHash, Vec<u8>)>, LedgerError> {
        let Some(position) = self.index.read().position(kind, height) else { return Ok(None) };
        let stream = match kind.stream() {
            Stream::Truth => &self.truth,
            Stream::Derived => &self.derived,
        };
        stream.read(kind, height, position).map(Some)
    }

    /// Reads, opens and decodes something derived; also says how long it was.
    fn derived<T>(
        &self,
        kind: Kind,
        height: u64,
        decode: impl Fn(&[u8]) -> rlp::Result<T>,
    ) -> Result<Option<(T, usize)>, LedgerError> {
        let Some((hash, sealed)) = self.payload_of(kind, height)? else { return Ok(None) };
        if self.index.read().hash(height).is_some_and(|block| block != hash) {
            return Ok(None);
        }
        let plaintext =
            self.open_derived(kind, height, hash, &sealed).map_err(|_| self.damaged(kind, height, "does not open"))?;
        let value = decode(&plaintext).map_err(|_| self.damaged(kind, height, "does not decode"))?;
        Ok(Some((value, plaintext.len())))
    }

    /// Damage found in a record that read well.
    pub(crate) fn damaged(&self, kind: Kind, height: u64, what: &'static str) -> Damage {
        let position = self.index.read().position(kind, height);
        let (segment, offset) = position.map_or((0, 0), |at| (at.segment, at.offset));
        let stream = match kind.stream() {
            Stream::Truth => &self.truth,
            Stream::Derived => &self.derived,
        };
        stream.place().damage(segment, offset.into(), what, height.checked_sub(1))
    }
}
