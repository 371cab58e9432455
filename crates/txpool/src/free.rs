//! Order of members' calls of system contracts that are free where others pay.

use crate::{PooledTransaction, Rules, debts::Debts, place::Place};
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    sync::Arc,
};

/// The sponsor that had least comes first, then who came first. What does not fit the gas and bytes that a block has
/// for them waits for the next.
#[derive(Debug)]
pub(crate) struct Free {
    turns: BinaryHeap<Turn>,
    /// Gas limits of what each sponsor was given, and what it had in earlier blocks.
    served: Debts,
    gas_left: u64,
    /// One may go beyond, so that a small lane stops none.
    bytes_left: u64,
}

#[derive(Debug)]
struct Turn {
    /// What its sponsor had when it got its turn.
    served: u64,
    place: Place,
    transaction: Arc<PooledTransaction>,
}

impl Free {
    pub(crate) fn new(served: Debts, rules: &Rules) -> Self {
        Self { turns: BinaryHeap::new(), served, gas_left: rules.free_gas(), bytes_left: rules.lane_bytes().max(1) }
    }

    /// Lets in a sender's next one.
    pub(crate) fn enter(&mut self, place: Place, transaction: Arc<PooledTransaction>) {
        self.turns.push(Turn { served: self.served.of(place.sponsor), place, transaction });
    }

    /// The next one that fits.
    pub(crate) fn next(&mut self) -> Option<Arc<PooledTransaction>> {
        while self.bytes_left > 0 {
            let Turn { served, place, transaction } = self.turns.pop()?;
            if served != self.served.of(place.sponsor) {
                // Its sponsor was given another since.
                self.enter(place, transaction);
                continue;
            }
            if let Some(left) = self.gas_left.checked_sub(transaction.gas_limit()) {
                self.gas_left = left;
                self.bytes_left = self.bytes_left.saturating_sub(transaction.bytes() as u64);
                self.served.charge(place.sponsor, transaction.gas_limit());
                return Some(transaction);
            }
        }
        None
    }
}

impl Turn {
    const fn rank(&self) -> Reverse<(u64, u64, u32)> {
        Reverse((self.served, self.place.number, self.place.sponsor))
    }
}

impl PartialEq for Turn {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Turn {}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Turn {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}
