//! Values over time: `Checkpoint[]` arrays, as OpenZeppelin's.

use super::layout::checkpoint::{TIME, VALUE};
use crate::{Stop, storage::Store};
use althing_primitives::U256;

/// Notes that the array at `slot` has `value` from `time` (seconds) on.
pub(super) fn push(store: &mut Store<'_>, slot: U256, time: u64, value: u64) -> Result<(), Stop> {
    let length = store.get(slot)?;
    let first = store.elements(slot)?;
    let checkpoint = VALUE.set(TIME.set(U256::ZERO, U256::from(time)), U256::from(value));
    if !length.is_zero() {
        let last = first.wrapping_add(length).wrapping_sub(U256::from(1));
        if TIME.number(store.get(last)?) == time {
            return store.set(last, checkpoint);
        }
    }
    store.set(first.wrapping_add(length), checkpoint)?;
    store.set(slot, length.saturating_add(U256::from(1)))
}

/// The value at `time`, zero before the first.
pub(super) fn at(store: &mut Store<'_>, slot: U256, time: u64) -> Result<u64, Stop> {
    let length: u64 = store.get(slot)?.saturating_to();
    let first = store.elements(slot)?;
    let (mut low, mut high, mut value) = (0, length, 0);
    while low < high {
        let middle = low + (high - low) / 2;
        let word = store.get(first.wrapping_add(U256::from(middle)))?;
        if TIME.number(word) <= time {
            value = VALUE.number(word);
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(value)
}
