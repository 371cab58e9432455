//! The pool follows what governance says of its senders.

use crate::{
    HeadState, PoolError, PooledTransaction, Standing,
    core::Core,
    head::HeadError,
    place::{Lane, Place},
};
use althing_primitives::Address;
use std::{mem, sync::Arc};

/// What a block has besides its transactions' bytes at most: header, lists, seal.
const BLOCK_OVERHEAD_BYTES: u64 = 2_048;

impl Core {
    /// What governance says of an account: remembered, or asked for.
    pub(crate) fn standing(&mut self, address: &Address, head: &dyn HeadState) -> Result<Standing, HeadError> {
        if !self.rules.governed {
            return Ok(Standing::default());
        }
        if let Some(standing) = self.standings.get(address) {
            return Ok(*standing);
        }
        let standing = head.standing(address)?;
        // As many as there can be senders; who is asked for again then costs some slots.
        if self.standings.len() >= self.config.limits.transactions {
            self.standings.clear();
        }
        self.standings.insert(*address, standing);
        Ok(standing)
    }

    /// Whether a transaction pays for its gas where fees are charged: all do, but for members' calls of system contracts
    /// that fit what a block has for them.
    pub(crate) fn pays(&self, tx: &PooledTransaction, standing: Standing) -> bool {
        !(standing.calls_first(tx) && tx.gas_limit() <= self.rules.free_gas())
    }

    /// What the members' terms say of a transaction.
    pub(crate) fn check_terms(&self, tx: &PooledTransaction, standing: Standing) -> Result<(), PoolError> {
        standing.check(tx)?;
        self.check_room(tx, standing)?;
        if let Some(cap) = self.rules.transaction_gas_limit.filter(|cap| tx.gas_limit() > *cap) {
            return Err(PoolError::GasLimitTooHigh { cap, gas: tx.gas_limit() });
        }
        let (size, limit) = (tx.initcode_bytes(), self.rules.initcode_bytes_max);
        match self.rules.shanghai && size > limit {
            true => Err(PoolError::InitCodeTooLarge { size, limit }),
            false => Ok(()),
        }
    }

    /// Checks that a transaction fits an empty block.
    fn check_room(&self, tx: &PooledTransaction, standing: Standing) -> Result<(), PoolError> {
        // The system lane is nobody else's: what asks for more than the rest never fits.
        let rules = &self.rules;
        let (gas, bytes) = if standing.calls_first(tx) { (0, 0) } else { (rules.lane_gas(), rules.lane_bytes()) };
        if tx.gas_limit() > rules.block_gas_limit.saturating_sub(gas) {
            return Err(PoolError::ExceedsBlockGasLimit);
        }
        let limit = rules.block_bytes_max.saturating_sub(bytes).saturating_sub(BLOCK_OVERHEAD_BYTES);
        let (size, limit) = (tx.bytes(), usize::try_from(limit).unwrap_or(usize::MAX));
        if size > limit {
            return Err(PoolError::Oversized { size, limit });
        }
        Ok(())
    }

    /// Gives a sender a new standing: drops what the terms do not allow any more, moves the rest to its
    /// sponsor's share. Where other ones of it pay now than before, all are handed back, to be taken again.
    pub(crate) fn restand(&mut self, sender: Address, standing: Standing) -> Vec<Arc<PooledTransaction>> {
        let Some(account) = self.accounts.get_mut(&sender) else { return Vec::new() };
        let entries: Vec<_> = account.entries.values().map(|entry| entry.transaction.clone()).collect();
        let before = mem::replace(&mut account.standing, standing);
        if entries.iter().any(|tx| self.pays(tx, standing) != tx.pays()) {
            entries.iter().for_each(|tx| self.remove(sender, tx.nonce()));
            return entries;
        }
        for tx in entries {
            if self.check_terms(&tx, standing).is_err() {
                self.remove(sender, tx.nonce());
            }
        }
        if before.sponsor != standing.sponsor {
            self.move_to(sender, before.sponsor, standing.sponsor);
        }
        self.relane(sender);
        Vec::new()
    }

    fn move_to(&mut self, sender: Address, from: u32, sponsor: u32) {
        let Some(account) = self.accounts.get_mut(&sender) else { return };
        let (count, state_nonce, next) = (account.entries.len(), account.state.nonce, account.next_nonce());
        let mut moved = Vec::with_capacity(count);
        for (nonce, entry) in &mut account.entries {
            let place = Place { sponsor, ..entry.place };
            let was = mem::replace(&mut entry.place, place);
            moved.push((entry.transaction.clone(), was, (state_nonce..next).contains(nonce)));
        }
        for (tx, was, is_ready) in moved {
            let place = Place { sponsor, ..was };
            self.shares.subtract(was.sponsor, tx.bytes());
            self.shares.add(sponsor, tx.bytes());
            if is_ready {
                self.leave_ready(was, &tx);
                self.enter_ready(place, tx);
            } else {
                self.leave_queued(was);
                self.enter_queued(place, tx);
            }
        }
        self.note_count(sender, from, count, 0);
        self.note_count(sender, sponsor, 0, count);
    }

    /// Puts a sender's ready transactions in the lanes they belong to, after the first ones left or were
    /// replaced, or its standing changed.
    pub(crate) fn relane(&mut self, sender: Address) {
        let Some(account) = self.accounts.get_mut(&sender) else { return };
        let (standing, zero_fee) = (account.standing, self.rules.zero_fee);
        let (first, end) = (account.state.nonce, account.next_nonce());
        let mut lane = Lane::System;
        let mut moved = Vec::new();
        for (_, entry) in account.entries.range_mut(first..end) {
            if !standing.goes_first(&entry.transaction, zero_fee) {
                lane = Lane::Open;
            }
            if entry.place.lane != lane {
                let place = Place { lane, ..entry.place };
                moved.push((entry.transaction.clone(), mem::replace(&mut entry.place, place), place));
            } else if lane == Lane::Open {
                // Behind one of the open lane there is no other.
                break;
            }
        }
        for (tx, was, place) in moved {
            self.leave_ready(was, &tx);
            self.enter_ready(place, tx);
        }
    }
}
