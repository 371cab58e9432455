use crate::{PoolError, PooledTransaction, core::Core};
use std::cmp::Reverse;

/// How many of the cheapest transactions are looked at for a victim that is not the newcomer's
/// own sender's.
const CANDIDATES: usize = 16;

impl Core {
    pub(crate) fn is_full_for(&self, tx: &PooledTransaction) -> bool {
        let limits = &self.config.limits;
        self.len() + 1 > limits.transactions || self.bytes + tx.bytes() > limits.bytes
    }

    /// Evicts one transaction for a newcomer, or says why none gives way:
    /// 1. a queued newcomer displaces nothing;
    /// 2. the latest queued transaction goes first;
    /// 3. with fees, the one with the lowest tip, if the newcomer offers more;
    /// 4. in fee mode zero, the last one of a sender far beyond its guaranteed number, if the
    ///    newcomer's sender is within its own.
    pub(crate) fn evict_for(&mut self, newcomer: &PooledTransaction, queued: bool) -> Result<(), PoolError> {
        if queued {
            return Err(PoolError::Full);
        }
        let last_queued = self.queued.values().next_back().map(|tx| (tx.sender(), tx.nonce()));
        let victim = match last_queued {
            Some(victim) => victim,
            None if self.rules.zero_fee => self.crowd_victim(newcomer).ok_or(PoolError::Full)?,
            None => self.cheap_victim(newcomer).ok_or(PoolError::Underpriced)?,
        };
        self.remove(victim.0, victim.1);
        Ok(())
    }

    fn cheap_victim(&self, newcomer: &PooledTransaction) -> Option<(althing_primitives::Address, u64)> {
        self.cheapest
            .iter()
            .take(CANDIDATES)
            .take_while(|(tip, _)| *tip < newcomer.tip_cap())
            .filter_map(|(_, Reverse(place))| self.ready.get(place))
            .find(|tx| tx.sender() != newcomer.sender())
            .map(|tx| (tx.sender(), tx.nonce()))
    }

    fn crowd_victim(&self, newcomer: &PooledTransaction) -> Option<(althing_primitives::Address, u64)> {
        let held = self.accounts.get(&newcomer.sender()).map_or(0, |account| account.entries.len());
        if held >= self.config.limits.sender_guaranteed {
            return None;
        }
        let (_, sender) = self.crowds.last()?;
        let last = self.accounts.get(sender)?.entries.keys().next_back()?;
        Some((*sender, *last))
    }
}
