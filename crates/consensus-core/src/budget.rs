use commonware_consensus::types::Round;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long this node's proposer may execute: half the block time, halved after each own
/// proposal that was given up, doubled back after each that was accepted.
#[derive(Clone, Default)]
pub struct Budget {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    halvings: u32,
    proposed: Option<Round>,
}

impl Budget {
    /// Below this not even one large transaction would be tried.
    const MIN: Duration = Duration::from_millis(5);
    /// More would not be felt: a block time of a minute is at [`Self::MIN`] by then.
    const HALVINGS_MAX: u32 = 14;

    /// Time for the next block, where blocks are this far apart.
    pub fn current(&self, block_time: Duration) -> Duration {
        (block_time / (2 << self.lock().halvings)).max(Self::MIN)
    }

    /// This node proposed in the round.
    pub fn proposed(&self, round: Round) {
        self.lock().proposed = Some(round);
    }

    /// The round ended without its block.
    pub fn nullified(&self, round: Round) {
        let mut state = self.lock();
        if state.proposed.take_if(|proposed| *proposed == round).is_some() {
            state.halvings = (state.halvings + 1).min(Self::HALVINGS_MAX);
        }
    }

    /// The round's block was accepted.
    pub fn certified(&self, round: Round) {
        let mut state = self.lock();
        if state.proposed.take_if(|proposed| *proposed == round).is_some() {
            state.halvings = state.halvings.saturating_sub(1);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use commonware_consensus::types::{Epoch, View};

    fn round(view: u64) -> Round {
        Round::new(Epoch::zero(), View::new(view))
    }

    #[test]
    fn only_an_own_proposal_given_up_halves_it() {
        let (budget, block_time) = (Budget::default(), Duration::from_millis(250));
        budget.proposed(round(3));
        budget.nullified(round(2));
        assert_eq!(budget.current(block_time), Duration::from_millis(125));
        budget.nullified(round(3));
        budget.nullified(round(3));
        assert_eq!(budget.current(block_time), Duration::from_micros(62_500));
        budget.proposed(round(4));
        budget.certified(round(4));
        assert_eq!(budget.current(block_time), Duration::from_millis(125));
    }

    #[test]
    fn it_follows_the_block_time_and_ends_at_the_least() {
        let budget = Budget::default();
        for view in 0..40 {
            budget.proposed(round(view));
            budget.nullified(round(view));
        }
        assert_eq!(budget.current(Duration::from_secs(60)), Budget::MIN);
        assert_eq!(Budget::default().current(Duration::from_secs(2)), Duration::from_secs(1));
    }
}
