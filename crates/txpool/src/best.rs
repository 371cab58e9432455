use crate::{Pool, PooledTransaction, core::Core, debts::Debts, fair::Fair, lane_room::LaneRoom, tips::Tips};
use althing_primitives::{Address, AddressMap, B256, HashSet, RecoveredBlock, RecoveredTransaction};
use std::sync::Arc;

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
    /// Fee mode zero.
    Fair(Fair),
    /// With fees.
    Tips(Tips),
}

impl BestTransactions {
    /// Starts at the best one that `ancestors` (executed, not committed) do not include yet; `served` is the gas
    /// that sponsors had in earlier blocks.
    pub(crate) fn new(pool: Pool, base_fee: u64, ancestors: &[Arc<RecoveredBlock>], served: Debts) -> Self {
        let included = included(ancestors);
        let order = pool.with_core(|core| Order::start(core, base_fee, &included, served));
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

    fn next_by_tip(&mut self) -> Option<Arc<PooledTransaction>> {
        let Order::Tips(tips) = &mut self.order else { return None };
        if let Some(last) = self.last.take().filter(|last| !self.skipped.contains(&last.sender())) {
            self.pool.with_core(|core| tips.follow(core, &last));
        }
        tips.next()
    }

    fn next_by_share(&mut self) -> Option<Arc<PooledTransaction>> {
        let Order::Fair(fair) = &mut self.order else { return None };
        let (included, skipped) = (&self.included, &self.skipped);
        fair.next(&self.pool, |tx| {
            let floor = included.get(&tx.sender()).copied().unwrap_or(0);
            tx.nonce() >= floor && !skipped.contains(&tx.sender())
        })
    }
}

impl Iterator for BestTransactions {
    type Item = Arc<RecoveredTransaction>;

    fn next(&mut self) -> Option<Self::Item> {
        let tx = match self.order {
            Order::Fair(_) => self.next_by_share(),
            Order::Tips(_) => self.next_by_tip(),
        }?;
        let transaction = tx.transaction().clone();
        self.last = Some(tx);
        Some(transaction)
    }
}

impl Order {
    fn start(core: &Core, base_fee: u64, included: &AddressMap<u64>, served: Debts) -> Self {
        if core.rules.zero_fee {
            return Self::Fair(Fair::new(served, LaneRoom::of(&core.rules)));
        }
        Self::Tips(Tips::new(core, base_fee, served, |sender: &Address| included.get(sender).copied().unwrap_or(0)))
    }
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
