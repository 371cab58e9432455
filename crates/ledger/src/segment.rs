//! Reading a segment from its start, and judging what does not read.

use crate::{
    fs::File,
    record::{HEADER_BYTES, MAGIC, RecordHeader},
};
use std::{io, sync::Arc};

/// What a disk writes at once, at least: an incomplete write leaves such a piece as zeros.
const SECTOR_BYTES: u64 = 512;
/// Read ahead where only headers are wanted, and where payloads are checked too.
const READ_HEADERS_BYTES: usize = 64 << 10;
const READ_ALL_BYTES: usize = 1 << 20;

/// Whether payload checksums are verified while scanning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Headers,
    All,
}

/// What stands at a place in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scanned {
    Record(u64, RecordHeader),
    End,
    /// Nothing valid from here: the bytes of an incomplete write, or damage.
    Bad(u64, Bad),
}

/// Why a place does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// A write that was cut off.
    Incomplete,
    /// A record that was complete once.
    Damaged(&'static str),
}

/// Reads a segment's records in order.
pub(crate) struct Scanner {
    file: Arc<dyn File>,
    length: u64,
    offset: u64,
    check: Check,
    window: Vec<u8>,
    window_start: u64,
}

impl Scanner {
    /// Starts after the segment's header.
    pub(crate) fn new(file: Arc<dyn File>, check: Check) -> io::Result<Self> {
        let length = file.len()?;
        Ok(Self { file, length, offset: HEADER_BYTES as u64, check, window: Vec::new(), window_start: 0 })
    }

    /// The next record. After [`Scanned::Bad`] it says the same again.
    pub(crate) fn next(&mut self) -> io::Result<Scanned> {
        let offset = self.offset;
        if offset >= self.length {
            return Ok(Scanned::End);
        }
        let Some(header) = self.header_at(offset)? else {
            return Ok(Scanned::Bad(offset, self.judge(offset, None)?));
        };
        let end = offset + header.record_bytes();
        if end > self.length || (self.check == Check::All && !self.payload_matches(offset, &header)?) {
            return Ok(Scanned::Bad(offset, self.judge(offset, Some(&header))?));
        }
        self.offset = end;
        Ok(Scanned::Record(offset, header))
    }

    fn header_at(&mut self, offset: u64) -> io::Result<Option<RecordHeader>> {
        if self.length - offset < HEADER_BYTES as u64 {
            return Ok(None);
        }
        let bytes = self.bytes(offset, HEADER_BYTES)?;
        Ok(RecordHeader::decode(bytes.try_into().expect("as long as asked for")))
    }

    fn payload_matches(&mut self, offset: u64, header: &RecordHeader) -> io::Result<bool> {
        let length = header.record_bytes() as usize - HEADER_BYTES;
        let header = *header;
        Ok(header.matches(self.bytes(offset + HEADER_BYTES as u64, length)?))
    }

    /// An incomplete write, or damage? Damage if something after it was written once it was
    /// durable, or if it is all there: a write that was cut off is short, or has a sector that
    /// was never written.
    fn judge(&mut self, offset: u64, header: Option<&RecordHeader>) -> io::Result<Bad> {
        let what = if header.is_some() { "checksum" } else { "record header" };
        if self.durable_says_later(offset)? {
            return Ok(Bad::Damaged(what));
        }
        let end = header.map_or(self.length, |header| offset + header.record_bytes());
        let short = end > self.length || self.length - offset < HEADER_BYTES as u64;
        let incomplete = short || self.has_unwritten_sector(offset, end)?;
        Ok(if incomplete { Bad::Incomplete } else { Bad::Damaged(what) })
    }

    /// Whether a valid record after `offset` says that `offset` was durable when it was written.
    fn durable_says_later(&mut self, offset: u64) -> io::Result<bool> {
        let mut at = offset + 1;
        while at + HEADER_BYTES as u64 <= self.length {
            let take = (self.length - at).min(READ_ALL_BYTES as u64) as usize;
            let bytes = self.bytes(at, take)?;
            let found = bytes.windows(HEADER_BYTES).filter(|window| window[..4] == MAGIC).any(|window| {
                let header = RecordHeader::decode(window.try_into().expect("a window's length"));
                header.is_some_and(|header| u64::from(header.durable) > offset)
            });
            if found {
                return Ok(true);
            }
            at += (take - HEADER_BYTES + 1) as u64;
        }
        Ok(false)
    }

    fn has_unwritten_sector(&mut self, start: u64, end: u64) -> io::Result<bool> {
        let mut at = start;
        while at < end {
            let next = ((at / SECTOR_BYTES + 1) * SECTOR_BYTES).min(end);
            if self.bytes(at, (next - at) as usize)?.iter().all(|byte| *byte == 0) {
                return Ok(true);
            }
            at = next;
        }
        Ok(false)
    }

    /// `length` bytes at `offset`, which lie within the file.
    fn bytes(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let inside =
            offset >= self.window_start && offset + length as u64 <= self.window_start + self.window.len() as u64;
        if !inside {
            let ahead = if self.check == Check::All { READ_ALL_BYTES } else { READ_HEADERS_BYTES };
            let take = (self.length - offset).min(length.max(ahead) as u64) as usize;
            self.window.resize(take, 0);
            self.window_start = offset;
            self.file.read_exact_at(&mut self.window, offset)?;
        }
        let start = (offset - self.window_start) as usize;
        Ok(&self.window[start..start + length])
    }
}
