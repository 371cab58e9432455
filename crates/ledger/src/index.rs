//! Where each record is, by height and block hash; rebuilt from record headers at open.

use crate::{
    Stream,
    record::{Kind, RecordHeader},
};
use althing_primitives::B256;
use hashbrown::HashTable;
use std::{collections::BTreeMap, num::NonZeroU32};

/// Heights in one chunk of a [`ByHeight`]: bounds what a single far-away height allocates.
const CHUNK: usize = 256;

/// Where a record starts, and how long its payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) segment: u32,
    pub(crate) offset: u32,
    /// Payload bytes plus one, so that an absent position takes no more room.
    length: NonZeroU32,
}

impl Position {
    pub(crate) fn new(segment: u32, offset: u32, payload_bytes: u32) -> Self {
        Self { segment, offset, length: NonZeroU32::MIN.saturating_add(payload_bytes) }
    }

    pub(crate) fn payload_bytes(&self) -> u32 {
        self.length.get() - 1
    }
}

/// Values by height: dense where heights are, cheap where they are not.
struct ByHeight<T>(BTreeMap<u64, Box<[Option<T>; CHUNK]>>);

impl<T: Copy> ByHeight<T> {
    const fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn get(&self, height: u64) -> Option<T> {
        self.0.get(&(height / CHUNK as u64)).and_then(|chunk| chunk[(height % CHUNK as u64) as usize])
    }

    fn insert(&mut self, height: u64, value: T) {
        let chunk = self.0.entry(height / CHUNK as u64).or_insert_with(|| Box::new([None; CHUNK]));
        chunk[(height % CHUNK as u64) as usize] = Some(value);
    }
}

/// A set of heights as disjoint inclusive ranges.
#[derive(Default)]
pub(crate) struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    fn insert(&mut self, height: u64) {
        if self.end_of(height).is_some() {
            return;
        }
        let after = height.checked_add(1).and_then(|next| self.0.remove(&next));
        let end = after.unwrap_or(height);
        match self.0.range_mut(..height).next_back() {
            Some((_, before)) if before.checked_add(1) == Some(height) => *before = end,
            _ => drop(self.0.insert(height, end)),
        }
    }

    /// The end of the range that holds `height`.
    pub(crate) fn end_of(&self, height: u64) -> Option<u64> {
        self.0.range(..=height).next_back().map(|(_, end)| *end).filter(|end| *end >= height)
    }

    /// The start of the first range after the one that holds `height`, or after `height`.
    pub(crate) fn next_start(&self, height: u64) -> Option<u64> {
        let from = self.end_of(height).unwrap_or(height).checked_add(1)?;
        self.0.range(from..).next().map(|(start, _)| *start)
    }

    pub(crate) fn last(&self) -> Option<u64> {
        self.0.last_key_value().map(|(_, end)| *end)
    }

    /// The lowest height at or above `height` in the set.
    pub(crate) fn at_or_after(&self, height: u64) -> Option<u64> {
        if self.end_of(height).is_some() { Some(height) } else { self.next_start(height) }
    }

    /// Ranges that overlap or follow `from`.
    pub(crate) fn from(&self, from: u64) -> Vec<(u64, u64)> {
        let first = self.0.range(..=from).next_back().map_or(from, |(start, _)| *start);
        self.0.range(first..).map(|(start, end)| (*start, *end)).filter(|(_, end)| *end >= from).collect()
    }

    /// Up to `max` heights from `start` in the gaps before and between ranges.
    pub(crate) fn missing(&self, start: u64, max: usize) -> Vec<u64> {
        let mut out = Vec::new();
        let mut height = start;
        while out.len() < max {
            if let Some(end) = self.end_of(height) {
                height = end.saturating_add(1);
            }
            let Some(next) = self.next_start(height) else { break };
            let room = (max - out.len()) as u64;
            out.extend(height..next.min(height.saturating_add(room)));
            height = next;
        }
        out
    }
}

#[derive(Clone, Copy)]
struct BlockEntry {
    position: Position,
    hash: B256,
}

/// What became of a record offered to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inserted {
    New,
    Known,
    /// Another block is at that height.
    Conflict,
    /// Derived from a block that is not there.
    NoBlock,
}

/// All records by kind and height.
pub(crate) struct Index {
    blocks: ByHeight<BlockEntry>,
    by_hash: HashTable<u64>,
    pub(crate) block_ranges: Ranges,
    certificates: ByHeight<Position>,
    pub(crate) certificate_ranges: Ranges,
    senders: ByHeight<Position>,
    receipts: ByHeight<Position>,
    changesets: ByHeight<Position>,
    requests: ByHeight<Position>,
    derived_ranges: Ranges,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self {
            blocks: ByHeight::new(),
            by_hash: HashTable::new(),
            block_ranges: Ranges::default(),
            certificates: ByHeight::new(),
            certificate_ranges: Ranges::default(),
            senders: ByHeight::new(),
            receipts: ByHeight::new(),
            changesets: ByHeight::new(),
            requests: ByHeight::new(),
            derived_ranges: Ranges::default(),
        }
    }

    /// Whether a record of this kind, height and hash may be appended.
    pub(crate) fn admits(&self, kind: Kind, height: u64, hash: B256) -> Inserted {
        match self.blocks.get(height) {
            Some(entry) if entry.hash != hash => Inserted::Conflict,
            None if kind.stream() == Stream::Derived => Inserted::NoBlock,
            _ if self.position(kind, height).is_some() => Inserted::Known,
            _ => Inserted::New,
        }
    }

    pub(crate) fn insert(&mut self, header: &RecordHeader, position: Position) -> Inserted {
        let &RecordHeader { kind, height, hash, .. } = header;
        let admitted = self.admits(kind, height, hash);
        if admitted == Inserted::New {
            match kind {
                Kind::Block => self.insert_block(height, hash, position),
                Kind::Certificate => {
                    self.certificates.insert(height, position);
                    self.certificate_ranges.insert(height);
                }
                Kind::Senders => self.senders.insert(height, position),
                Kind::Receipts => self.receipts.insert(height, position),
                Kind::Changeset => self.changesets.insert(height, position),
                Kind::Requests => self.requests.insert(height, position),
            }
            if kind.stream() == Stream::Derived && self.derived_complete(height) {
                self.derived_ranges.insert(height);
            }
        }
        admitted
    }

    fn insert_block(&mut self, height: u64, hash: B256, position: Position) {
        self.blocks.insert(height, BlockEntry { position, hash });
        self.block_ranges.insert(height);
        let blocks = &self.blocks;
        let rehash = |height: &u64| blocks.get(*height).map_or(0, |entry| key(&entry.hash));
        self.by_hash.insert_unique(key(&hash), height, rehash);
    }

    /// Requests are not asked for: most blocks have none, and where there are some they are written
    /// first.
    fn derived_complete(&self, height: u64) -> bool {
        [Kind::Senders, Kind::Receipts, Kind::Changeset].iter().all(|kind| self.position(*kind, height).is_some())
    }

    pub(crate) fn position(&self, kind: Kind, height: u64) -> Option<Position> {
        match kind {
            Kind::Block => self.blocks.get(height).map(|entry| entry.position),
            Kind::Certificate => self.certificates.get(height),
            Kind::Senders => self.senders.get(height),
            Kind::Receipts => self.receipts.get(height),
            Kind::Changeset => self.changesets.get(height),
            Kind::Requests => self.requests.get(height),
        }
    }

    pub(crate) fn hash(&self, height: u64) -> Option<B256> {
        self.blocks.get(height).map(|entry| entry.hash)
    }

    pub(crate) fn number(&self, hash: &B256) -> Option<u64> {
        self.by_hash.find(key(hash), |height| self.hash(*height).as_ref() == Some(hash)).copied()
    }

    /// Highest height below which no block is missing; `None` without the genesis.
    pub(crate) fn contiguous(&self) -> Option<u64> {
        self.block_ranges.end_of(0)
    }

    /// Highest height up to which everything derived is held; the genesis has nothing derived.
    pub(crate) fn derived_contiguous(&self) -> u64 {
        self.derived_ranges.end_of(1).unwrap_or(0)
    }
}

/// Block hashes are uniform already.
fn key(hash: &B256) -> u64 {
    u64::from_be_bytes(hash[..8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn ranges_answer_as_a_plain_set_does(heights in prop::collection::vec(0u64..40, 0..40), at in 0u64..45, max in 0usize..20) {
            let mut ranges = Ranges::default();
            let mut set = BTreeSet::new();
            for height in heights {
                ranges.insert(height);
                set.insert(height);
            }
            let in_gap = |height: &u64| !set.contains(height) && set.range(*height..).next().is_some();
            let missing: Vec<u64> = (at..45).filter(in_gap).take(max).collect();
            prop_assert_eq!(ranges.missing(at, max), missing);
            let end = set.contains(&at).then(|| (at..).take_while(|height| set.contains(height)).last().unwrap());
            prop_assert_eq!(ranges.end_of(at), end);
            let after = end.unwrap_or(at) + 1;
            prop_assert_eq!(ranges.next_start(at), set.range(after..).next().copied());
            prop_assert_eq!(ranges.last(), set.last().copied());
            prop_assert_eq!(ranges.at_or_after(at), set.range(at..).next().copied());
            let covered: BTreeSet<u64> = ranges.from(at).into_iter().flat_map(|(start, end)| start..=end).filter(|height| *height >= at).collect();
            prop_assert_eq!(covered, set.range(at..).copied().collect::<BTreeSet<_>>());
        }
    }
}
