use crate::{
    HeadState, PoolConfig, PooledTransaction, Rules, Sender,
    account::{Account, Entry},
    head::HeadError,
};
use althing_primitives::{Address, AddressMap, B256, B256Map};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How often the pool looks for expired transactions, in milliseconds.
pub(crate) const SWEEP_MS: u64 = 10_000;

/// The pool's data, without locks, threads or clock: the same calls give the same pool.
///
/// Every transaction has a *place*, a number that grows. Ready ones get theirs when they become
/// ready, in nonce order, so walking `ready` by place never meets a sender's nonces out of order.
pub(crate) struct Core {
    pub(crate) config: PoolConfig,
    pub(crate) rules: Arc<Rules>,
    pub(crate) now_ms: u64,
    pub(crate) by_hash: B256Map<Arc<PooledTransaction>>,
    pub(crate) accounts: AddressMap<Account>,
    /// Executable now, by place.
    pub(crate) ready: BTreeMap<u64, Arc<PooledTransaction>>,
    /// Waiting for a nonce or for funds, by place.
    pub(crate) queued: BTreeMap<u64, Arc<PooledTransaction>>,
    /// Ready ones by tip, then latest first: the order of eviction. Empty in fee mode zero.
    pub(crate) cheapest: BTreeSet<(u128, Reverse<u64>)>,
    /// Senders beyond their guaranteed number, by the power of two of their number.
    pub(crate) crowds: BTreeSet<(u32, Address)>,
    /// How many pooled transactions carry an account's authorization.
    pub(crate) authorities: AddressMap<u32>,
    pub(crate) bytes: usize,
    next_place: u64,
    swept_ms: u64,
}

impl Core {
    pub(crate) fn new(config: PoolConfig, rules: Rules) -> Self {
        Self {
            config,
            rules: Arc::new(rules),
            now_ms: 0,
            by_hash: B256Map::default(),
            accounts: AddressMap::default(),
            ready: BTreeMap::new(),
            queued: BTreeMap::new(),
            cheapest: BTreeSet::new(),
            crowds: BTreeSet::new(),
            authorities: AddressMap::default(),
            bytes: 0,
            next_place: 0,
            swept_ms: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_hash.len()
    }

    /// Adds a transaction whose nonce its sender has no other for, then promotes what follows.
    /// Returns how many became ready.
    pub(crate) fn insert(&mut self, tx: Arc<PooledTransaction>, state: Sender) -> usize {
        let (sender, nonce) = (tx.sender(), tx.nonce());
        self.bytes += tx.bytes();
        self.by_hash.insert(tx.hash(), tx.clone());
        for authority in tx.authorities() {
            *self.authorities.entry(*authority).or_default() += 1;
        }
        let place = self.take_place();
        self.queued.insert(place, tx.clone());
        let account = self.accounts.entry(sender).or_insert_with(|| Account::new(state));
        let before = account.entries.len();
        account.entries.insert(nonce, Entry { transaction: tx, place });
        self.note_count(sender, before, before + 1);
        self.promote(sender)
    }

    /// Puts a transaction in the place of another with the same sender and nonce.
    pub(crate) fn replace(&mut self, old: &PooledTransaction, tx: Arc<PooledTransaction>) {
        self.forget(old);
        self.bytes += tx.bytes();
        self.by_hash.insert(tx.hash(), tx.clone());
        for authority in tx.authorities() {
            *self.authorities.entry(*authority).or_default() += 1;
        }
        let account = self.accounts.get_mut(&tx.sender()).expect("the replaced one's sender is held");
        let is_ready = account.is_ready(tx.nonce());
        let entry = account.entries.get_mut(&tx.nonce()).expect("the replaced one is held");
        entry.transaction = tx.clone();
        let place = entry.place;
        if is_ready {
            account.spent = account.spent - old.cost() + tx.cost();
            self.enter_ready(place, tx);
            self.cheapest_remove(place, old);
        } else {
            self.queued.insert(place, tx);
        }
    }

    /// Promotes a sender's queued transactions as far as nonce and balance allow.
    pub(crate) fn promote(&mut self, sender: Address) -> usize {
        let mut promoted = 0;
        loop {
            let place = self.next_place;
            let Some(account) = self.accounts.get_mut(&sender) else { break };
            let Some((tx, queued_at)) = account.promotable().map(|e| (e.transaction.clone(), e.place)) else { break };
            account.entries.get_mut(&tx.nonce()).expect("it was found there").place = place;
            account.ready += 1;
            account.spent += tx.cost();
            self.next_place += 1;
            self.queued.remove(&queued_at);
            self.enter_ready(place, tx);
            promoted += 1;
        }
        promoted
    }

    /// Takes a transaction out; the ready ones behind it become queued.
    pub(crate) fn remove(&mut self, sender: Address, nonce: u64) {
        let Some(account) = self.accounts.get(&sender) else { return };
        if account.is_ready(nonce) {
            self.demote_from(sender, nonce);
        }
        self.remove_queued(sender, nonce);
    }

    /// Makes a sender's ready transactions from a nonce on queued.
    pub(crate) fn demote_from(&mut self, sender: Address, nonce: u64) {
        let Some(account) = self.accounts.get_mut(&sender) else { return };
        while account.ready > 0 && account.next_nonce() > nonce {
            account.ready -= 1;
            let last = account.next_nonce();
            let entry = account.entries.get_mut(&last).expect("ready ones are held");
            let tx = entry.transaction.clone();
            account.spent -= tx.cost();
            self.ready.remove(&entry.place);
            self.cheapest.remove(&(tx.tip_cap(), Reverse(entry.place)));
            entry.place = self.next_place;
            self.next_place += 1;
            self.queued.insert(entry.place, tx);
        }
    }

    /// Brings a sender in line with the state: drops what was included or can no longer be paid,
    /// demotes and promotes the rest. Returns how many became ready.
    pub(crate) fn refresh(&mut self, sender: Address, state: Sender) -> usize {
        let Some(account) = self.accounts.get(&sender) else { return 0 };
        if state.nonce < account.state.nonce {
            self.demote_from(sender, 0);
        }
        self.drop_below(sender, state.nonce);
        let Some(account) = self.accounts.get_mut(&sender) else { return 0 };
        account.state = state;
        while let Some(account) = self.accounts.get(&sender).filter(|a| a.spent > state.balance) {
            let last = account.next_nonce() - 1;
            self.demote_from(sender, last);
        }
        self.drop_unpayable(sender);
        self.promote(sender)
    }

    fn drop_below(&mut self, sender: Address, nonce: u64) {
        while let Some(account) = self.accounts.get_mut(&sender) {
            let Some(first) = account.entries.first_entry().filter(|entry| *entry.key() < nonce) else { break };
            let first = *first.key();
            if account.is_ready(first) {
                self.unready_first(sender);
            }
            self.remove_queued(sender, first);
        }
    }

    /// Makes the first ready transaction queued without touching those behind it: the state's
    /// nonce moves past it.
    fn unready_first(&mut self, sender: Address) {
        let account = self.accounts.get_mut(&sender).expect("the caller found it");
        let entry = account.entries.get(&account.state.nonce).expect("ready ones are held");
        let (tx, place) = (entry.transaction.clone(), entry.place);
        account.state.nonce += 1;
        account.ready -= 1;
        account.spent -= tx.cost();
        self.ready.remove(&place);
        self.cheapest.remove(&(tx.tip_cap(), Reverse(place)));
        self.queued.insert(place, tx);
    }

    fn drop_unpayable(&mut self, sender: Address) {
        let Some(account) = self.accounts.get(&sender) else { return };
        let balance = account.state.balance;
        let end = account.next_nonce();
        let nonces: Vec<u64> =
            account.entries.range(end..).filter(|(_, e)| e.transaction.cost() > balance).map(|(n, _)| *n).collect();
        for nonce in nonces {
            self.remove_queued(sender, nonce);
        }
    }

    fn remove_queued(&mut self, sender: Address, nonce: u64) {
        let Some(account) = self.accounts.get_mut(&sender) else { return };
        let before = account.entries.len();
        let Some(entry) = account.entries.remove(&nonce) else { return };
        if before == 1 {
            self.accounts.remove(&sender);
        }
        self.queued.remove(&entry.place);
        self.forget(&entry.transaction);
        self.note_count(sender, before, before - 1);
    }

    fn forget(&mut self, tx: &PooledTransaction) {
        self.by_hash.remove(&tx.hash());
        self.bytes -= tx.bytes();
        for authority in tx.authorities() {
            if let Some(count) = self.authorities.get_mut(authority) {
                *count -= 1;
                if *count == 0 {
                    self.authorities.remove(authority);
                }
            }
        }
    }

    fn enter_ready(&mut self, place: u64, tx: Arc<PooledTransaction>) {
        if !self.rules.zero_fee {
            self.cheapest.insert((tx.tip_cap(), Reverse(place)));
        }
        self.ready.insert(place, tx);
    }

    fn cheapest_remove(&mut self, place: u64, old: &PooledTransaction) {
        if self.ready.get(&place).is_some_and(|tx| tx.tip_cap() != old.tip_cap()) {
            self.cheapest.remove(&(old.tip_cap(), Reverse(place)));
        }
    }

    /// Keeps `crowds` right when a sender's number changes; touches it at powers of two only.
    fn note_count(&mut self, sender: Address, before: usize, after: usize) {
        let guaranteed = self.config.limits.sender_guaranteed;
        let bucket = |count: usize| (count > guaranteed).then(|| count.ilog2());
        let (old, new) = (bucket(before), bucket(after));
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.crowds.remove(&(old, sender));
        }
        if let Some(new) = new {
            self.crowds.insert((new, sender));
        }
    }

    fn take_place(&mut self) -> u64 {
        self.next_place += 1;
        self.next_place - 1
    }

    /// Moves time on and drops what waited too long.
    pub(crate) fn tick(&mut self, now_ms: u64) {
        self.now_ms = self.now_ms.max(now_ms);
        if self.now_ms - self.swept_ms < SWEEP_MS {
            return;
        }
        self.swept_ms = self.now_ms;
        let limits = &self.config.limits;
        let (now, queued_ms, pending_ms) = (self.now_ms, limits.queued_lifetime_ms, limits.pending_lifetime_ms);
        let expired = |tx: &PooledTransaction, lifetime| now - tx.arrived_ms() > lifetime;
        let queued = self.queued.values().filter(|tx| expired(tx, queued_ms));
        let ready = self.ready.values().filter(|tx| expired(tx, pending_ms));
        let gone: Vec<_> = queued.chain(ready).map(|tx| (tx.sender(), tx.nonce())).collect();
        for (sender, nonce) in gone {
            self.remove(sender, nonce);
        }
    }

    /// Follows the head's rules. Another fee mode changes what everything costs and its order, so
    /// the pool starts empty then; clients send again.
    pub(crate) fn set_rules(&mut self, rules: Rules) {
        if *self.rules == rules {
            return;
        }
        if self.rules.zero_fee != rules.zero_fee {
            let all: Vec<_> =
                self.accounts.iter().flat_map(|(a, held)| held.entries.keys().map(|n| (*a, *n))).collect();
            all.into_iter().for_each(|(sender, nonce)| self.remove(sender, nonce));
        }
        self.rules = Arc::new(rules);
    }

    /// The account as the pool knows it, or as the state has it.
    pub(crate) fn sender(&self, address: &Address, head: &dyn HeadState) -> Result<Sender, HeadError> {
        match self.accounts.get(address) {
            Some(account) => Ok(account.state),
            None => head.sender(address),
        }
    }

    pub(crate) fn get(&self, hash: &B256) -> Option<&Arc<PooledTransaction>> {
        self.by_hash.get(hash)
    }
}
