//! When blocks are made, and when an empty one is allowed: pure arithmetic on headers.

use althing_primitives::Block;
use std::time::Duration;

/// When blocks are made. The same on every node: verifiers check empty blocks against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// Target time between blocks under load.
    pub block_time: Duration,
    /// Empty blocks after the last transaction, at most [`EMPTIES_MAX`].
    pub follow_up_blocks: u64,
    /// Time between those.
    pub follow_up_time: Duration,
    /// Time between blocks when idle.
    pub heartbeat: Duration,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            block_time: Duration::from_millis(250),
            follow_up_blocks: 12,
            follow_up_time: Duration::from_secs(1),
            heartbeat: Duration::from_secs(60),
        }
    }
}

/// What the state after a block says about the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The pace in force.
    pub pacing: Pacing,
    /// Whether a change waits for the end of the epoch; see [`is_change_pending`].
    pub pending: bool,
}

/// What pacing needs to know of the block to build on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its block time in milliseconds.
    pub time_ms: u64,
    /// Empty blocks in a row that end with it, at most [`EMPTIES_MAX`].
    pub empties: u64,
}

impl Pace {
    /// When the next block is due, in milliseconds: at the block time if there is work or a change
    /// waits, else when an empty one is allowed.
    pub fn due_ms(&self, parent: Parent, work: bool) -> u64 {
        let wait = match (work, self.pending) {
            (true, _) => self.pacing.block_time,
            (false, true) => self.pacing.block_time.min(self.idle(parent)),
            (false, false) => self.idle(parent),
        };
        parent.time_ms.saturating_add(millis(wait))
    }

    /// Whether a block, with or without transactions, may follow at this time: one without as a
    /// follow-up, as a heartbeat, or to bring a change about that waits.
    pub fn allows(&self, parent: Parent, time_ms: u64, has_transactions: bool) -> bool {
        time_ms >= self.due_ms(parent, false) || (has_transactions && time_ms >= self.due_ms(parent, true))
    }

    fn idle(&self, parent: Parent) -> Duration {
        let Pacing { follow_up_blocks, follow_up_time, heartbeat, .. } = self.pacing;
        if parent.empties < follow_up_blocks { follow_up_time.min(heartbeat) } else { heartbeat }
    }
}

/// Empty blocks in a row are counted up to here: the most follow-ups that any chain may have, so
/// that every node counts alike whatever the pace was.
pub const EMPTIES_MAX: u64 = 1_000;

/// Continues the count of empty blocks that end with a block. The genesis has no follow-ups.
pub fn count_empties(parent: u64, block: &Block) -> u64 {
    if block.number() == 0 {
        EMPTIES_MAX
    } else if block.body.transactions.is_empty() {
        parent.saturating_add(1).min(EMPTIES_MAX)
    } else {
        0
    }
}

/// Whether a change that takes effect between epochs, made in block `changed_at` (0: there was
/// none), still waits to be in force after block `parent`.
///
/// It waits through the rest of its epoch and for the first block of the next one: that block is
/// the first sign of life of those who came in.
pub const fn is_change_pending(changed_at: u64, parent: u64, epoch_length: u64) -> bool {
    changed_at > 0 && changed_at <= parent && changed_at / epoch_length == parent / epoch_length
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{Body, Header};

    const PARENT: Parent = Parent { time_ms: 10_000, empties: 0 };

    fn pace(pending: bool) -> Pace {
        Pace { pacing: Pacing::default(), pending }
    }

    #[test]
    fn work_is_due_at_the_block_time() {
        assert_eq!(pace(false).due_ms(PARENT, true), 10_250);
    }

    #[test]
    fn twelve_follow_ups_then_the_heartbeat() {
        assert_eq!(pace(false).due_ms(Parent { empties: 11, ..PARENT }, false), 11_000);
        assert_eq!(pace(false).due_ms(Parent { empties: 12, ..PARENT }, false), 70_000);
    }

    #[test]
    fn an_early_empty_block_is_refused() {
        assert!(!pace(false).allows(PARENT, 10_999, false));
        assert!(pace(false).allows(PARENT, 11_000, false));
        assert!(!pace(false).allows(Parent { empties: 12, ..PARENT }, 69_999, false));
    }

    #[test]
    fn a_block_of_transactions_keeps_the_block_time_too() {
        assert!(!pace(false).allows(PARENT, 10_249, true));
        assert!(pace(false).allows(PARENT, 10_250, true));
        let quick = Pacing { follow_up_time: Duration::from_millis(100), ..Pacing::default() };
        let quick = Pace { pacing: quick, pending: false };
        assert!(quick.allows(PARENT, 10_100, true), "made of transactions that came after it was due as an empty one");
        assert!(!quick.allows(PARENT, 10_099, true));
    }

    #[test]
    fn a_pending_change_allows_empty_blocks_at_the_block_time_and_no_earlier() {
        let idle = Parent { empties: EMPTIES_MAX, ..PARENT };
        for parent in [PARENT, idle] {
            assert_eq!(pace(true).due_ms(parent, false), 10_250);
            assert!(pace(true).allows(parent, 10_250, false));
            assert!(!pace(true).allows(parent, 10_249, false));
        }
        let slow = Pacing { block_time: Duration::from_secs(5), ..Pacing::default() };
        assert_eq!(Pace { pacing: slow, pending: true }.due_ms(PARENT, false), 11_000, "never later than idle");
    }

    #[test]
    fn a_change_waits_through_its_epoch_and_for_the_first_block_of_the_next() {
        let waits = |changed_at: u64| (0..40).filter(|parent| is_change_pending(changed_at, *parent, 10)).collect();
        let none: Vec<u64> = waits(0);
        assert!(none.is_empty(), "no change was ever made");
        assert_eq!(waits(13), (13..=19).collect::<Vec<_>>(), "blocks 14 to 20");
        assert_eq!(waits(20), (20..=29).collect::<Vec<_>>());
        assert_eq!(waits(29), [29], "decided by the last block of an epoch: in force at once");
    }

    #[test]
    fn empties_are_counted_alike_whatever_the_pace() {
        let block = |number| Block::new(Header { number, ..Header::default() }, Body::default());
        assert_eq!(count_empties(0, &block(0)), EMPTIES_MAX, "the genesis has no follow-ups");
        assert_eq!(count_empties(3, &block(7)), 4);
        assert_eq!(count_empties(EMPTIES_MAX, &block(7)), EMPTIES_MAX);
    }

    #[test]
    fn times_near_the_end_of_u64_do_not_overflow() {
        let parent = Parent { time_ms: u64::MAX, empties: u64::MAX };
        assert_eq!(pace(false).due_ms(parent, false), u64::MAX);
    }
}
