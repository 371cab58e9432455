use althing_primitives::{Transaction, TransactionExt};

/// What a transaction pays per gas, by the network's fee mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pricing {
    /// Nothing, whatever it offers.
    Zero,
    /// EIP-1559.
    Market,
}

impl Pricing {
    /// Wei per gas paid in a block of this base fee.
    pub(crate) fn effective(self, tx: &Transaction, base_fee: Option<u64>) -> u128 {
        match self {
            Self::Zero => 0,
            Self::Market => tx.effective_gas_price(base_fee),
        }
    }

    /// Wei per gas of it that go to the proposer.
    pub(crate) fn tip(self, tx: &Transaction, base_fee: Option<u64>) -> u128 {
        self.effective(tx, base_fee).saturating_sub(base_fee.unwrap_or_default().into())
    }
}
