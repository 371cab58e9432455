use crate::Limits;
use std::collections::BTreeMap;

/// What each sponsor's transactions take of the pool; sponsors without any are not listed. As many
/// entries as the consortium has members, at most.
#[derive(Debug, Default)]
pub(crate) struct Shares(BTreeMap<u32, Share>);

/// What one sponsor's transactions take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) transactions: usize,
    pub(crate) bytes: usize,
    /// Of the transactions, those that cannot be included yet.
    pub(crate) queued: usize,
}

impl Shares {
    pub(crate) fn of(&self, sponsor: u32) -> Share {
        self.0.get(&sponsor).copied().unwrap_or_default()
    }

    pub(crate) fn add(&mut self, sponsor: u32, bytes: usize) {
        let share = self.0.entry(sponsor).or_default();
        share.transactions += 1;
        share.bytes += bytes;
    }

    pub(crate) fn subtract(&mut self, sponsor: u32, bytes: usize) {
        let Some(share) = self.0.get_mut(&sponsor) else { return };
        share.transactions -= 1;
        share.bytes -= bytes;
        if share.transactions == 0 {
            self.0.remove(&sponsor);
        }
    }

    pub(crate) fn queue(&mut self, sponsor: u32) {
        self.0.entry(sponsor).or_default().queued += 1;
    }

    pub(crate) fn unqueue(&mut self, sponsor: u32) {
        if let Some(share) = self.0.get_mut(&sponsor) {
            share.queued -= 1;
        }
    }

    /// The sponsor with most queued transactions, and how many.
    pub(crate) fn most_queued(&self) -> Option<(u32, usize)> {
        self.0
            .iter()
            .map(|(sponsor, share)| (*sponsor, share.queued))
            .max_by_key(|(sponsor, queued)| (*queued, *sponsor))
    }

    /// The sponsor that takes most, the latest member of those that take the same.
    pub(crate) fn heaviest(&self, limits: &Limits) -> Option<u32> {
        self.0.iter().max_by_key(|(sponsor, share)| (share.weight(limits), **sponsor)).map(|(sponsor, _)| *sponsor)
    }

    #[cfg(test)]
    pub(crate) fn total(&self) -> Share {
        self.0.values().fold(Share::default(), |sum, share| Share {
            transactions: sum.transactions + share.transactions,
            bytes: sum.bytes + share.bytes,
            queued: sum.queued + share.queued,
        })
    }
}

impl Share {
    /// The part of the pool it takes, of places or of bytes, whichever is larger; comparable under the same limits.
    pub(crate) fn weight(&self, limits: &Limits) -> u128 {
        let of_places = self.transactions as u128 * limits.bytes as u128;
        let of_bytes = self.bytes as u128 * limits.transactions as u128;
        of_places.max(of_bytes)
    }

    /// With one transaction more.
    pub(crate) const fn and(self, bytes: usize) -> Self {
        Self { transactions: self.transactions + 1, bytes: self.bytes + bytes, queued: self.queued }
    }
}
