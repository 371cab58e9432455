use crate::{
    HeadState, Limits, PoolConfig, PooledTransaction, Rules, Sender, Standing,
    account::{Account, Entry},
    debts::Debts,
    head::HeadError,
    place::{Lane, Place},
    shares::Shares,
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
/// Every transaction has a [`Place`]: its sponsor, its lane, and a number that grows. Ready ones get theirs
/// when they become ready, in nonce order, so walking `ready` never meets a sender's nonces out of order.
pub(crate) struct Core {
    pub(crate) config: PoolConfig,
    /// The limits before the members' terms.
    configured: Limits,
    pub(crate) rules: Arc<Rules>,
    pub(crate) now_ms: u64,
    pub(crate) by_hash: B256Map<Arc<PooledTransaction>>,
    pub(crate) accounts: AddressMap<Account>,
    /// Executable now, by place.
    pub(crate) ready: BTreeMap<Place, Arc<PooledTransaction>>,
    /// Waiting for a nonce or for funds, by place.
    pub(crate) queued: BTreeMap<Place, Arc<PooledTransaction>>,
    /// Ready ones that pay by tip, then latest first, with their sponsor: the order of eviction.
    /// Empty in fee mode zero.
    pub(crate) cheapest: BTreeSet<(u128, Reverse<u64>, u32)>,
    /// Senders beyond their guaranteed number, by sponsor and the power of two of their number.
    pub(crate) crowds: BTreeSet<(u32, u32, Address)>,
    /// What each sponsor's take of the pool.
    pub(crate) shares: Shares,
    /// What each sponsor had of the blocks.
    pub(crate) debts: Debts,
    /// Standings asked for since a system contract changed, so that a sender costs one question.
    pub(crate) standings: AddressMap<Standing>,
    /// How many pooled transactions carry an account's authorization.
    pub(crate) authorities: AddressMap<u32>,
    pub(crate) bytes: usize,
    next_number: u64,
    swept_ms: u64,
}

impl Core {
    pub(crate) fn new(config: PoolConfig, rules: Rules) -> Self {
        let configured = config.limits;
        let config = PoolConfig { limits: rules.limits(&configured), ..config };
        Self {
            config,
            configured,
            rules: Arc::new(rules),
            now_ms: 0,
            by_hash: B256Map::default(),
            accounts: AddressMap::default(),
            ready: BTreeMap::new(),
            queued: BTreeMap::new(),
            cheapest: BTreeSet::new(),
            crowds: BTreeSet::new(),
            shares: Shares::default(),
            debts: Debts::default(),
            standings: AddressMap::default(),
            authorities: AddressMap::default(),
            bytes: 0,
            next_number: 0,
            swept_ms: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_hash.len()
    }

    /// Adds a transaction whose nonce its sender has no other for, then promotes what follows.
    /// Returns how many became ready.
    pub(crate) fn insert(&mut self, tx: Arc<PooledTransaction>, state: Sender, standing: Standing) -> usize {
        let (sender, nonce) = (tx.sender(), tx.nonce());
        let number = self.take_number();
        let account = self.accounts.entry(sender).or_insert_with(|| Account::new(state, standing));
        let place = Place::open(account.standing.sponsor, number);
        let before = account.entries.len();
        account.entries.insert(nonce, Entry { transaction: tx.clone(), place });
        self.note(&tx, place.sponsor);
        self.enter_queued(place, tx);
        self.note_count(sender, place.sponsor, before, before + 1);
        self.promote(sender)
    }

    /// Puts a transaction in the place of another with the same sender and nonce.
    pub(crate) fn replace(&mut self, old: &PooledTransaction, tx: Arc<PooledTransaction>) {
        let sender = tx.sender();
        let account = self.accounts.get_mut(&sender).expect("the replaced one's sender is held");
        let is_ready = account.is_ready(tx.nonce());
        let entry = account.entries.get_mut(&tx.nonce()).expect("the replaced one is held");
        entry.transaction = tx.clone();
        let place = entry.place;
        account.spent = if is_ready { account.spent - old.cost() + tx.cost() } else { account.spent };
        self.note(&tx, place.sponsor);
        self.forget(old, place.sponsor);
        if is_ready {
            self.leave_ready(place, old);
            self.enter_ready(place, tx);
            self.relane(sender);
        } else {
            self.queued.insert(place, tx);
        }
    }

    /// Promotes a sender's queued transactions as far as nonce and balance allow.
    pub(crate) fn promote(&mut self, sender: Address) -> usize {
        let mut promoted = 0;
        loop {
            let (number, zero_fee) = (self.next_number, self.rules.zero_fee);
            let Some(account) = self.accounts.get_mut(&sender) else { break };
            let Some((tx, queued_at)) = account.promotable().map(|e| (e.transaction.clone(), e.place)) else { break };
            let place = Place { lane: account.lane_of(&tx, zero_fee), number, ..queued_at };
            account.entries.get_mut(&tx.nonce()).expect("it was found there").place = place;
            account.ready += 1;
            account.spent += tx.cost();
            self.next_number += 1;
            self.leave_queued(queued_at);
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
        while let Some(account) = self.accounts.get_mut(&sender).filter(|a| a.ready > 0 && a.next_nonce() > nonce) {
            account.ready -= 1;
            let last = account.next_nonce();
            let entry = account.entries.get_mut(&last).expect("ready ones are held");
            let (tx, was) = (entry.transaction.clone(), entry.place);
            let place = Place::open(was.sponsor, self.next_number);
            entry.place = place;
            account.spent -= tx.cost();
            self.next_number += 1;
            self.leave_ready(was, &tx);
            self.enter_queued(place, tx);
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
        self.relane(sender);
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
        let entry = account.entries.get_mut(&account.state.nonce).expect("ready ones are held");
        let (tx, was) = (entry.transaction.clone(), entry.place);
        let place = Place::open(was.sponsor, was.number);
        entry.place = place;
        account.state.nonce += 1;
        account.ready -= 1;
        account.spent -= tx.cost();
        self.leave_ready(was, &tx);
        self.enter_queued(place, tx);
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
        self.leave_queued(entry.place);
        self.forget(&entry.transaction, entry.place.sponsor);
        self.note_count(sender, entry.place.sponsor, before, before - 1);
    }

    fn note(&mut self, tx: &Arc<PooledTransaction>, sponsor: u32) {
        self.by_hash.insert(tx.hash(), tx.clone());
        self.bytes += tx.bytes();
        self.shares.add(sponsor, tx.bytes());
        for authority in tx.authorities() {
            *self.authorities.entry(*authority).or_default() += 1;
        }
    }

    fn forget(&mut self, tx: &PooledTransaction, sponsor: u32) {
        self.by_hash.remove(&tx.hash());
        self.bytes -= tx.bytes();
        self.shares.subtract(sponsor, tx.bytes());
        for authority in tx.authorities() {
            if let Some(count) = self.authorities.get_mut(authority) {
                *count -= 1;
                if *count == 0 {
                    self.authorities.remove(authority);
                }
            }
        }
    }

    pub(crate) fn enter_queued(&mut self, place: Place, tx: Arc<PooledTransaction>) {
        self.shares.queue(place.sponsor);
        self.queued.insert(place, tx);
    }

    pub(crate) fn leave_queued(&mut self, place: Place) {
        self.shares.unqueue(place.sponsor);
        self.queued.remove(&place);
    }

    pub(crate) fn enter_ready(&mut self, place: Place, tx: Arc<PooledTransaction>) {
        if !self.rules.zero_fee && place.lane == Lane::Open && tx.pays() {
            self.cheapest.insert((tx.tip_cap(), Reverse(place.number), place.sponsor));
        }
        self.ready.insert(place, tx);
    }

    pub(crate) fn leave_ready(&mut self, place: Place, tx: &PooledTransaction) {
        self.ready.remove(&place);
        if !self.rules.zero_fee {
            self.cheapest.remove(&(tx.tip_cap(), Reverse(place.number), place.sponsor));
        }
    }

    /// Keeps `crowds` right when a sender's number changes; touches it at powers of two only.
    pub(crate) fn note_count(&mut self, sender: Address, sponsor: u32, before: usize, after: usize) {
        let guaranteed = self.config.limits.sender_guaranteed;
        let bucket = |count: usize| (count > guaranteed).then(|| count.ilog2());
        let (old, new) = (bucket(before), bucket(after));
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.crowds.remove(&(sponsor, old, sender));
        }
        if let Some(new) = new {
            self.crowds.insert((sponsor, new, sender));
        }
    }

    fn take_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
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

    /// Follows the head's rules. Another fee mode, or another share that is free, changes what things cost and their
    /// order: then the pool is emptied, and what was in it handed back, in the order of its places, to be taken again.
    pub(crate) fn set_rules(&mut self, rules: Rules) -> Vec<Arc<PooledTransaction>> {
        if *self.rules == rules {
            return Vec::new();
        }
        let mut all = Vec::new();
        if self.rules.zero_fee != rules.zero_fee || self.rules.free_gas() != rules.free_gas() {
            all.extend(self.ready.values().chain(self.queued.values()).cloned());
            all.iter().for_each(|tx| self.remove(tx.sender(), tx.nonce()));
        }
        self.config.limits = rules.limits(&self.configured);
        self.rules = Arc::new(rules);
        all
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
