//! From a signed transaction to what the EVM runs, with the checks the EVM leaves to its caller.

use crate::{
    Cache, TransactionError,
    rules::{Blobs, Rules},
};
use alloy_evm::FromRecoveredTx;
use althing_chainspec::Hardfork;
use althing_primitives::{Address, Transaction, TransactionExt};
use althing_storage::StateError;
use revm::context::{TxEnv, result::InvalidTransaction};

impl Rules {
    /// Checks that depend on nothing but the transaction and the fork.
    pub(crate) fn check_form(&self, tx: &Transaction) -> Result<(), TransactionError> {
        if self.is(Hardfork::Homestead) && tx.signature().normalize_s().is_some() {
            return Err(TransactionError::HighS);
        }
        if !self.is(Hardfork::SpuriousDragon) && tx.is_legacy() && tx.chain_id().is_some() {
            return Err(TransactionError::ReplayProtected);
        }
        if tx.is_eip4844() && matches!(self.blobs, Blobs::Refused) {
            return Err(TransactionError::BlobsRefused);
        }
        // Without fees the EVM sees no tip; a transaction that Ethereum calls malformed stays so.
        if tx.max_priority_fee_per_gas().is_some_and(|tip| tip > tx.max_fee_per_gas()) {
            return Err(TransactionError::Evm(InvalidTransaction::PriorityFeeGreaterThanMaxFee));
        }
        Ok(())
    }

    /// What the EVM runs. What a transaction offers that `is_free` of fees never reaches it.
    pub(crate) fn tx_env(&self, tx: &Transaction, sender: Address, is_free: bool) -> TxEnv {
        let mut env = TxEnv::from_recovered_tx(tx, sender);
        if is_free {
            strip_fees(&mut env);
        }
        env
    }

    /// Whether a transaction pays nothing for gas, on the state as it is before it in a block of this gas limit.
    pub(crate) fn is_free(
        &self,
        cache: &mut Cache<'_>,
        tx: &Transaction,
        sender: Address,
        gas_limit: u64,
    ) -> Result<bool, StateError> {
        self.terms.charges_nothing(cache, (sender, tx.to(), tx.input()), Some(tx.gas_limit()), gas_limit)
    }
}

/// Whatever a transaction offers counts as nothing.
pub(crate) fn strip_fees(env: &mut TxEnv) {
    env.gas_price = 0;
    env.gas_priority_fee = env.gas_priority_fee.map(|_| 0);
}
