use crate::{PooledTransaction, Rules};

/// What is left of the part of a block that is kept for members' calls of system contracts. The lane ends with its gas or
/// its bytes, whichever ends first; what is over goes with all others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LaneRoom {
    gas: u64,
    bytes: u64,
}

impl LaneRoom {
    /// Of an empty block.
    pub(crate) fn of(rules: &Rules) -> Self {
        Self { gas: rules.lane_gas(), bytes: rules.lane_bytes() }
    }

    pub(crate) const fn is_used_up(&self) -> bool {
        self.gas == 0 || self.bytes == 0
    }

    pub(crate) fn take(&mut self, tx: &PooledTransaction) {
        self.gas = self.gas.saturating_sub(tx.gas_limit());
        self.bytes = self.bytes.saturating_sub(tx.bytes() as u64);
    }
}
