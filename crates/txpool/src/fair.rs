//! Order without fees: contention is shared by sponsor, and within a sponsor who came first is first.

use crate::{
    Pool, PooledTransaction,
    core::Core,
    debts::Debts,
    lane_room::LaneRoom,
    place::{Lane, Place},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
    sync::Arc,
};

/// How many transactions one visit to the pool takes: some 20 µs under its lock.
const CHUNK: usize = 256;
/// The least one visit takes for one sponsor among many.
const CHUNK_MIN: usize = 16;

type Transaction = Arc<PooledTransaction>;

/// A queue for each sponsor. Next is the head that would be done first if all sponsors had the same share
/// of gas (weighted fair queueing, Demers et al. 1989, with equal weights); members' calls of system contracts
/// before all others until the system lane's room is given out. With one sponsor that is the order of arrival.
#[derive(Debug)]
pub(crate) struct Fair {
    queues: BTreeMap<u32, Queue>,
    /// Queues with a head of the system lane, while there is room in the lane.
    system: BinaryHeap<Turn>,
    /// All other queues with a head.
    open: BinaryHeap<Turn>,
    /// Gas limits of what each sponsor was given.
    served: Debts,
    lane: LaneRoom,
    /// How many one visit takes for one sponsor.
    chunk: usize,
}

/// A queue's turn: the lower the gas its sponsor would have had with its head, the sooner; then by arrival.
type Turn = Reverse<(u64, u64, u32)>;

/// One sponsor's transactions, as many as were taken from the pool; then the numbers to go on from.
#[derive(Debug, Default)]
struct Queue {
    chunk: VecDeque<(Place, Transaction)>,
    system_from: u64,
    open_from: u64,
}

impl Fair {
    /// Starts where earlier blocks left the sponsors: `served` says how much they had.
    pub(crate) fn new(served: Debts, lane: LaneRoom) -> Self {
        Self { queues: BTreeMap::new(), system: BinaryHeap::new(), open: BinaryHeap::new(), served, lane, chunk: CHUNK }
    }

    /// The next transaction that `wanted` wants; the others are passed over.
    pub(crate) fn next(&mut self, pool: &Pool, wanted: impl Fn(&PooledTransaction) -> bool) -> Option<Transaction> {
        loop {
            let turn = self.turn().or_else(|| {
                pool.with_core(|core| self.look(core));
                self.turn()
            });
            let Reverse((.., sponsor)) = turn?;
            let taken = self.queues.get_mut(&sponsor).and_then(|queue| queue.chunk.pop_front());
            let taken = taken.filter(|(_, tx)| wanted(tx));
            if let Some((place, tx)) = &taken {
                self.charge(*place, tx);
            }
            self.pass_over(sponsor, &wanted);
            if self.queues.get(&sponsor).is_some_and(|queue| queue.chunk.is_empty()) {
                pool.with_core(|core| self.refill(core, sponsor));
            }
            self.enter(sponsor);
            if let Some((_, tx)) = taken {
                return Some(tx);
            }
        }
    }

    fn turn(&mut self) -> Option<Turn> {
        if self.lane.is_used_up() {
            self.open.append(&mut self.system);
        }
        self.system.pop().or_else(|| self.open.pop())
    }

    fn charge(&mut self, place: Place, tx: &PooledTransaction) {
        self.served.charge(place.sponsor, tx.gas_limit());
        if place.lane == Lane::System {
            self.lane.take(tx);
        }
    }

    fn pass_over(&mut self, sponsor: u32, wanted: &impl Fn(&PooledTransaction) -> bool) {
        let Some(queue) = self.queues.get_mut(&sponsor) else { return };
        while queue.chunk.front().is_some_and(|(_, tx)| !wanted(tx)) {
            queue.chunk.pop_front();
        }
    }

    /// Gives a queue with a head its turn.
    fn enter(&mut self, sponsor: u32) {
        let Some((place, tx)) = self.queues.get(&sponsor).and_then(|queue| queue.chunk.front()) else { return };
        let done = self.served.of(sponsor).saturating_add(tx.gas_limit());
        let turn = Reverse((done, place.number, sponsor));
        match place.lane {
            Lane::System if !self.lane.is_used_up() => self.system.push(turn),
            _ => self.open.push(turn),
        }
    }

    /// Looks at every sponsor again when nothing is left: something may have come in.
    fn look(&mut self, core: &Core) {
        let waiting = core.waiting();
        self.chunk = (CHUNK / waiting.len().max(1)).max(CHUNK_MIN);
        for sponsor in waiting {
            self.refill(core, sponsor);
            self.enter(sponsor);
        }
    }

    /// Takes a sponsor's next transactions from the pool. Those of the system lane first: what stands before
    /// another of the same sender is always taken before it.
    fn refill(&mut self, core: &Core, sponsor: u32) {
        let queue = self.queues.entry(sponsor).or_default();
        let system = Place { sponsor, lane: Lane::System, number: queue.system_from };
        let open = Place::open(sponsor, queue.open_from);
        let system = core.ready.range(system..Place::open(sponsor, 0));
        let taken = system.chain(core.ready.range(open..=Place::last_of(sponsor))).take(self.chunk);
        queue.chunk.extend(taken.map(|(place, tx)| (*place, tx.clone())));
        for (place, _) in &queue.chunk {
            match place.lane {
                Lane::System => queue.system_from = place.number + 1,
                Lane::Open => queue.open_from = place.number + 1,
            }
        }
    }
}

impl Core {
    /// Sponsors with ready transactions, ascending.
    pub(crate) fn waiting(&self) -> Vec<u32> {
        let mut waiting = Vec::new();
        let mut next = self.ready.keys().next();
        while let Some(place) = next {
            waiting.push(place.sponsor);
            let Some(after) = place.sponsor.checked_add(1) else { break };
            next = self.ready.range(Place::first_of(after)..).next().map(|(place, _)| place);
        }
        waiting
    }
}
