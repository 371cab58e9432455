//! The frame of a record in a segment.
//!
//! ```text
//! magic 4 │ length 4 │ kind 1, zero 3 │ height 8 │ block hash 32 │ durable 4 │ payload crc 4 │ header crc 4
//! payload (length) │ 0xff up to a multiple of 16
//! ```
//! Big-endian. `durable` is how much of the segment was known to be synced when the record was
//! written: what precedes it cannot be an incomplete write. The filling is not zero, so that no
//! sector a record touches is all zeros: such a sector was never written.

use crate::Stream;
use althing_primitives::B256;

/// Length of a record's header, and of a segment's.
pub(crate) const HEADER_BYTES: usize = 64;
pub(crate) const MAGIC: [u8; 4] = *b"AlRc";
/// Longest payload: an encoded block with room to spare, and what one read may allocate.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 256 << 20;
const ALIGN_BYTES: usize = 16;
const FILLING: u8 = 0xff;

/// What a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    Block = 1,
    Certificate = 2,
    Senders = 3,
    Receipts = 4,
    Changeset = 5,
    Requests = 6,
}

impl Kind {
    pub(crate) const fn stream(self) -> Stream {
        match self {
            Self::Block | Self::Certificate => Stream::Truth,
            Self::Senders | Self::Receipts | Self::Changeset | Self::Requests => Stream::Derived,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Block, Self::Certificate, Self::Senders, Self::Receipts, Self::Changeset, Self::Requests]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// A record's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordHeader {
    pub(crate) kind: Kind,
    pub(crate) height: u64,
    pub(crate) hash: B256,
    pub(crate) length: u32,
    pub(crate) durable: u32,
    pub(crate) payload_crc: u32,
}

impl RecordHeader {
    /// Reads a header; `None` unless its checksum and every field are right.
    pub(crate) fn decode(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let length = word(4);
        let intact = bytes[..4] == MAGIC && bytes[9..12] == [0; 3] && word(60) == crc32fast::hash(&bytes[..60]);
        if !intact || length as usize > PAYLOAD_BYTES_MAX {
            return None;
        }
        Some(Self {
            kind: Kind::from_byte(bytes[8])?,
            height: u64::from_be_bytes(bytes[12..20].try_into().expect("eight bytes")),
            hash: B256::from_slice(&bytes[20..52]),
            length,
            durable: word(52),
            payload_crc: word(56),
        })
    }

    fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut out = [0; HEADER_BYTES];
        out[..4].copy_from_slice(&MAGIC);
        out[4..8].copy_from_slice(&self.length.to_be_bytes());
        out[8] = self.kind as u8;
        out[12..20].copy_from_slice(&self.height.to_be_bytes());
        out[20..52].copy_from_slice(self.hash.as_slice());
        out[52..56].copy_from_slice(&self.durable.to_be_bytes());
        out[56..60].copy_from_slice(&self.payload_crc.to_be_bytes());
        let crc = crc32fast::hash(&out[..60]);
        out[60..].copy_from_slice(&crc.to_be_bytes());
        out
    }

    /// Header, payload and filling.
    pub(crate) fn record_bytes(&self) -> u64 {
        (HEADER_BYTES + padded(self.length as usize)) as u64
    }

    /// Whether `rest` (payload and filling) is what the header announced.
    pub(crate) fn matches(&self, rest: &[u8]) -> bool {
        let (payload, filling) = rest.split_at(self.length as usize);
        filling.iter().all(|byte| *byte == FILLING) && crc32fast::hash(payload) == self.payload_crc
    }
}

/// A record to be written.
#[derive(Clone, Copy)]
pub(crate) struct NewRecord<'a> {
    pub(crate) kind: Kind,
    pub(crate) height: u64,
    pub(crate) hash: B256,
    pub(crate) payload: &'a [u8],
}

impl NewRecord<'_> {
    /// Appends the framed record to `out`. The payload is at most [`PAYLOAD_BYTES_MAX`].
    pub(crate) fn encode(&self, durable: u32, out: &mut Vec<u8>) {
        let header = RecordHeader {
            kind: self.kind,
            height: self.height,
            hash: self.hash,
            length: u32::try_from(self.payload.len()).expect("the length was checked"),
            durable,
            payload_crc: crc32fast::hash(self.payload),
        };
        out.reserve(header.record_bytes() as usize);
        out.extend_from_slice(&header.encode());
        out.extend_from_slice(self.payload);
        out.resize(out.len() + padded(self.payload.len()) - self.payload.len(), FILLING);
    }
}

const fn padded(length: usize) -> usize {
    length.next_multiple_of(ALIGN_BYTES)
}

/// The header of a segment file.
///
/// ```text
/// magic 8 │ stream 1, zero 3 │ number 4 │ chain id 8 │ genesis hash 32 │ zero 4 │ crc 4
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) stream: Stream,
    pub(crate) number: u32,
    pub(crate) chain_id: u64,
    pub(crate) genesis: B256,
}

const SEGMENT_MAGIC: [u8; 8] = *b"Althing1";

impl SegmentHeader {
    pub(crate) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut out = [0; HEADER_BYTES];
        out[..8].copy_from_slice(&SEGMENT_MAGIC);
        out[8] = self.stream as u8;
        out[12..16].copy_from_slice(&self.number.to_be_bytes());
        out[16..24].copy_from_slice(&self.chain_id.to_be_bytes());
        out[24..56].copy_from_slice(self.genesis.as_slice());
        let crc = crc32fast::hash(&out[..60]);
        out[60..].copy_from_slice(&crc.to_be_bytes());
        out
    }

    pub(crate) fn decode(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let stream = [Stream::Truth, Stream::Derived].into_iter().find(|stream| *stream as u8 == bytes[8])?;
        let header = Self {
            stream,
            number: u32::from_be_bytes(bytes[12..16].try_into().expect("four bytes")),
            chain_id: u64::from_be_bytes(bytes[16..24].try_into().expect("eight bytes")),
            genesis: B256::from_slice(&bytes[24..56]),
        };
        (header.encode() == *bytes).then_some(header)
    }
}
