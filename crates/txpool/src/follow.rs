//! The pool follows the chain.

use crate::{
    Origin, Pool, PooledTransaction, Rules,
    core::Core,
    debts::Debts,
    head::HeadError,
    pool::{LOCKED_MAX, rules_after},
};
use althing_contracts::{DEPLOYER_ALLOW_LIST, MEMBERS, PARAMETERS, TRANSACTION_ALLOW_LIST};
use althing_primitives::{Address, Changeset, CommittedBlock, PreviousAccount, RecoveredBlock, TransactionExt};
use std::sync::Arc;

impl Pool {
    /// Follows a committed block, after the storage did: `changes` are the accounts it touched. Drops
    /// what was included, re-checks pooled senders among the changed accounts, and all of them where a system
    /// contract changed or a fork began that bounds a transaction's gas; promotes what became possible.
    pub fn on_commit(&self, block: &CommittedBlock, changes: &Changeset) {
        let rules = rules_after(&self.0.spec, &block.block.header, &*self.0.head);
        self.advance(|| gas_used(block), changes, rules);
    }

    /// [`Self::on_commit`], with who used how much gas, where that matters.
    pub(crate) fn advance(&self, used: impl FnOnce() -> Vec<(Address, u64)>, changes: &Changeset, rules: Rules) {
        let contended = self.with_core(|core| core.is_contended());
        if contended {
            self.for_sponsors(&used(), |core, sponsor, gas| core.debts.charge(sponsor, gas));
        }
        self.follow(changes, rules);
        if contended {
            self.with_core(|core| core.settle());
        }
    }

    pub(crate) fn follow(&self, changes: &Changeset, rules: Rules) {
        let governed = rules.governed;
        let governance_changed = governed && changes.accounts.iter().any(moves_standings);
        let (again, is_capped_anew, rules) = self.with_core(|core| {
            if governance_changed {
                core.standings.clear();
            }
            let cap = core.rules.transaction_gas_limit;
            let again = core.set_rules(rules);
            (again, core.rules.transaction_gas_limit != cap, core.rules.clone())
        });
        *self.0.rules.write() = rules;
        self.take_again(&again);
        while self.with_core(|core| core.shrink(LOCKED_MAX)) {}
        if governance_changed || is_capped_anew {
            self.restand();
        }
        let mut ready = 0;
        for accounts in changes.accounts.chunks(LOCKED_MAX) {
            let mut core = self.0.core.lock();
            for changed in accounts {
                ready += self.refresh(&mut core, changed.address) as u64;
            }
        }
        if ready > 0 {
            self.0.arrivals.send_modify(|count| *count += ready);
        }
        self.0.metrics.holds(self.status(), self.with_core(|core| core.bytes));
    }

    /// Takes what was handed back when the rules changed; what they do not allow is dropped.
    fn take_again(&self, transactions: &[Arc<PooledTransaction>]) {
        for transactions in transactions.chunks(LOCKED_MAX) {
            let mut core = self.0.core.lock();
            for tx in transactions {
                let prepared = tx.prepared(&core.rules);
                let origin = if tx.is_local() { Origin::Local } else { Origin::Peer };
                // Refused now: as if it came after the vote.
                let _ = core.admit(prepared, origin, &*self.0.head);
            }
        }
    }

    fn refresh(&self, core: &mut Core, address: Address) -> usize {
        if !core.accounts.contains_key(&address) {
            return 0;
        }
        match self.0.head.sender(&address) {
            Ok(state) => core.refresh(address, state),
            Err(HeadError) => 0,
        }
    }

    /// Asks again what governance says of every sender.
    fn restand(&self) {
        let senders: Vec<Address> = self.with_core(|core| core.accounts.keys().copied().collect());
        let mut again = Vec::new();
        for senders in senders.chunks(LOCKED_MAX) {
            let mut core = self.0.core.lock();
            for sender in senders {
                if let Ok(standing) = core.standing(sender, &*self.0.head) {
                    again.extend(core.restand(*sender, standing));
                }
            }
        }
        self.take_again(&again);
    }

    /// What sponsors had in blocks by now: those committed, and these that are not yet. Nothing where nobody
    /// competes.
    pub(crate) fn served(&self, ancestors: &[Arc<RecoveredBlock>]) -> Debts {
        let Some(mut served) = self.with_core(|core| core.is_contended().then(|| core.debts.clone())) else {
            return Debts::default();
        };
        for block in ancestors {
            let limits: Vec<_> = block.transactions().map(|(tx, sender)| (sender, tx.gas_limit())).collect();
            self.for_sponsors(&limits, |_, sponsor, gas| served.charge(sponsor, gas));
        }
        served
    }

    fn for_sponsors(&self, used: &[(Address, u64)], mut visit: impl FnMut(&mut Core, u32, u64)) {
        for used in used.chunks(LOCKED_MAX) {
            let mut core = self.0.core.lock();
            for (sender, gas) in used {
                if let Ok(standing) = core.standing(sender, &*self.0.head) {
                    visit(&mut core, standing.sponsor, *gas);
                }
            }
        }
    }
}

/// Whether what governance says of senders may be another after such a change: ballots and payments change nothing of it.
fn moves_standings(changed: &PreviousAccount) -> bool {
    let read = [MEMBERS, PARAMETERS, DEPLOYER_ALLOW_LIST, TRANSACTION_ALLOW_LIST];
    !changed.storage.is_empty() && read.contains(&changed.address)
}

impl Core {
    /// Whether sponsors compete, or did lately.
    fn is_contended(&self) -> bool {
        self.rules.governed && (!self.debts.is_empty() || self.waiting().len() > 1)
    }

    fn settle(&mut self) {
        let waiting = self.waiting();
        self.debts.settle(&waiting);
    }
}

/// Who used how much gas in a block.
fn gas_used(block: &CommittedBlock) -> Vec<(Address, u64)> {
    let mut before = 0;
    let receipts = block.receipts.iter().map(|receipt| {
        let used = receipt.cumulative_gas_used.saturating_sub(before);
        before = receipt.cumulative_gas_used;
        used
    });
    block.block.transactions().map(|(_, sender)| sender).zip(receipts).collect()
}
