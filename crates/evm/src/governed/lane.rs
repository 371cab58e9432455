use super::{Terms, permission::calls_as_member};
use crate::{Cache, ExecutionError, TransactionError, error::TransactFailure};
use althing_primitives::{Address, Transaction, TransactionExt, rlp::Encodable};

/// The room in a block that is not kept for members' calls to system contracts. All others share it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes {
    gas_left: u64,
    bytes_left: u64,
}

/// What a transaction takes from the room that all share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// As much gas as it uses, and these bytes.
    Shared { bytes: u64 },
    /// Nothing.
    System,
}

impl Lanes {
    /// The shared room of a block; `None` where nothing is kept.
    pub(crate) fn new(terms: &Terms, gas_limit: u64, block_bytes_max: Option<usize>) -> Option<Self> {
        if !terms.governed || terms.system_lane == 0 {
            return None;
        }
        let bytes = block_bytes_max.map_or(u64::MAX, |bytes| bytes as u64);
        Some(Self { gas_left: terms.outside_lane(gas_limit), bytes_left: terms.outside_lane(bytes) })
    }

    /// Finds room for a transaction.
    ///
    /// # Errors
    /// What all share is used up, and the transaction is no member's call to a system contract.
    pub(crate) fn admit(
        &self,
        cache: &mut Cache<'_>,
        tx: &Transaction,
        sender: Address,
    ) -> Result<Lane, TransactFailure> {
        if calls_as_member(cache, tx, sender).map_err(ExecutionError::State)? {
            return Ok(Lane::System);
        }
        let (gas_limit, bytes) = (tx.gas_limit(), tx.length() as u64);
        if gas_limit > self.gas_left {
            return Err(TransactionError::SharedGas { gas_limit, available: self.gas_left }.into());
        }
        if bytes > self.bytes_left {
            return Err(TransactionError::SharedBytes { size: bytes, available: self.bytes_left }.into());
        }
        Ok(Lane::Shared { bytes })
    }

    /// Takes what a transaction used.
    pub(crate) fn take(&mut self, lane: Lane, gas_used: u64) {
        if let Lane::Shared { bytes } = lane {
            self.gas_left = self.gas_left.saturating_sub(gas_used);
            self.bytes_left = self.bytes_left.saturating_sub(bytes);
        }
    }
}
