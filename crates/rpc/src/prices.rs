//! What the transactions of one block paid.

use crate::{
    api::Api,
    block_ref::BlockRef,
    chain::{Reach, state_error},
    error::RpcError,
    fees::Pricing,
    methods::Reads,
};
use althing_primitives::{RecoveredBlock, Transaction, TransactionExt};

/// Prices of a block's transactions, which are named by their index.
#[derive(Clone, Debug)]
pub(crate) struct Prices {
    pricing: Pricing,
    base_fee: Option<u64>,
    /// Members' calls of system contracts that came for nothing while others paid; empty where there are none.
    waived: Vec<bool>,
}

impl Prices {
    /// Of a committed block. Asks the state before it, and only where it holds calls of system contracts; where that
    /// state is not kept any more, such a call counts as paid if it offers the base fee.
    pub(crate) fn of(reads: Reads<'_>, block: &RecoveredBlock) -> Result<Self, RpcError> {
        let Api { pricing, executor, .. } = reads.api;
        let waived = if executor.may_waive(block) { waived(reads, block)? } else { Vec::new() };
        Ok(Self { waived, ..Self::by_header(*pricing, block) })
    }

    /// By what the block's header says alone.
    pub(crate) fn by_header(pricing: Pricing, block: &RecoveredBlock) -> Self {
        Self { pricing, base_fee: block.header.base_fee_per_gas, waived: Vec::new() }
    }

    /// Wei per gas the transaction at `index` paid.
    pub(crate) fn effective(&self, index: usize, tx: &Transaction) -> u128 {
        // On these networks nobody who pays is in a block without offering its base fee.
        let cannot_pay =
            self.pricing == Pricing::Agreed && self.base_fee.is_some_and(|fee| tx.max_fee_per_gas() < fee.into());
        let is_free = cannot_pay || self.waived.get(index).copied().unwrap_or_default();
        if is_free { 0 } else { self.pricing.effective(tx, self.base_fee) }
    }

    /// Wei per gas of it that went to the proposer.
    pub(crate) fn tip(&self, index: usize, tx: &Transaction) -> u128 {
        self.effective(index, tx).saturating_sub(self.base_fee.unwrap_or_default().into())
    }
}

fn waived(reads: Reads<'_>, block: &RecoveredBlock) -> Result<Vec<bool>, RpcError> {
    let parent = BlockRef::Number(block.number().saturating_sub(1));
    match reads.api.chain.view(parent, reads.reach) {
        Ok(view) => reads.api.executor.waived(block, &view).map_err(state_error),
        Err(RpcError::OnDisk) if reads.reach == Reach::Memory => Err(RpcError::OnDisk),
        Err(_) => Ok(Vec::new()),
    }
}
