use crate::{
    PooledTransaction, Sender, Standing,
    place::{Lane, Place},
};
use althing_primitives::U256;
use std::{collections::BTreeMap, sync::Arc};

/// One sender's transactions by nonce. The first [`Account::ready`] of them follow the state's
/// nonce without a gap and the balance pays for them together; the rest are queued.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) state: Sender,
    pub(crate) standing: Standing,
    pub(crate) entries: BTreeMap<u64, Entry>,
    pub(crate) ready: usize,
    /// What the ready ones cost together, never more than the balance.
    pub(crate) spent: U256,
}

/// A transaction and its place among the ready or the queued ones, see `Core`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) transaction: Arc<PooledTransaction>,
    pub(crate) place: Place,
}

impl Account {
    pub(crate) const fn new(state: Sender, standing: Standing) -> Self {
        Self { state, standing, entries: BTreeMap::new(), ready: 0, spent: U256::ZERO }
    }

    /// The nonce the next ready transaction must have.
    pub(crate) const fn next_nonce(&self) -> u64 {
        self.state.nonce + self.ready as u64
    }

    /// Whether the entry of this nonce, if there is one, is ready.
    pub(crate) const fn is_ready(&self, nonce: u64) -> bool {
        nonce >= self.state.nonce && nonce < self.next_nonce()
    }

    pub(crate) fn queued(&self) -> usize {
        self.entries.len() - self.ready
    }

    /// The entry that becomes ready next, if its nonce and cost allow.
    pub(crate) fn promotable(&self) -> Option<&Entry> {
        let entry = self.entries.get(&self.next_nonce())?;
        let spent = self.spent.checked_add(entry.transaction.cost())?;
        (spent <= self.state.balance).then_some(entry)
    }

    /// The lane of a transaction that becomes ready behind those that are.
    pub(crate) fn lane_of(&self, tx: &PooledTransaction, zero_fee: bool) -> Lane {
        if !self.standing.goes_first(tx, zero_fee) {
            return Lane::Open;
        }
        let last = self.next_nonce().checked_sub(1).filter(|last| self.is_ready(*last));
        last.and_then(|last| self.entries.get(&last)).map_or(Lane::System, |entry| entry.place.lane)
    }

    /// Ready transactions from a nonce on.
    pub(crate) fn ready_from(&self, nonce: u64) -> impl Iterator<Item = &Entry> {
        let end = self.next_nonce();
        self.entries.range(nonce.min(end)..end).map(|(_, entry)| entry)
    }

    /// Ready and queued transactions, each by nonce.
    pub(crate) fn split(&self) -> (Vec<Arc<PooledTransaction>>, Vec<Arc<PooledTransaction>>) {
        let all = |entries: &mut dyn Iterator<Item = &Entry>| entries.map(|e| e.transaction.clone()).collect();
        let end = self.next_nonce();
        (all(&mut self.ready_from(0)), all(&mut self.entries.range(end..).map(|(_, entry)| entry)))
    }
}
