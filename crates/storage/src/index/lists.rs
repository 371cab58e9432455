//! Lists of blocks, in pieces: each checkpoint adds one for what occurred in its blocks.
//!
//! ```text
//! key    PRF(what) 16 │ highest block of the piece 8
//! value  the other blocks of the piece, as distances downwards (LEB128), sealed
//! ```
//! Pieces are only added, never rewritten, so a reader needs no lock and the first piece at or
//! after a height is one seek.

use crate::{StateError, checkpoint::Vault, kv::Table};
use althing_keys::{Keyring, Purpose};
use althing_primitives::{Address, B256, BlockNumber, U256};
use std::ops::RangeInclusive;

const PREFIX_BYTES: usize = 16;
/// Pieces read from the store at a time.
const PIECES_AT_A_TIME: usize = 64;

/// What blocks are listed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Listed {
    /// Blocks that changed an account or its storage.
    Account(Address),
    /// Blocks that changed a slot.
    Slot(Address, U256),
    /// Blocks with a transaction to an account that they did not change.
    Called(Address),
    /// Blocks in which a contract logged.
    Emitter(Address),
    /// Blocks with a topic at a position.
    Topic(u8, B256),
}

impl Listed {
    pub(crate) const fn table(&self) -> Table {
        match self {
            Self::Account(_) | Self::Slot(..) | Self::Called(_) => Table::History,
            Self::Emitter(_) | Self::Topic(..) => Table::Logs,
        }
    }

    /// Kinds differ in their first byte, and one kind's have one length.
    fn preimage(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(53);
        match self {
            Self::Account(address) => {
                out.push(2);
                out.extend_from_slice(address.as_slice());
            }
            Self::Slot(address, slot) => {
                out.push(3);
                out.extend_from_slice(address.as_slice());
                out.extend_from_slice(&slot.to_be_bytes::<32>());
            }
            Self::Called(address) => {
                out.push(6);
                out.extend_from_slice(address.as_slice());
            }
            Self::Emitter(address) => {
                out.push(4);
                out.extend_from_slice(address.as_slice());
            }
            Self::Topic(position, topic) => {
                out.extend_from_slice(&[5, *position]);
                out.extend_from_slice(topic.as_slice());
            }
        }
        out
    }
}

/// The key of the piece that ends with `highest`.
pub(crate) fn list_key(keyring: &Keyring, listed: &Listed, highest: BlockNumber) -> Vec<u8> {
    let mut key = keyring.prf(Purpose::Index, &listed.preimage())[..PREFIX_BYTES].to_vec();
    key.extend_from_slice(&highest.to_be_bytes());
    key
}

/// Encodes a piece: `blocks` ascend and are not empty; the highest is in the key.
pub(crate) fn encode_list(blocks: &[BlockNumber]) -> Vec<u8> {
    let mut out = Vec::new();
    for pair in blocks.windows(2).rev() {
        let mut distance = pair[1] - pair[0];
        while distance >= 0x80 {
            out.push(distance as u8 | 0x80);
            distance >>= 7;
        }
        out.push(distance as u8);
    }
    out
}

/// The blocks of a piece, ascending; `None` if it does not read.
fn decode_list(highest: BlockNumber, bytes: &[u8]) -> Option<Vec<BlockNumber>> {
    let mut blocks = vec![highest];
    let (mut distance, mut shift) = (0u64, 0u32);
    for byte in bytes {
        distance |= u64::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            blocks.push(blocks.last()?.checked_sub(distance)?);
            (distance, shift) = (0, 0);
        }
    }
    blocks.reverse();
    (shift == 0).then_some(blocks)
}

/// The first block of a range that is listed.
pub(crate) fn first_block_with(
    vault: &Vault,
    listed: &Listed,
    range: RangeInclusive<BlockNumber>,
) -> Result<Option<BlockNumber>, StateError> {
    let pieces = pieces_from(vault, listed, *range.start(), 1)?;
    Ok(pieces.into_iter().flatten().find(|block| range.contains(block)))
}

/// All blocks of a range that are listed, ascending.
pub(crate) fn blocks_with(
    vault: &Vault,
    listed: &Listed,
    range: RangeInclusive<BlockNumber>,
) -> Result<Vec<BlockNumber>, StateError> {
    let mut blocks = Vec::new();
    let mut from = *range.start();
    loop {
        let pieces = pieces_from(vault, listed, from, PIECES_AT_A_TIME)?;
        let (count, highest) = (pieces.len(), pieces.last().and_then(|piece| piece.last()).copied());
        blocks.extend(pieces.into_iter().flatten().filter(|block| range.contains(block)));
        match highest.and_then(|highest| highest.checked_add(1)) {
            Some(next) if count == PIECES_AT_A_TIME && next <= *range.end() => from = next,
            _ => return Ok(blocks),
        }
    }
}

/// The next pieces that end at or above `from`.
fn pieces_from(
    vault: &Vault,
    listed: &Listed,
    from: BlockNumber,
    max: usize,
) -> Result<Vec<Vec<BlockNumber>>, StateError> {
    let start = list_key(vault.keyring(), listed, from);
    let same = |key: &[u8]| key.starts_with(&start[..PREFIX_BYTES]);
    let rows = vault.rows(listed.table(), &start, max, same)?;
    let decode = |(key, value): (Vec<u8>, Vec<u8>)| {
        let highest = key.get(PREFIX_BYTES..).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
        let blocks = highest.and_then(|highest| decode_list(highest, &value));
        blocks.ok_or_else(|| StateError::Durable("block list".to_owned()))
    };
    rows.into_iter().map(decode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_read_back(blocks in prop::collection::btree_set(any::<u64>(), 1..50)) {
            let blocks: Vec<u64> = blocks.into_iter().collect();
            let highest = *blocks.last().unwrap();
            prop_assert_eq!(decode_list(highest, &encode_list(&blocks)), Some(blocks));
        }

        #[test]
        fn any_bytes_decode_or_fail_without_panic(highest in any::<u64>(), bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = decode_list(highest, &bytes);
        }
    }
}
