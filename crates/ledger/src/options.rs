/// How [`crate::Ledger::open`] meets damage in truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenMode {
    /// Damage stops the node and names the segment and the last good height.
    #[default]
    Strict,
    /// Truth is cut at the damaged record, so that peers' blocks can be fetched again (`--heal`).
    Heal,
}

/// How to open a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// What to do about damage.
    pub mode: OpenMode,
    /// A segment that reached this many bytes is followed by a new one.
    pub segment_bytes: u64,
    /// How many bytes of truth, from the end backwards, have their checksums verified at open
    /// (all of them when healing); older ones are verified when read.
    pub checked_bytes: u64,
}

impl Default for OpenOptions {
    /// Strict; 256 MiB segments (few files, and a segment is still quick to copy); 4 GiB checked
    /// (a few seconds of sequential reading, so that a start takes bounded time).
    fn default() -> Self {
        Self { mode: OpenMode::Strict, segment_bytes: 256 << 20, checked_bytes: 4 << 30 }
    }
}

/// The two record streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stream {
    /// Blocks and certificates.
    Truth = 1,
    /// Senders, receipts, changesets and requests.
    Derived = 2,
}

/// What opening repaired; nothing, usually.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Tails that were cut off: incomplete last records, derived damage, healed truth.
    pub dropped: Vec<Dropped>,
}

/// A tail that was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Of which stream.
    pub stream: Stream,
    /// File name of the segment that was cut; later ones were removed.
    pub segment: String,
    /// Length of the segment now.
    pub offset: u64,
    /// How many bytes went, in all segments.
    pub bytes: u64,
    /// Whether a complete record was damaged (healed truth, derived), rather than the last write
    /// incomplete.
    pub damaged: bool,
}
