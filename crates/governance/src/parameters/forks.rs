//! Forks that a vote may schedule.

use super::layout::FORK_TIMES;
use crate::{Reader, Stop, storage::Store};
use althing_contracts::PARAMETERS as CONTRACT;
use althing_primitives::U256;

/// Forks this software knows that a consortium's genesis may leave inactive, in their order, as
/// genesis files name them.
pub const FORKS: [&str; 6] = ["osaka", "bpo1", "bpo2", "bpo3", "bpo4", "bpo5"];

/// When each of [`FORKS`] begins, seconds since 1970; `None` where it is not scheduled.
pub type ForkTimes = [Option<u64>; FORKS.len()];

/// Times in a slot of `uint64[]`.
const TIMES_PER_SLOT: usize = 4;

/// Slot and first bit of a fork's time.
fn place(index: usize) -> (U256, usize) {
    (FORK_TIMES.at() + U256::from(index / TIMES_PER_SLOT), 64 * (index % TIMES_PER_SLOT))
}

/// The forks as they are scheduled in a state. What has begun, or begins within the notice that a change needs, stays as
/// it is in every later state.
///
/// # Errors
/// The state does not read.
pub fn fork_times<R: Reader>(reader: &R) -> Result<ForkTimes, R::Error> {
    let (first, _) = place(0);
    let (second, _) = place(TIMES_PER_SLOT);
    let words = [reader.slot(CONTRACT, first)?, reader.slot(CONTRACT, second)?];
    Ok(std::array::from_fn(|index| in_word(words[index / TIMES_PER_SLOT], index)))
}

/// When a fork begins, seconds since 1970.
pub(super) fn time(store: &mut Store<'_>, index: usize) -> Result<Option<u64>, Stop> {
    let (slot, _) = place(index);
    Ok(in_word(store.get(slot)?, index))
}

fn in_word(word: U256, index: usize) -> Option<u64> {
    let (_, bit) = place(index);
    let time: u64 = crate::storage::field(word, bit, 64).saturating_to();
    time.checked_sub(1)
}

pub(crate) fn set_time(store: &mut Store<'_>, index: usize, time: Option<u64>) -> Result<(), Stop> {
    let (slot, bit) = place(index);
    let word = store.get(slot)?;
    let stored = time.map_or(0, |time| time.saturating_add(1));
    store.set(slot, crate::storage::with_field(word, bit, 64, U256::from(stored)))
}
