//! One stream of records in numbered segment files: appended, synced, read by position.

use crate::{
    Damage, LedgerError, Stream,
    fs::{File, Fs},
    index::Position,
    record::{HEADER_BYTES, Kind, NewRecord, PAYLOAD_BYTES_MAX, RecordHeader, SegmentHeader},
};
use althing_primitives::B256;
use parking_lot::{Mutex, RwLock};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// The network a stream belongs to, as its segments say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) chain_id: u64,
    pub(crate) genesis: B256,
}

/// Where a stream lives.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) dir: PathBuf,
    pub(crate) stream: Stream,
    pub(crate) network: Network,
}

impl Place {
    /// The place of a stream in a ledger's folder.
    pub(crate) fn new(fs: &Arc<dyn Fs>, ledger_dir: &Path, stream: Stream, network: Network) -> Self {
        let name = match stream {
            Stream::Truth => "truth",
            Stream::Derived => "derived",
        };
        Self { fs: fs.clone(), dir: ledger_dir.join(name), stream, network }
    }

    pub(crate) fn path(&self, segment: u32) -> PathBuf {
        self.dir.join(segment_name(segment))
    }

    /// Numbers of the segments there are, ascending.
    pub(crate) fn segments(&self) -> io::Result<Vec<u32>> {
        let mut numbers: Vec<u32> = self.fs.list(&self.dir)?.iter().filter_map(|path| segment_number(path)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Makes a segment with its header, durable with its folder entry.
    pub(crate) fn create(&self, segment: u32) -> io::Result<Arc<dyn File>> {
        let file = self.fs.open(&self.path(segment), true)?;
        let header = SegmentHeader {
            stream: self.stream,
            number: segment,
            chain_id: self.network.chain_id,
            genesis: self.network.genesis,
        };
        file.truncate(0)?;
        file.write_all_at(&header.encode(), 0)?;
        file.sync()?;
        self.fs.sync_dir(&self.dir)?;
        Ok(file)
    }

    pub(crate) fn damage(&self, segment: u32, offset: u64, what: &'static str, last_good: Option<u64>) -> Damage {
        Damage { stream: self.stream, segment: segment_name(segment), offset, what, last_good_height: last_good }
    }
}

pub(crate) fn segment_name(segment: u32) -> String {
    format!("{segment:08}.seg")
}

fn segment_number(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_suffix(".seg").filter(|name| name.len() == 8)?.parse().ok()
}

/// An open stream.
pub(crate) struct StreamFile {
    place: Place,
    segment_bytes: u64,
    segments: RwLock<BTreeMap<u32, Arc<dyn File>>>,
    writer: Mutex<Writer>,
    /// Held while syncing, so that one fdatasync serves all who wait.
    syncing: Mutex<()>,
    /// End of what is durable: segment in the upper half, length in the lower.
    durable: AtomicU64,
    failed: AtomicBool,
}

struct Writer {
    segment: u32,
    file: Arc<dyn File>,
    length: u64,
    buffer: Vec<u8>,
}

/// The end of a stream at some moment; what precedes it can be synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct End(u64);

impl End {
    /// Segments stay below 4 GiB: they rotate far earlier and a record is bounded.
    const fn new(segment: u32, length: u64) -> Self {
        Self(((segment as u64) << 32) | length)
    }
}

impl StreamFile {
    /// A stream whose segments were scanned (the last one ends with a valid record). Everything
    /// present counts as durable once synced here.
    pub(crate) fn new(
        place: Place,
        segments: BTreeMap<u32, Arc<dyn File>>,
        segment_bytes: u64,
    ) -> Result<Self, LedgerError> {
        let (&segment, file) = segments.last_key_value().expect("a stream has a segment");
        let file = file.clone();
        file.sync()?;
        let length = file.len()?;
        let durable = AtomicU64::new(End::new(segment, length).0);
        let writer = Mutex::new(Writer { segment, file, length, buffer: Vec::new() });
        let (segments, syncing, failed) = (RwLock::new(segments), Mutex::new(()), AtomicBool::new(false));
        Ok(Self { place, segment_bytes, segments, writer, syncing, durable, failed })
    }

    /// Appends records in one write. Not durable before [`StreamFile::sync`].
    pub(crate) fn append(&self, records: &[NewRecord<'_>]) -> Result<Vec<(RecordHeader, Position)>, LedgerError> {
        if let Some(record) = records.iter().find(|record| record.payload.len() > PAYLOAD_BYTES_MAX) {
            return Err(LedgerError::TooLong(record.payload.len()));
        }
        let mut writer = self.writer.lock();
        self.check_alive()?;
        let written = self.rotate_if_full(&mut writer).and_then(|()| self.write(&mut writer, records));
        written.inspect_err(|_| self.failed.store(true, Ordering::Release))
    }

    fn check_alive(&self) -> Result<(), LedgerError> {
        if self.failed.load(Ordering::Acquire) { Err(LedgerError::Failed) } else { Ok(()) }
    }

    fn write(
        &self,
        writer: &mut Writer,
        records: &[NewRecord<'_>],
    ) -> Result<Vec<(RecordHeader, Position)>, LedgerError> {
        let durable = self.durable_in(writer.segment);
        let mut placed = Vec::with_capacity(records.len());
        let mut buffer = std::mem::take(&mut writer.buffer);
        buffer.clear();
        for record in records {
            let offset = writer.length + buffer.len() as u64;
            let start = buffer.len();
            record.encode(durable, &mut buffer);
            let header = RecordHeader::decode(buffer[start..start + HEADER_BYTES].try_into().expect("a header"))
                .expect("what was just encoded decodes");
            let offset = u32::try_from(offset).map_err(|_| LedgerError::TooLong(record.payload.len()))?;
            placed.push((header, Position::new(writer.segment, offset, header.length)));
        }
        writer.file.write_all_at(&buffer, writer.length)?;
        writer.length += buffer.len() as u64;
        writer.buffer = buffer;
        Ok(placed)
    }

    fn durable_in(&self, segment: u32) -> u32 {
        let durable = self.durable.load(Ordering::Acquire);
        if (durable >> 32) as u32 == segment { durable as u32 } else { HEADER_BYTES as u32 }
    }

    fn rotate_if_full(&self, writer: &mut Writer) -> Result<(), LedgerError> {
        if writer.length < self.segment_bytes {
            return Ok(());
        }
        writer.file.sync()?;
        let segment = writer.segment.checked_add(1).ok_or(LedgerError::Failed)?;
        let file = self.place.create(segment)?;
        self.segments.write().insert(segment, file.clone());
        (writer.segment, writer.file, writer.length) = (segment, file, HEADER_BYTES as u64);
        Ok(())
    }

    /// What was appended so far ends here.
    pub(crate) fn end(&self) -> End {
        let writer = self.writer.lock();
        End::new(writer.segment, writer.length)
    }

    /// Makes everything up to `end` durable; free if it is.
    pub(crate) fn sync(&self, end: End) -> Result<(), LedgerError> {
        if self.durable.load(Ordering::Acquire) >= end.0 {
            return Ok(());
        }
        let _syncing = self.syncing.lock();
        if self.durable.load(Ordering::Acquire) >= end.0 {
            return Ok(());
        }
        self.check_alive()?;
        let (file, reached) = {
            let writer = self.writer.lock();
            (writer.file.clone(), End::new(writer.segment, writer.length))
        };
        // A failed sync may have dropped dirty pages: nothing written since can be trusted again.
        file.sync().inspect_err(|_| self.failed.store(true, Ordering::Release))?;
        self.durable.store(reached.0, Ordering::Release);
        Ok(())
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// The block hash and payload of the record at a position, checked against its header.
    pub(crate) fn read(&self, kind: Kind, height: u64, position: Position) -> Result<(B256, Vec<u8>), LedgerError> {
        let file = self.segments.read().get(&position.segment).cloned().ok_or(LedgerError::Failed)?;
        read_record(&self.place, &file, kind, height, position)
    }
}

/// Reads a record and checks that it is the one expected.
pub(crate) fn read_record(
    place: &Place,
    file: &Arc<dyn File>,
    kind: Kind,
    height: u64,
    position: Position,
) -> Result<(B256, Vec<u8>), LedgerError> {
    let damage = |what| {
        LedgerError::Damaged(place.damage(position.segment, position.offset.into(), what, height.checked_sub(1)))
    };
    let mut bytes = vec![0; HEADER_BYTES + position.payload_bytes() as usize];
    match file.read_exact_at(&mut bytes, position.offset.into()) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(damage("cut short")),
        read => read?,
    }
    let header = RecordHeader::decode(bytes[..HEADER_BYTES].try_into().expect("a header's length"))
        .ok_or_else(|| damage("record header"))?;
    let expected = header.kind == kind && header.height == height && header.length == position.payload_bytes();
    if !expected || crc32fast::hash(&bytes[HEADER_BYTES..]) != header.payload_crc {
        return Err(damage("checksum"));
    }
    bytes.drain(..HEADER_BYTES);
    Ok((header.hash, bytes))
}
