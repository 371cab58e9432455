use commonware_consensus::types::Round;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long this node's proposer may execute: half the block time, halved after each own
/// proposal that was given up, doubled back after each that was accepted.
#[derive(Clone)]
pub struct Budget {
    max: Duration,
    state: Arc<Mutex<State>>,
}

struct State {
    current: Duration,
    proposed: Option<Round>,
}

impl Budget {
    /// Below this not even one large transaction would be tried.
    const MIN: Duration = Duration::from_millis(5);

    /// Starts at half the block time.
    pub fn new(block_time: Duration) -> Self {
        let max = (block_time / 2).max(Self::MIN);
        Self { max, state: Arc::new(Mutex::new(State { current: max, proposed: None })) }
    }

    /// Time for the next block.
    pub fn current(&self) -> Duration {
        self.lock().current
    }

    /// This node proposed in the round.
    pub fn proposed(&self, round: Round) {
        self.lock().proposed = Some(round);
    }

    /// The round ended without its block.
    pub fn nullified(&self, round: Round) {
        let mut state = self.lock();
        if state.proposed.take_if(|proposed| *proposed == round).is_some() {
            state.current = (state.current / 2).max(Self::MIN);
        }
    }

    /// The round's block was accepted.
    pub fn certified(&self, round: Round) {
        let mut state = self.lock();
        if state.proposed.take_if(|proposed| *proposed == round).is_some() {
            state.current = (state.current * 2).min(self.max);
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
        let budget = Budget::new(Duration::from_millis(250));
        budget.proposed(round(3));
        budget.nullified(round(2));
        assert_eq!(budget.current(), Duration::from_millis(125));
        budget.nullified(round(3));
        budget.nullified(round(3));
        assert_eq!(budget.current(), Duration::from_micros(62_500));
        budget.proposed(round(4));
        budget.certified(round(4));
        assert_eq!(budget.current(), Duration::from_millis(125));
    }
}
