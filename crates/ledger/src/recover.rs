//! Scanning a stream at open: rebuilds the index, tells an incomplete write from damage.

use crate::{
    Dropped, LedgerError, OpenMode, Stream,
    fs::File,
    index::{Index, Inserted, Position},
    record::{HEADER_BYTES, RecordHeader, SegmentHeader},
    segment::{Bad, Check, Scanned, Scanner},
    stream::{Network, Place, read_record, segment_name},
};
use std::{collections::BTreeMap, sync::Arc};

/// The segments of a stream, by number.
pub(crate) type Segments = BTreeMap<u32, Arc<dyn File>>;

/// A further check of each record, when everything is to be verified.
pub(crate) type Verify<'a> = dyn Fn(&RecordHeader, &[u8]) -> Result<(), &'static str> + 'a;

/// How to scan.
pub(crate) struct ScanOptions<'a> {
    /// What to do about damage; [`OpenMode::Heal`] also for streams that are re-derived.
    pub(crate) mode: OpenMode,
    /// Bytes from the end backwards whose checksums are verified.
    pub(crate) checked_bytes: u64,
    pub(crate) verify: Option<&'a Verify<'a>>,
    /// Whether tails may be cut off and missing segments made (not when only looking).
    pub(crate) repair: bool,
}

/// Scans a stream into `index`; makes its first segment if there is none.
pub(crate) fn scan_stream(
    place: &Place,
    options: &ScanOptions<'_>,
    index: &mut Index,
) -> Result<(Segments, Option<Dropped>), LedgerError> {
    let numbers = place.segments()?;
    let mut scan = Scan { place, options, index, segments: Segments::new() };
    let checked_from = scan.checked_from(&numbers)?;
    let mut dropped = None;
    for (expected, &number) in (0u32..).zip(&numbers) {
        let check = if number >= checked_from { Check::All } else { Check::Headers };
        let last = numbers.last() == Some(&number);
        let stop = if number == expected { scan.segment(number, check, last)? } else { Some(Stop::missing(expected)) };
        if let Some(stop) = stop {
            dropped = Some(scan.cut(&stop, &numbers)?);
            break;
        }
    }
    if scan.segments.is_empty() && options.repair {
        scan.segments.insert(0, place.create(0)?);
    }
    Ok((scan.segments, dropped))
}

/// The first place that does not read.
struct Stop {
    segment: u32,
    offset: u64,
    bad: Bad,
}

impl Stop {
    const fn missing(segment: u32) -> Self {
        Self { segment, offset: 0, bad: Bad::Damaged("segment is missing") }
    }
}

struct Scan<'a> {
    place: &'a Place,
    options: &'a ScanOptions<'a>,
    index: &'a mut Index,
    segments: Segments,
}

impl Scan<'_> {
    /// The first segment whose payloads are verified; the last one always is.
    fn checked_from(&self, numbers: &[u32]) -> Result<u32, LedgerError> {
        let mut budget = self.options.checked_bytes;
        let mut from = numbers.last().copied().unwrap_or(0);
        for &number in numbers.iter().rev() {
            let length = self.place.fs.open(&self.place.path(number), false)?.len()?;
            if length > budget {
                break;
            }
            budget -= length;
            from = number;
        }
        Ok(from)
    }

    /// Indexes one segment; says where it stopped reading, unless at its end.
    fn segment(&mut self, number: u32, check: Check, last: bool) -> Result<Option<Stop>, LedgerError> {
        let file = self.place.fs.open(&self.place.path(number), false)?;
        if let Some(bad) = self.segment_header(number, &file, last)? {
            return Ok(Some(Stop { segment: number, offset: 0, bad }));
        }
        let mut scanner = Scanner::new(file.clone(), check)?;
        self.segments.insert(number, file.clone());
        loop {
            match scanner.next()? {
                Scanned::End => return Ok(None),
                Scanned::Record(offset, header) => {
                    if let Err(what) = self.record(number, &file, offset, &header)? {
                        return Ok(Some(Stop { segment: number, offset, bad: Bad::Damaged(what) }));
                    }
                }
                // Only the last segment can end in an incomplete write: the others were synced
                // before the next was made.
                Scanned::Bad(offset, Bad::Incomplete) if !last => {
                    return Ok(Some(Stop { segment: number, offset, bad: Bad::Damaged("cut short") }));
                }
                Scanned::Bad(offset, bad) => return Ok(Some(Stop { segment: number, offset, bad })),
            }
        }
    }

    fn segment_header(&self, number: u32, file: &Arc<dyn File>, last: bool) -> Result<Option<Bad>, LedgerError> {
        let mut bytes = [0; HEADER_BYTES];
        let present = file.len()?.min(HEADER_BYTES as u64) as usize;
        file.read_exact_at(&mut bytes[..present], 0)?;
        if let Some(header) = SegmentHeader::decode(&bytes) {
            self.check_network(&header)?;
            let ours = header.number == number && header.stream == self.place.stream;
            return Ok((!ours).then_some(Bad::Damaged("segment is out of place")));
        }
        // A segment's header is durable before its first record is written.
        let unmade =
            last && (present < HEADER_BYTES || bytes == [0; HEADER_BYTES]) && file.len()? <= HEADER_BYTES as u64;
        Ok(Some(if unmade { Bad::Incomplete } else { Bad::Damaged("segment header") }))
    }

    fn check_network(&self, header: &SegmentHeader) -> Result<(), LedgerError> {
        let Network { chain_id, genesis } = self.place.network;
        if header.genesis != genesis || header.chain_id != chain_id {
            return Err(LedgerError::GenesisDiffers { stored: header.genesis, given: genesis });
        }
        Ok(())
    }

    fn record(
        &mut self,
        segment: u32,
        file: &Arc<dyn File>,
        offset: u64,
        header: &RecordHeader,
    ) -> Result<Result<(), &'static str>, LedgerError> {
        if header.kind.stream() != self.place.stream {
            return Ok(Err("record of another stream"));
        }
        let Ok(offset) = u32::try_from(offset) else { return Ok(Err("segment is too long")) };
        let position = Position::new(segment, offset, header.length);
        if let Some(verify) = self.options.verify {
            let (_, payload) = read_record(self.place, file, header.kind, header.height, position)?;
            if let Err(what) = verify(header, &payload) {
                return Ok(Err(what));
            }
        }
        match self.index.insert(header, position) {
            Inserted::Conflict if self.place.stream == Stream::Truth => Ok(Err("second block at one height")),
            _ => Ok(Ok(())),
        }
    }

    /// Cuts the stream where it stopped reading, or refuses to.
    fn cut(&mut self, stop: &Stop, numbers: &[u32]) -> Result<Dropped, LedgerError> {
        let damaged = matches!(stop.bad, Bad::Damaged(_));
        if let Bad::Damaged(what) = stop.bad
            && self.options.mode == OpenMode::Strict
        {
            return Err(self.place.damage(stop.segment, stop.offset, what, self.index.contiguous()).into());
        }
        let mut bytes = 0;
        // Later segments first: a crash in between leaves a stream that is cut the same way again.
        for &number in numbers.iter().rev().take_while(|number| **number >= stop.segment) {
            bytes += self.cut_segment(number, if number == stop.segment { stop.offset } else { 0 })?;
        }
        if self.options.repair {
            self.place.fs.sync_dir(&self.place.dir)?;
        }
        let segment = segment_name(stop.segment);
        Ok(Dropped { stream: self.place.stream, segment, offset: stop.offset, bytes, damaged })
    }

    /// Truncates a segment, removes it at offset 0. Says how many bytes went.
    fn cut_segment(&mut self, number: u32, offset: u64) -> Result<u64, LedgerError> {
        let path = self.place.path(number);
        let file = self.place.fs.open(&path, false)?;
        let bytes = file.len()?.saturating_sub(offset);
        if self.options.repair {
            if offset == 0 {
                self.place.fs.remove(&path)?;
            } else {
                file.truncate(offset)?;
                file.sync()?;
            }
        }
        if offset == 0 {
            self.segments.remove(&number);
        }
        Ok(bytes)
    }
}
