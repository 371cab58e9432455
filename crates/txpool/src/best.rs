use crate::{Pool, PooledTransaction, core::Core};
use althing_primitives::{Address, AddressMap, B256, HashSet, RecoveredBlock, RecoveredTransaction};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    sync::Arc,
};

/// How many transactions one visit to the pool takes: some 20 µs under its lock.
const CHUNK: usize = 256;

/// Why the builder did not include a transaction it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It does not fit this block, or cannot run on this parent: its sender's later ones are
    /// skipped too, and the pool keeps all.
    Later,
    /// Its nonce was used by an ancestor: the sender's later ones may still fit.
    NonceUsed,
    /// It can never be included on this state: the pool drops it.
    Invalid,
}

/// Executable transactions, best first, each sender's in nonce order. Takes them from the pool as
/// it goes, so it costs what is taken, not what the pool holds; transactions that arrive meanwhile
/// join in.
#[derive(Debug)]
pub struct BestTransactions {
    pool: Pool,
    order: Order,
    /// Next nonce of senders that ancestors not committed yet include.
    included: AddressMap<u64>,
    skipped: HashSet<Address>,
    last: Option<Arc<PooledTransaction>>,
}

#[derive(Debug)]
enum Order {
    /// Fee mode zero: by place. Holds the place to go on from.
    Arrival { chunk: VecDeque<Arc<PooledTransaction>>, from: u64 },
    /// By effective tip, then place: one transaction a sender.
    Tip { base_fee: u64, heads: BinaryHeap<Head> },
}

/// Sorted by effective tip, then earliest place, then (never equal) nonce.
#[derive(Debug)]
struct Head {
    rank: (u128, Reverse<u64>),
    transaction: Arc<PooledTransaction>,
}

impl BestTransactions {
    /// Starts at the best one that `ancestors` (executed, not committed) do not include yet.
    pub(crate) fn new(pool: Pool, base_fee: u64, ancestors: &[Arc<RecoveredBlock>]) -> Self {
        let included = included(ancestors);
        let order = pool.with_core(|core| Order::start(core, base_fee, &included));
        Self { pool, order, included, skipped: HashSet::default(), last: None }
    }

    /// Tells what became of a transaction that was given out; not told means included.
    pub fn reject(&mut self, hash: &B256, rejection: Rejection) {
        let last = self.last.clone().filter(|tx| tx.hash() == *hash);
        let Some(tx) = last.or_else(|| self.pool.get(hash)) else { return };
        match rejection {
            Rejection::NonceUsed => {}
            Rejection::Later => {
                self.skipped.insert(tx.sender());
            }
            Rejection::Invalid => {
                self.skipped.insert(tx.sender());
                self.pool.with_core(|core| core.remove(tx.sender(), tx.nonce()));
            }
        }
    }

    fn next_by_arrival(&mut self) -> Option<Arc<PooledTransaction>> {
        let Order::Arrival { chunk, from } = &mut self.order else { return None };
        loop {
            if chunk.is_empty() {
                *from = self.pool.with_core(|core| take_chunk(core, *from, chunk))?;
            }
            let tx = chunk.pop_front()?;
            let floor = self.included.get(&tx.sender()).copied().unwrap_or(0);
            if tx.nonce() >= floor && !self.skipped.contains(&tx.sender()) {
                return Some(tx);
            }
        }
    }

    fn next_by_tip(&mut self) -> Option<Arc<PooledTransaction>> {
        let Order::Tip { base_fee, heads } = &mut self.order else { return None };
        if let Some(last) = self.last.take().filter(|last| !self.skipped.contains(&last.sender())) {
            let next = self.pool.with_core(|core| Head::of(core, &last.sender(), last.nonce() + 1, *base_fee));
            heads.extend(next);
        }
        Some(heads.pop()?.transaction)
    }
}

impl Iterator for BestTransactions {
    type Item = Arc<RecoveredTransaction>;

    fn next(&mut self) -> Option<Self::Item> {
        let tx = match self.order {
            Order::Arrival { .. } => self.next_by_arrival(),
            Order::Tip { .. } => self.next_by_tip(),
        }?;
        let transaction = tx.transaction().clone();
        self.last = Some(tx);
        Some(transaction)
    }
}

impl Order {
    fn start(core: &Core, base_fee: u64, included: &AddressMap<u64>) -> Self {
        if core.rules.zero_fee {
            return Self::Arrival { chunk: VecDeque::with_capacity(CHUNK), from: 0 };
        }
        let floor = |sender: &Address| included.get(sender).copied().unwrap_or(0);
        let heads = core.accounts.keys().filter_map(|sender| Head::of(core, sender, floor(sender), base_fee));
        Self::Tip { base_fee, heads: heads.collect() }
    }
}

impl Head {
    /// A sender's first ready transaction from a nonce on, if it pays the base fee.
    fn of(core: &Core, sender: &Address, nonce: u64, base_fee: u64) -> Option<Self> {
        let entry = core.accounts.get(sender)?.ready_from(nonce).next()?;
        let tip = entry.transaction.effective_tip(base_fee)?;
        Some(Self { rank: (tip, Reverse(entry.place)), transaction: entry.transaction.clone() })
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

/// Fills `chunk` from a place on; the place to go on from, or `None` where nothing is left.
fn take_chunk(core: &Core, from: u64, chunk: &mut VecDeque<Arc<PooledTransaction>>) -> Option<u64> {
    let mut next = None;
    for (place, tx) in core.ready.range(from..).take(CHUNK) {
        chunk.push_back(tx.clone());
        next = Some(place + 1);
    }
    next
}

fn included(ancestors: &[Arc<RecoveredBlock>]) -> AddressMap<u64> {
    let mut next = AddressMap::default();
    for (tx, sender) in ancestors.iter().flat_map(|block| block.transactions()) {
        let nonce = althing_primitives::TransactionExt::nonce(tx).saturating_add(1);
        let floor = next.entry(sender).or_insert(0);
        *floor = nonce.max(*floor);
    }
    next
}
