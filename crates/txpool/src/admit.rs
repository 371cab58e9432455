use crate::{
    HeadState, Origin, PoolError, PooledTransaction, Sender, Standing,
    account::Account,
    config::{PRICE_BUMP_PERCENT, ZERO_FEE_REPLACE_AFTER_MS},
    core::Core,
    evict::Newcomer,
    head::{Code, HeadError},
    transaction::Prepared,
};
use althing_primitives::{Address, U256};
use std::sync::Arc;

/// What taking a transaction did.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) transaction: Arc<PooledTransaction>,
    /// How many transactions became ready by it, itself included.
    pub(crate) became_ready: usize,
}

impl Core {
    /// Holds a prepared transaction against the state and the pool, and takes it.
    pub(crate) fn admit(
        &mut self,
        prepared: Prepared,
        origin: Origin,
        head: &dyn HeadState,
    ) -> Result<Admitted, PoolError> {
        if self.by_hash.contains_key(&prepared.hash) {
            return Err(PoolError::AlreadyKnown);
        }
        let sender = prepared.transaction.signer();
        let state = self.sender(&sender, head).map_err(|_| PoolError::State)?;
        let standing = self.standing_of(&sender, head).map_err(|_| PoolError::State)?;
        let mut tx = PooledTransaction::new(prepared, self.now_ms, origin);
        if !self.pays(&tx, standing) {
            tx.waive_fees();
        }
        let tx = Arc::new(tx);
        self.check_terms(&tx, standing)?;
        self.check_tip(&tx)?;
        check_state(&tx, &state)?;
        self.check_expenditure(&tx, &state)?;
        self.check_delegation(&tx, &state)?;
        match self.existing(&tx) {
            Some(old) => self.admit_replacement(&old, tx),
            None => self.admit_new(tx, state, standing),
        }
    }

    /// Calls of system contracts are not asked before it is known who makes them.
    fn check_tip(&self, tx: &PooledTransaction) -> Result<(), PoolError> {
        let (tip, needed) = (tx.tip_cap(), self.config.tip_min);
        let is_asked = tx.pays() && self.rules.may_waive(tx.transaction()) && !self.rules.zero_fee;
        if is_asked && tip < needed { Err(PoolError::TipTooLow { tip, needed }) } else { Ok(()) }
    }

    fn standing_of(&mut self, sender: &Address, head: &dyn HeadState) -> Result<Standing, HeadError> {
        match self.accounts.get(sender) {
            Some(account) => Ok(account.standing),
            None => self.standing(sender, head),
        }
    }

    fn existing(&self, tx: &PooledTransaction) -> Option<Arc<PooledTransaction>> {
        let account = self.accounts.get(&tx.sender())?;
        account.entries.get(&tx.nonce()).map(|entry| entry.transaction.clone())
    }

    /// The sender's ready transactions and this one must be paid for together.
    fn check_expenditure(&self, tx: &PooledTransaction, state: &Sender) -> Result<(), PoolError> {
        let Some(account) = self.accounts.get(&tx.sender()) else { return Ok(()) };
        let (balance, queued, cost) = (state.balance, account.spent, tx.cost());
        let replaced = account.entries.get(&tx.nonce()).filter(|_| account.is_ready(tx.nonce()));
        let others = queued - replaced.map_or(U256::ZERO, |entry| entry.transaction.cost());
        if others.saturating_add(cost) > balance {
            return Err(PoolError::InsufficientFundsForAll { balance, queued: others, cost });
        }
        Ok(())
    }

    /// Accounts that run delegated code, or will when a pooled authorization is included, can lose
    /// nonce and balance by a stranger's call, so they hold few transactions (as in geth).
    fn check_delegation(&self, tx: &PooledTransaction, state: &Sender) -> Result<(), PoolError> {
        let max = self.config.limits.delegated_transactions;
        let held = |account: Option<&Account>| account.map_or(0, |account| account.entries.len());
        let account = self.accounts.get(&tx.sender());
        let delegated = state.code == Code::Delegated || self.authorities.contains_key(&tx.sender());
        let replaces = account.is_some_and(|account| account.entries.contains_key(&tx.nonce()));
        if delegated && !replaces {
            if tx.nonce() > account.map_or(state.nonce, Account::next_nonce) {
                return Err(PoolError::DelegatedGap);
            }
            if held(account) >= max {
                return Err(PoolError::DelegatedLimit);
            }
        }
        if tx.authorities().iter().any(|authority| held(self.accounts.get(authority)) > max) {
            return Err(PoolError::AuthorityReserved);
        }
        Ok(())
    }

    fn admit_replacement(
        &mut self,
        old: &PooledTransaction,
        tx: Arc<PooledTransaction>,
    ) -> Result<Admitted, PoolError> {
        if !self.may_replace(old, &tx) {
            return Err(PoolError::ReplacementUnderpriced);
        }
        if self.bytes - old.bytes() + tx.bytes() > self.config.limits.bytes {
            return Err(PoolError::Full);
        }
        self.replace(old, tx.clone());
        // A cheaper one leaves funds for what waited behind it.
        let promoted = self.promote(tx.sender());
        let ready = usize::from(self.accounts.get(&tx.sender()).is_some_and(|a| a.is_ready(tx.nonce())));
        Ok(Admitted { transaction: tx, became_ready: promoted.max(ready) })
    }

    fn may_replace(&self, old: &PooledTransaction, tx: &PooledTransaction) -> bool {
        let bumped = |old: u128, new: u128| {
            new > old && new >= old.saturating_add(old.saturating_mul(PRICE_BUMP_PERCENT).div_ceil(100))
        };
        if self.rules.zero_fee || !old.pays() || !tx.pays() {
            let waited_ms = self.now_ms - old.arrived_ms();
            return waited_ms >= ZERO_FEE_REPLACE_AFTER_MS || bumped(old.tip_cap(), tx.tip_cap());
        }
        bumped(old.fee_cap(), tx.fee_cap()) && bumped(old.tip_cap(), tx.tip_cap())
    }

    fn admit_new(
        &mut self,
        tx: Arc<PooledTransaction>,
        state: Sender,
        standing: Standing,
    ) -> Result<Admitted, PoolError> {
        let account = self.accounts.get(&tx.sender());
        let queued = tx.nonce() != account.map_or(state.nonce, Account::next_nonce);
        let limits = &self.config.limits;
        let (held, held_queued) = account.map_or((0, 0), |account| (account.entries.len(), account.queued()));
        if held >= limits.sender_transactions || (queued && held_queued >= limits.sender_queued) {
            return Err(PoolError::AccountLimit);
        }
        let newcomer = Newcomer { transaction: &tx, standing, queued };
        if queued && self.queued.len() >= limits.queued {
            self.evict_queued_for(newcomer)?;
        }
        while self.is_full_for(&tx) {
            self.evict_for(newcomer)?;
        }
        let became_ready = self.insert(tx.clone(), state, standing);
        Ok(Admitted { transaction: tx, became_ready })
    }
}

fn check_state(tx: &PooledTransaction, state: &Sender) -> Result<(), PoolError> {
    let (next, nonce) = (state.nonce, tx.nonce());
    if nonce < next {
        return Err(PoolError::NonceTooLow { next, nonce });
    }
    if let Code::Contract(code_hash) = state.code {
        return Err(PoolError::SenderHasCode { address: tx.sender(), code_hash });
    }
    let (balance, cost) = (state.balance, tx.cost());
    if cost > balance {
        return Err(PoolError::InsufficientFunds { balance, cost });
    }
    Ok(())
}
