//! When blocks are made, and when an empty one is allowed: pure arithmetic on headers.

use althing_primitives::Block;
use std::time::Duration;

/// When blocks are made. The same on every node: verifiers check empty blocks against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// Target time between blocks under load.
    pub block_time: Duration,
    /// Empty blocks after the last transaction.
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

/// What pacing needs to know of the block to build on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its block time in milliseconds.
    pub time_ms: u64,
    /// Empty blocks in a row that end with it, at most [`Pacing::follow_up_blocks`].
    pub empties: u64,
}

impl Pacing {
    /// When the next block is due, in milliseconds: at the block time if there is work, else
    /// when an empty one is allowed.
    pub fn due_ms(&self, parent: Parent, work: bool) -> u64 {
        let wait = if work {
            self.block_time
        } else if parent.empties < self.follow_up_blocks {
            self.follow_up_time.min(self.heartbeat)
        } else {
            self.heartbeat
        };
        parent.time_ms.saturating_add(millis(wait))
    }

    /// Whether a block without transactions may follow at this time: as a follow-up or heartbeat.
    pub fn allows_empty(&self, parent: Parent, time_ms: u64) -> bool {
        time_ms >= self.due_ms(parent, false)
    }

    /// Continues the count of empty blocks. The genesis has no follow-ups.
    pub fn empties(&self, parent: u64, block: &Block) -> u64 {
        if block.number() == 0 {
            self.follow_up_blocks
        } else if block.body.transactions.is_empty() {
            parent.saturating_add(1).min(self.follow_up_blocks)
        } else {
            0
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: Parent = Parent { time_ms: 10_000, empties: 0 };

    #[test]
    fn work_is_due_at_the_block_time() {
        assert_eq!(Pacing::default().due_ms(PARENT, true), 10_250);
    }

    #[test]
    fn twelve_follow_ups_then_the_heartbeat() {
        let pacing = Pacing::default();
        assert_eq!(pacing.due_ms(Parent { empties: 11, ..PARENT }, false), 11_000);
        assert_eq!(pacing.due_ms(Parent { empties: 12, ..PARENT }, false), 70_000);
    }

    #[test]
    fn an_early_empty_block_is_refused() {
        let pacing = Pacing::default();
        assert!(!pacing.allows_empty(PARENT, 10_999));
        assert!(pacing.allows_empty(PARENT, 11_000));
        assert!(!pacing.allows_empty(Parent { empties: 12, ..PARENT }, 69_999));
    }

    #[test]
    fn times_near_the_end_of_u64_do_not_overflow() {
        let parent = Parent { time_ms: u64::MAX, empties: u64::MAX };
        assert_eq!(Pacing::default().due_ms(parent, false), u64::MAX);
    }
}
