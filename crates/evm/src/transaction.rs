//! From a signed transaction to what the EVM runs, with the checks the EVM leaves to its caller.

use crate::{
    TransactionError,
    rules::{Blobs, Rules},
};
use alloy_evm::FromRecoveredTx;
use althing_chainspec::{FeeMode, Hardfork};
use althing_primitives::{Address, Transaction, TransactionExt};
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

    /// What the EVM runs; in fee mode `zero` the offered fees never reach it.
    pub(crate) fn tx_env(&self, tx: &Transaction, sender: Address) -> TxEnv {
        let mut env = TxEnv::from_recovered_tx(tx, sender);
        self.strip_fees(&mut env);
        env
    }

    pub(crate) fn strip_fees(&self, env: &mut TxEnv) {
        strip_fees(self.terms.fees.mode, env);
    }
}

/// In fee mode `zero`, whatever a transaction offers counts as nothing.
pub(crate) fn strip_fees(fees: FeeMode, env: &mut TxEnv) {
    if fees == FeeMode::Zero {
        env.gas_price = 0;
        env.gas_priority_fee = env.gas_priority_fee.map(|_| 0);
    }
}
