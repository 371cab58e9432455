use althing_primitives::{Transaction, TransactionExt};

/// What a transaction pays per gas, by the network's fee mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pricing {
    /// Nothing, whatever it offers.
    Zero,
    /// EIP-1559.
    Market,
    /// As the members agreed on when the block was made: nothing where its base fee is 0, else EIP-1559.
    Agreed,
}

impl Pricing {
    /// Wei per gas paid in a block of this base fee.
    pub(crate) fn effective(self, tx: &Transaction, base_fee: Option<u64>) -> u128 {
        match self {
            Self::Zero => 0,
            Self::Agreed if base_fee.unwrap_or_default() == 0 => 0,
            Self::Market | Self::Agreed => tx.effective_gas_price(base_fee),
        }
    }

    /// Wei per gas of it that go to the proposer.
    pub(crate) fn tip(self, tx: &Transaction, base_fee: Option<u64>) -> u128 {
        self.effective(tx, base_fee).saturating_sub(base_fee.unwrap_or_default().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{
        alloy::Signature,
        consensus::{SignableTransaction, TxEip1559},
    };

    #[test]
    fn a_header_says_whether_the_members_charged_fees() {
        let tx = TxEip1559 { max_fee_per_gas: 100, max_priority_fee_per_gas: 3, ..Default::default() };
        let tx = Transaction::from(tx.into_signed(Signature::test_signature()));
        let price =
            |pricing: Pricing, base_fee| (pricing.effective(&tx, Some(base_fee)), pricing.tip(&tx, Some(base_fee)));
        assert_eq!(price(Pricing::Agreed, 0), (0, 0));
        assert_eq!(price(Pricing::Agreed, 7), (10, 3));
        assert_eq!(price(Pricing::Market, 0), (3, 3));
        assert_eq!(price(Pricing::Zero, 7), (0, 0));
    }
}
