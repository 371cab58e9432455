//! Order with fees: what is free first, then by effective tip, then by what the sponsor was given, then by arrival.

use crate::{PooledTransaction, core::Core, debts::Debts, free::Free, place::Place};
use althing_primitives::Address;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    sync::Arc,
};

/// One transaction a sender. Members' calls of system contracts that are free go first.
#[derive(Debug)]
pub(crate) struct Tips {
    base_fee: u64,
    free: Free,
    /// Of each sponsor, best first.
    open: BTreeMap<u32, BinaryHeap<Head>>,
    /// Every sponsor in `open` once: its best tip, what it was given, the best one's number.
    turns: BinaryHeap<(u128, Reverse<u64>, Reverse<u64>, u32)>,
    /// Gas limits of what each sponsor was given.
    served: Debts,
}

/// Sorted by effective tip, then earliest number.
#[derive(Debug)]
struct Head {
    rank: (u128, Reverse<u64>),
    place: Place,
    transaction: Arc<PooledTransaction>,
}

impl Tips {
    /// From the first of each sender on that `floor` does not exclude; `served` is what sponsors had in earlier blocks.
    pub(crate) fn new(core: &Core, base_fee: u64, served: Debts, floor: impl Fn(&Address) -> u64) -> Self {
        let mut tips = Self {
            base_fee,
            free: Free::new(served, &core.rules),
            open: BTreeMap::new(),
            turns: BinaryHeap::new(),
            served: Debts::default(),
        };
        let mut open: BTreeMap<u32, Vec<Head>> = BTreeMap::new();
        for head in core.accounts.keys().filter_map(|sender| Head::of(core, sender, floor(sender), base_fee)) {
            match head.transaction.pays() {
                false => tips.free.enter(head.place, head.transaction),
                true => open.entry(head.place.sponsor).or_default().push(head),
            }
        }
        tips.open = open.into_iter().map(|(sponsor, heads)| (sponsor, heads.into())).collect();
        for sponsor in tips.open.keys().copied().collect::<Vec<_>>() {
            tips.give_turn(sponsor);
        }
        tips
    }

    /// The next one, of those that are in.
    pub(crate) fn next(&mut self) -> Option<Arc<PooledTransaction>> {
        if let Some(free) = self.free.next() {
            return Some(free);
        }
        loop {
            let (tip, Reverse(served), Reverse(number), sponsor) = self.turns.pop()?;
            let best = self.open.get(&sponsor).and_then(BinaryHeap::peek).map(|head| head.rank);
            // A turn is outdated where a better one entered or it was given out: another turn speaks for that.
            if best != Some((tip, Reverse(number))) || served != self.served.of(sponsor) {
                continue;
            }
            let head = self.open.get_mut(&sponsor)?.pop()?;
            self.served.charge(sponsor, head.transaction.gas_limit());
            self.give_turn(sponsor);
            return Some(head.transaction);
        }
    }

    /// Lets in what follows one that was given out.
    pub(crate) fn follow(&mut self, core: &Core, given: &PooledTransaction) {
        let Some(head) = Head::of(core, &given.sender(), given.nonce() + 1, self.base_fee) else { return };
        match head.transaction.pays() {
            false => self.free.enter(head.place, head.transaction),
            true => self.enter_open(head),
        }
    }

    fn enter_open(&mut self, head: Head) {
        let (sponsor, rank) = (head.place.sponsor, head.rank);
        let heads = self.open.entry(sponsor).or_default();
        heads.push(head);
        if heads.peek().is_some_and(|best| best.rank == rank) {
            self.give_turn(sponsor);
        }
    }

    fn give_turn(&mut self, sponsor: u32) {
        let best = self.open.get(&sponsor).and_then(BinaryHeap::peek);
        let Some(Head { rank: (tip, number), .. }) = best else { return };
        self.turns.push((*tip, Reverse(self.served.of(sponsor)), *number, sponsor));
    }
}

impl Head {
    /// A sender's first ready transaction from a nonce on, if it pays the base fee or is free.
    fn of(core: &Core, sender: &Address, nonce: u64, base_fee: u64) -> Option<Self> {
        let entry = core.accounts.get(sender)?.ready_from(nonce).next()?;
        let tip = entry.transaction.effective_tip(base_fee)?;
        let place = entry.place;
        Some(Self { rank: (tip, Reverse(place.number)), place, transaction: entry.transaction.clone() })
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}
