//! The pool's core against a model that keeps plain lists and searches them.

use super::fixture::{State, prepare, prepared, transfer};
use crate::{
    Limits, Origin, PoolConfig, PoolError, Rules, Sender, Standing,
    config::ZERO_FEE_REPLACE_AFTER_MS,
    core::{Core, SWEEP_MS},
    shares::Share,
};
use althing_contracts::GOVERNANCE;
use althing_primitives::{Address, B256, TransactionExt, TxKind, U256};
use proptest::prelude::*;
use std::cmp::Reverse;

const SENDERS: u8 = 5;

fn limits() -> Limits {
    Limits {
        transactions: 20,
        bytes: 1_900,
        queued: 6,
        sender_transactions: 8,
        sender_queued: 3,
        sender_guaranteed: 2,
        queued_lifetime_ms: 30_000,
        pending_lifetime_ms: 60_000,
        ..Limits::default()
    }
}

#[derive(Clone, Debug)]
enum Step {
    Submit { sender: u8, ahead: u64, tip: u128, cost: u64, again: bool, system: bool },
    Stand { sender: u8, sponsor: u32, is_member: bool, may_send: bool },
    Commit { sender: u8, included: u64, balance: u64 },
    Remove { index: usize },
    Wait { ms: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..SENDERS, 0..7u64, 0..40u128, 0..40u64, prop::bool::weighted(0.1), any::<bool>())
            .prop_map(|(sender, ahead, tip, cost, again, system)| Step::Submit { sender, ahead, tip, cost, again, system }),
        1 => (0..SENDERS, 0..3u32, any::<bool>(), prop::bool::weighted(0.7))
            .prop_map(|(sender, sponsor, is_member, may_send)| Step::Stand { sender, sponsor, is_member, may_send }),
        2 => (0..SENDERS, 0..4u64, 0..150u64)
            .prop_map(|(sender, included, balance)| Step::Commit { sender, included, balance }),
        1 => (0..30usize).prop_map(|index| Step::Remove { index }),
        1 => (0..20_000u64).prop_map(|ms| Step::Wait { ms }),
    ]
}

#[derive(Clone, Debug)]
struct Held {
    sender: usize,
    nonce: u64,
    tip: u128,
    /// What it spends where it pays for its gas.
    offered: u64,
    cost: u64,
    system: bool,
    salt: u64,
    hash: B256,
    arrived_ms: u64,
}

#[derive(Debug)]
struct Model {
    zero_fee: bool,
    now_ms: u64,
    swept_ms: u64,
    /// Nonce and balance.
    state: Vec<(u64, u64)>,
    standings: Vec<Standing>,
    ready: Vec<Held>,
    queued: Vec<Held>,
}

impl Model {
    fn all(&self) -> impl Iterator<Item = &Held> {
        self.ready.iter().chain(&self.queued)
    }

    fn held(&self, sender: usize) -> usize {
        self.all().filter(|tx| tx.sender == sender).count()
    }

    fn next_nonce(&self, sender: usize) -> u64 {
        self.state[sender].0 + self.ready.iter().filter(|tx| tx.sender == sender).count() as u64
    }

    fn spent(&self, sender: usize, without: u64) -> u64 {
        self.ready.iter().filter(|tx| tx.sender == sender && tx.nonce != without).map(|tx| tx.cost).sum()
    }

    fn submit(&mut self, tx: Held) -> Result<(), &'static str> {
        let tx = Held { cost: if self.is_free(&tx) { 0 } else { tx.offered }, ..tx };
        let (nonce, balance) = self.state[tx.sender];
        if self.all().any(|held| held.hash == tx.hash) {
            return Err("already known");
        }
        if self.is_barred(&tx) {
            return Err("not allowed");
        }
        if tx.nonce < nonce {
            return Err("nonce too low");
        }
        if tx.cost > balance || self.spent(tx.sender, tx.nonce) + tx.cost > balance {
            return Err("insufficient funds");
        }
        let old = self.all().find(|held| held.sender == tx.sender && held.nonce == tx.nonce).cloned();
        if let Some(old) = old {
            return self.replace(&old, tx);
        }
        let queued = tx.nonce != self.next_nonce(tx.sender);
        let held_queued = self.queued.iter().filter(|held| held.sender == tx.sender).count();
        if self.held(tx.sender) >= limits().sender_transactions || (queued && held_queued >= limits().sender_queued) {
            return Err("account limit exceeded");
        }
        if queued && self.queued.len() >= limits().queued {
            self.evict_queued(&tx)?;
        }
        while self.ready.len() + self.queued.len() >= 19 {
            self.evict(&tx, queued)?;
        }
        let sender = tx.sender;
        self.queued.push(tx);
        self.promote(sender);
        Ok(())
    }

    fn replace(&mut self, old: &Held, tx: Held) -> Result<(), &'static str> {
        let bumped = tx.tip > old.tip && tx.tip * 100 >= old.tip * 110;
        let may_wait = self.zero_fee || self.is_free(old) || self.is_free(&tx);
        let waited = may_wait && self.now_ms - old.arrived_ms >= ZERO_FEE_REPLACE_AFTER_MS;
        if !bumped && !waited {
            return Err("replacement transaction underpriced");
        }
        let sender = tx.sender;
        *self.ready.iter_mut().chain(&mut self.queued).find(|held| held.hash == old.hash).unwrap() = tx;
        self.promote(sender);
        Ok(())
    }

    fn sponsor(&self, tx: &Held) -> u32 {
        self.standings[tx.sender].sponsor
    }

    fn calls_first(&self, tx: &Held) -> bool {
        tx.system && self.standings[tx.sender].is_member
    }

    /// Whether it pays nothing where others do.
    fn is_free(&self, tx: &Held) -> bool {
        !self.zero_fee && self.calls_first(tx)
    }

    fn is_barred(&self, tx: &Held) -> bool {
        !self.standings[tx.sender].may_send && !self.calls_first(tx)
    }

    /// Whether a ready one is in the system lane.
    fn is_first(&self, tx: &Held) -> bool {
        let mut before = self.ready.iter().filter(|held| held.sender == tx.sender && held.nonce <= tx.nonce);
        before.all(|held| self.calls_first(held))
    }

    /// Ready ones as a block takes them: by sponsor, the system lane first, then as they came.
    fn ordered(&self) -> Vec<Held> {
        let mut ready = self.ready.clone();
        ready.sort_by_key(|tx| (self.sponsor(tx), !self.is_first(tx)));
        ready
    }

    fn queue(&self) -> Vec<Held> {
        let mut queued = self.queued.clone();
        queued.sort_by_key(|tx| self.sponsor(tx));
        queued
    }

    /// How many of some transactions are a sponsor's.
    fn share<'a>(&self, of: impl Iterator<Item = &'a Held>, sponsor: u32) -> usize {
        of.filter(|tx| self.sponsor(tx) == sponsor).count()
    }

    fn last_queued(&self, sponsor: u32) -> Option<Held> {
        self.queued.iter().rfind(|tx| self.sponsor(tx) == sponsor).cloned()
    }

    fn evict_queued(&mut self, newcomer: &Held) -> Result<(), &'static str> {
        let (most, own) = ((0..3).max_by_key(|s| (self.share(self.queued.iter(), *s), *s)), self.sponsor(newcomer));
        let most = most.filter(|most| {
            self.share(self.queued.iter(), *most) > self.share(self.queued.iter(), own) + 1 && *most != own
        });
        let victim = self.last_queued(most.ok_or("txpool is full")?).unwrap();
        self.remove(&victim.hash);
        Ok(())
    }

    fn evict(&mut self, newcomer: &Held, queued: bool) -> Result<(), &'static str> {
        let own = self.sponsor(newcomer);
        let heaviest = (0..3).max_by_key(|sponsor| (self.share(self.all(), *sponsor), *sponsor)).unwrap();
        let heavier = self.share(self.all(), heaviest) > self.share(self.all(), own) + 1 && heaviest != own;
        if queued && !heavier {
            return Err("txpool is full");
        }
        let from = if heavier { heaviest } else { own };
        let last_ready = |wanted: &dyn Fn(&Held) -> bool| {
            self.ordered().into_iter().rfind(|tx| self.sponsor(tx) == from && wanted(tx))
        };
        let victim = match self.last_queued(from) {
            Some(last) => Some(last),
            None if self.is_free(newcomer) => {
                self.cheap_victim(newcomer).or_else(|| last_ready(&|_| true).filter(|_| heavier))
            }
            None if !self.zero_fee => self.cheap_victim(newcomer),
            None if heavier => last_ready(&|_| true),
            None if self.calls_first(newcomer) => last_ready(&|tx| !self.is_first(tx)),
            None => self.crowd_victim(newcomer.sender),
        };
        let refusal = if self.zero_fee || queued || self.is_free(newcomer) {
            "txpool is full"
        } else {
            "transaction underpriced"
        };
        let victim = victim.ok_or(refusal)?;
        self.remove(&victim.hash);
        Ok(())
    }

    fn crowd_victim(&self, newcomer: usize) -> Option<Held> {
        if self.held(newcomer) >= limits().sender_guaranteed {
            return None;
        }
        let own = self.standings[newcomer].sponsor;
        let crowds = (0..usize::from(SENDERS)).filter(|sender| self.held(*sender) > limits().sender_guaranteed);
        let crowds = crowds.filter(|sender| self.standings[*sender].sponsor == own);
        let crowd = crowds.max_by_key(|sender| (self.held(*sender).ilog2(), address(*sender)))?;
        self.all().filter(|tx| tx.sender == crowd).max_by_key(|tx| tx.nonce).cloned()
    }

    fn cheap_victim(&self, newcomer: &Held) -> Option<Held> {
        let mut ranked: Vec<_> = self.ready.iter().filter(|tx| !self.calls_first(tx)).enumerate().collect();
        ranked.sort_by_key(|(place, tx)| (tx.tip, Reverse(*place)));
        let bids = !self.calls_first(newcomer);
        let cheaper = ranked.iter().take(16).filter(|(_, tx)| !bids || tx.tip < newcomer.tip);
        cheaper.map(|(_, tx)| *tx).find(|tx| tx.sender != newcomer.sender).cloned()
    }

    /// What must be taken again, because it costs something else by now.
    fn stand(&mut self, sender: usize, standing: Standing) -> Vec<Held> {
        let before = std::mem::replace(&mut self.standings[sender], standing);
        let mut held: Vec<_> = self.all().filter(|tx| tx.sender == sender).cloned().collect();
        held.sort_by_key(|tx| tx.nonce);
        if !self.zero_fee && before.is_member != standing.is_member && held.iter().any(|tx| tx.system) {
            held.iter().for_each(|tx| self.remove(&tx.hash));
            return held;
        }
        held.retain(|tx| self.is_barred(tx));
        held.iter().for_each(|tx| self.remove(&tx.hash));
        Vec::new()
    }

    fn promote(&mut self, sender: usize) {
        loop {
            let next = self.next_nonce(sender);
            let Some(at) = self.queued.iter().position(|tx| tx.sender == sender && tx.nonce == next) else { return };
            if self.spent(sender, u64::MAX) + self.queued[at].cost > self.state[sender].1 {
                return;
            }
            let tx = self.queued.remove(at);
            self.ready.push(tx);
        }
    }

    /// The sender's ready ones from a nonce on go to the queue, last first.
    fn demote(&mut self, sender: usize, from: u64) {
        while let Some(last) =
            self.ready.iter().filter(|tx| tx.sender == sender && tx.nonce >= from).map(|tx| tx.nonce).max()
        {
            let at = self.ready.iter().position(|tx| tx.sender == sender && tx.nonce == last).unwrap();
            let tx = self.ready.remove(at);
            self.queued.push(tx);
        }
    }

    fn remove(&mut self, hash: &B256) {
        if let Some(tx) = self.ready.iter().find(|tx| tx.hash == *hash).cloned() {
            self.demote(tx.sender, tx.nonce);
        }
        self.queued.retain(|tx| tx.hash != *hash);
    }

    fn commit(&mut self, sender: usize, nonce: u64, balance: u64) {
        self.state[sender] = (nonce, balance);
        let gone = |tx: &Held| tx.sender == sender && tx.nonce < nonce;
        self.ready.retain(|tx| !gone(tx));
        self.queued.retain(|tx| !gone(tx));
        while self.spent(sender, u64::MAX) > balance {
            let last = self.next_nonce(sender) - 1;
            self.demote(sender, last);
        }
        self.queued.retain(|tx| tx.sender != sender || tx.cost <= balance);
        self.promote(sender);
    }

    fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        if self.now_ms - self.swept_ms < SWEEP_MS {
            return;
        }
        self.swept_ms = self.now_ms;
        let expired = |tx: &&Held, lifetime| self.now_ms - tx.arrived_ms > lifetime;
        let queued = self.queued.iter().filter(|tx| expired(tx, limits().queued_lifetime_ms));
        let ready = self.ready.iter().filter(|tx| expired(tx, limits().pending_lifetime_ms));
        let gone: Vec<_> = queued.chain(ready).map(|tx| tx.hash).collect();
        gone.iter().for_each(|hash| self.remove(hash));
    }
}

fn address(sender: usize) -> Address {
    Address::with_last_byte(sender as u8 + 1)
}

fn text(error: &PoolError) -> &'static str {
    match error {
        PoolError::SenderNotAllowed(_) => "not allowed",
        PoolError::AlreadyKnown => "already known",
        PoolError::NonceTooLow { .. } => "nonce too low",
        PoolError::InsufficientFunds { .. } | PoolError::InsufficientFundsForAll { .. } => "insufficient funds",
        PoolError::AccountLimit => "account limit exceeded",
        PoolError::Full => "txpool is full",
        PoolError::Underpriced => "transaction underpriced",
        PoolError::ReplacementUnderpriced => "replacement transaction underpriced",
        other => panic!("not in this model: {other}"),
    }
}

struct Pair {
    model: Model,
    core: Core,
    state: State,
    salt: u64,
}

impl Pair {
    fn new(zero_fee: bool) -> Self {
        let state = State::default();
        for sender in 0..usize::from(SENDERS) {
            state.0.lock().insert(address(sender), Sender { balance: U256::from(100), ..Sender::default() });
        }
        let config = PoolConfig { limits: limits(), ..PoolConfig::default() };
        Self {
            model: Model {
                zero_fee,
                now_ms: 0,
                swept_ms: 0,
                state: vec![(0, 100); SENDERS.into()],
                standings: vec![Standing::default(); SENDERS.into()],
                ready: Vec::new(),
                queued: Vec::new(),
            },
            core: Core::new(config, Rules { governed: true, ..Rules::osaka(1, 30_000_000, zero_fee) }),
            state,
            salt: 0,
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Submit { sender, ahead, tip, cost, again, system } => {
                self.submit(sender.into(), ahead, (tip, cost), again, system);
            }
            Step::Stand { sender, sponsor, is_member, may_send } => {
                let standing = Standing { sponsor, is_member, may_send, ..Standing::default() };
                self.stand(sender.into(), standing);
            }
            Step::Commit { sender, included, balance } => self.commit(sender.into(), included, balance),
            Step::Remove { index } => {
                let Some(tx) = self.model.all().nth(index).cloned() else { return };
                self.model.remove(&tx.hash);
                self.core.remove(address(tx.sender), tx.nonce);
            }
            Step::Wait { ms } => {
                self.model.wait(ms);
                self.core.tick(self.model.now_ms);
            }
        }
    }

    fn stand(&mut self, sender: usize, standing: Standing) {
        self.state.1.lock().insert(address(sender), standing);
        let again = self.model.stand(sender, standing);
        self.core.standings.clear();
        let handed_back: Vec<_> = self.core.restand(address(sender), standing).iter().map(|tx| tx.hash()).collect();
        assert_eq!(handed_back, again.iter().map(|tx| tx.hash).collect::<Vec<_>>());
        for Held { nonce, tip, offered, system, salt, .. } in again {
            self.take(sender, nonce, (tip, offered), salt, system);
        }
    }

    fn submit(&mut self, sender: usize, ahead: u64, (tip, offered): (u128, u64), again: bool, system: bool) {
        self.salt += u64::from(!again);
        let nonce = (self.model.state[sender].0 + ahead).saturating_sub(1);
        self.take(sender, nonce, (tip, offered), self.salt, system);
    }

    fn take(&mut self, sender: usize, nonce: u64, (tip, offered): (u128, u64), salt: u64, system: bool) {
        let mut tx = transfer(nonce, tip);
        tx.to = if system { TxKind::Call(GOVERNANCE) } else { tx.to };
        let prepared = prepare(address(sender), tx, offered, salt);
        let (hash, arrived_ms) = (prepared.hash, self.model.now_ms);
        let held = Held { sender, nonce, tip, offered, cost: offered, system, salt, hash, arrived_ms };
        let expected = self.model.submit(held);
        let answer = self.core.admit(prepared, Origin::Peer, &self.state);
        assert_eq!(answer.map(drop).map_err(|error| text(&error)), expected);
    }

    fn commit(&mut self, sender: usize, included: u64, balance: u64) {
        let nonce = self.model.state[sender].0 + included;
        let state = Sender { nonce, balance: U256::from(balance), ..Sender::default() };
        self.state.0.lock().insert(address(sender), state);
        self.model.commit(sender, nonce, balance);
        self.core.refresh(address(sender), state);
    }

    fn compare(&self) {
        let hashes = |held: &[Held]| held.iter().map(|tx| tx.hash).collect::<Vec<_>>();
        let ready: Vec<_> = self.core.ready.values().map(|tx| tx.hash()).collect();
        let queued: Vec<_> = self.core.queued.values().map(|tx| tx.hash()).collect();
        assert_eq!(ready, hashes(&self.model.ordered()), "ready, in order");
        assert_eq!(queued, hashes(&self.model.queue()), "queued, in order");
        assert_eq!(self.core.len(), ready.len() + queued.len());
        assert_eq!(self.core.bytes, 100 * self.core.len());
        assert!(self.core.len() <= limits().transactions && self.core.bytes <= limits().bytes);
        let accounts: usize = self.core.accounts.values().map(|account| account.entries.len()).sum();
        assert_eq!(accounts, self.core.len(), "no empty account is kept");
        let paying = self.model.ready.iter().filter(|tx| !self.model.calls_first(tx)).count();
        assert_eq!(self.core.cheapest.len(), if self.model.zero_fee { 0 } else { paying });
        let share = Share { transactions: self.core.len(), bytes: self.core.bytes, queued: queued.len() };
        assert_eq!(self.core.shares.total(), share);
        let crowds = (0..usize::from(SENDERS)).filter(|n| self.model.held(*n) > limits().sender_guaranteed);
        assert_eq!(self.core.crowds.len(), crowds.count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn behaves_like_lists_that_are_searched(zero_fee: bool, steps in prop::collection::vec(step(), 1..120)) {
        let mut pair = Pair::new(zero_fee);
        for step in &steps {
            pair.step(step);
            pair.compare();
        }
    }
}

#[test]
fn prepared_fixture_is_what_it_says() {
    let prepared = prepared(address(0), 3, 7, 9, 1);
    assert_eq!((prepared.transaction.nonce(), prepared.cost), (3, U256::from(9)));
}
