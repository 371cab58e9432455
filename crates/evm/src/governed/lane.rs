use super::{Terms, permission::takes_system_lane};
use crate::{Cache, ExecutionError, TransactionError, error::TransactFailure};
use althing_chainspec::FeeMode;
use althing_governance::free_lane_gas;
use althing_primitives::{Address, Transaction, TransactionExt, rlp::Encodable};
use althing_storage::StateError;

/// The room in a block: what is kept for members' calls to system contracts, and what all others share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes {
    /// `None` where nothing is kept.
    shared: Option<Shared>,
    /// Gas of one such call for nothing at most, where others pay.
    free_gas: u64,
    /// Gas of those that come for nothing.
    free_gas_left: u64,
}

#[derive(Clone, Copy, Debug)]
struct Shared {
    gas_left: u64,
    bytes_left: u64,
}

/// What room a transaction takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Of the room that all share: as much gas as it uses, and these bytes.
    Shared { bytes: u64 },
    /// Of nobody else's.
    System {
        /// Whether it comes for nothing where others pay.
        is_free: bool,
    },
}

impl Lanes {
    /// The room of a block.
    pub(crate) fn new(terms: &Terms, gas_limit: u64, block_bytes_max: Option<usize>) -> Self {
        let bytes = block_bytes_max.map_or(u64::MAX, |bytes| bytes as u64);
        let shared = Shared { gas_left: terms.outside_lane(gas_limit), bytes_left: terms.outside_lane(bytes) };
        let free_gas = terms.free_gas(gas_limit);
        Self { shared: (terms.system_lane > 0).then_some(shared), free_gas, free_gas_left: free_gas }
    }

    /// Finds room for a transaction.
    ///
    /// # Errors
    /// What it may take is used up.
    pub(crate) fn admit(
        &self,
        cache: &mut Cache<'_>,
        tx: &Transaction,
        sender: Address,
    ) -> Result<Lane, TransactFailure> {
        if takes_system_lane(cache, sender, tx.to(), tx.input()).map_err(ExecutionError::State)? {
            return Ok(self.admit_system(tx.gas_limit())?);
        }
        let (gas_limit, bytes) = (tx.gas_limit(), tx.length() as u64);
        let Some(Shared { gas_left, bytes_left }) = self.shared else { return Ok(Lane::Shared { bytes }) };
        if gas_limit > gas_left {
            return Err(TransactionError::SharedGas { gas_limit, available: gas_left }.into());
        }
        if bytes > bytes_left {
            return Err(TransactionError::SharedBytes { size: bytes, available: bytes_left }.into());
        }
        Ok(Lane::Shared { bytes })
    }

    /// One that is too large to come for nothing pays as others do; one that is not waits until there is room.
    fn admit_system(&self, gas_limit: u64) -> Result<Lane, TransactionError> {
        let is_free = gas_limit <= self.free_gas;
        if is_free && gas_limit > self.free_gas_left {
            return Err(TransactionError::FreeGas { gas_limit, available: self.free_gas_left });
        }
        Ok(Lane::System { is_free })
    }

    /// Takes what a transaction used.
    pub(crate) fn take(&mut self, lane: Lane, gas_used: u64) {
        match (lane, &mut self.shared) {
            (Lane::Shared { bytes }, Some(shared)) => {
                shared.gas_left = shared.gas_left.saturating_sub(gas_used);
                shared.bytes_left = shared.bytes_left.saturating_sub(bytes);
            }
            (Lane::System { is_free: true }, _) => self.free_gas_left = self.free_gas_left.saturating_sub(gas_used),
            _ => {}
        }
    }
}

impl Terms {
    /// Gas of a block that members' calls to system contracts have for nothing although others pay.
    fn free_gas(&self, gas_limit: u64) -> u64 {
        let others_pay = self.governed && self.fees.mode == FeeMode::Eip1559;
        if others_pay { free_lane_gas(gas_limit, self.system_lane.into()) } else { 0 }
    }

    /// Whether a transaction, or what stands for one, pays nothing for gas on this state, in a block of this gas
    /// limit; `gas` is its own, if it has a limit.
    pub(crate) fn charges_nothing(
        &self,
        cache: &mut Cache<'_>,
        (sender, to, input): (Address, Option<Address>, &[u8]),
        gas: Option<u64>,
        gas_limit: u64,
    ) -> Result<bool, StateError> {
        if self.fees.mode == FeeMode::Zero {
            return Ok(true);
        }
        let free_gas = self.free_gas(gas_limit);
        Ok(free_gas > 0 && gas.unwrap_or_default() <= free_gas && takes_system_lane(cache, sender, to, input)?)
    }
}
