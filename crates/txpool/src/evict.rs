use crate::{
    PoolError, PooledTransaction, Standing,
    core::Core,
    place::{Lane, Place},
};
use althing_primitives::Address;
use std::cmp::Reverse;

/// How many of the cheapest transactions are looked at for a victim that is not the newcomer's
/// own sender's.
const CANDIDATES: usize = 16;

/// A transaction that wants to come in.
#[derive(Clone, Copy)]
pub(crate) struct Newcomer<'a> {
    pub(crate) transaction: &'a PooledTransaction,
    pub(crate) standing: Standing,
    pub(crate) queued: bool,
}

type Victim = (Address, u64);

impl Core {
    pub(crate) fn is_full_for(&self, tx: &PooledTransaction) -> bool {
        let limits = &self.config.limits;
        self.len() + 1 > limits.transactions || self.bytes + tx.bytes() > limits.bytes
    }

    /// Evicts one transaction for a newcomer, or says why none gives way. The sponsor that takes most of
    /// the pool gives way to one that takes less; within a sponsor
    /// 1. a queued newcomer displaces nothing;
    /// 2. the latest queued transaction goes first;
    /// 3. with fees, the one with the lowest tip, whoever's, if the newcomer offers more;
    /// 4. in fee mode zero, the last one of a sender far beyond its guaranteed number, if the
    ///    newcomer's sender is within its own.
    ///
    /// Members' calls of system contracts need no tip where they are free, and displace their own sponsor's others; they
    /// give way to nobody unless they alone make their sponsor the one that takes most.
    pub(crate) fn evict_for(&mut self, newcomer: Newcomer<'_>) -> Result<(), PoolError> {
        let own = newcomer.standing.sponsor;
        let heaviest = self.heavier_than(newcomer);
        if newcomer.queued && heaviest.is_none() {
            return Err(PoolError::Full);
        }
        let queued = self.last_queued(heaviest.unwrap_or(own));
        let is_free = !self.rules.zero_fee && !newcomer.transaction.pays();
        let victim = match (queued, heaviest) {
            (Some(victim), _) => Some(victim),
            (None, heaviest) if is_free => {
                self.cheap_victim(newcomer).or_else(|| heaviest.and_then(|heaviest| self.last_ready(heaviest)))
            }
            (None, _) if !self.rules.zero_fee => self.cheap_victim(newcomer),
            (None, Some(heaviest)) => self.last_ready(heaviest),
            (None, None) if newcomer.standing.calls_first(newcomer.transaction) => self.last_open(own),
            (None, None) => self.crowd_victim(newcomer),
        };
        let bids = !self.rules.zero_fee && !is_free && !newcomer.queued;
        let refusal = if bids { PoolError::Underpriced } else { PoolError::Full };
        let (sender, nonce) = victim.ok_or(refusal)?;
        self.remove(sender, nonce);
        Ok(())
    }

    /// Makes room among the queued ones: of the sponsor that has most of them, if the newcomer's has
    /// fewer.
    pub(crate) fn evict_queued_for(&mut self, newcomer: Newcomer<'_>) -> Result<(), PoolError> {
        let (most, count) = self.shares.most_queued().ok_or(PoolError::Full)?;
        if most == newcomer.standing.sponsor || count <= self.shares.of(newcomer.standing.sponsor).queued + 1 {
            return Err(PoolError::Full);
        }
        let (sender, nonce) = self.last_queued(most).ok_or(PoolError::Full)?;
        self.remove(sender, nonce);
        Ok(())
    }

    /// Evicts up to so many of what is beyond the limits; whether more is.
    pub(crate) fn shrink(&mut self, most: usize) -> bool {
        for _ in 0..most {
            let limits = &self.config.limits;
            if self.len() <= limits.transactions && self.bytes <= limits.bytes {
                return false;
            }
            let heaviest = self.shares.heaviest(limits);
            let victim = heaviest.and_then(|sponsor| self.last_queued(sponsor).or_else(|| self.last_ready(sponsor)));
            let Some((sender, nonce)) = victim else { return false };
            self.remove(sender, nonce);
        }
        true
    }

    /// The sponsor that takes most of the pool, if it takes more than the newcomer's would with it.
    fn heavier_than(&self, newcomer: Newcomer<'_>) -> Option<u32> {
        let limits = &self.config.limits;
        let own = newcomer.standing.sponsor;
        let heaviest = self.shares.heaviest(limits).filter(|heaviest| *heaviest != own)?;
        let with = self.shares.of(own).and(newcomer.transaction.bytes()).weight(limits);
        (self.shares.of(heaviest).weight(limits) > with).then_some(heaviest)
    }

    fn last_queued(&self, sponsor: u32) -> Option<Victim> {
        let range = self.queued.range(Place::first_of(sponsor)..=Place::last_of(sponsor));
        range.map(|(_, tx)| (tx.sender(), tx.nonce())).next_back()
    }

    /// The latest of a sponsor's ready ones, which is its sender's last: of the open lane, if there is any.
    fn last_ready(&self, sponsor: u32) -> Option<Victim> {
        let range = self.ready.range(Place::first_of(sponsor)..=Place::last_of(sponsor));
        range.map(|(_, tx)| (tx.sender(), tx.nonce())).next_back()
    }

    fn last_open(&self, sponsor: u32) -> Option<Victim> {
        let range = self.ready.range(Place::open(sponsor, 0)..=Place::last_of(sponsor));
        range.map(|(_, tx)| (tx.sender(), tx.nonce())).next_back()
    }

    fn cheap_victim(&self, newcomer: Newcomer<'_>) -> Option<Victim> {
        let tx = newcomer.transaction;
        let bids = tx.pays();
        self.cheapest
            .iter()
            .take(CANDIDATES)
            .take_while(|(tip, ..)| !bids || *tip < tx.tip_cap())
            .filter_map(|(_, Reverse(number), sponsor)| {
                self.ready.get(&Place { sponsor: *sponsor, lane: Lane::Open, number: *number })
            })
            .find(|held| held.sender() != tx.sender())
            .map(|held| (held.sender(), held.nonce()))
    }

    fn crowd_victim(&self, newcomer: Newcomer<'_>) -> Option<Victim> {
        let Newcomer { transaction, standing, .. } = newcomer;
        let held = self.accounts.get(&transaction.sender()).map_or(0, |account| account.entries.len());
        if held >= self.config.limits.sender_guaranteed {
            return None;
        }
        let own = (standing.sponsor, 0, Address::ZERO)..=(standing.sponsor, u32::MAX, Address::repeat_byte(0xff));
        let (_, _, crowd) = self.crowds.range(own).next_back()?;
        let last = self.accounts.get(crowd)?.entries.keys().next_back()?;
        Some((*crowd, *last))
    }
}
