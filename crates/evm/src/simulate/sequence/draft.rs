use super::{SequenceError, plan::Planned};
use crate::{Executor, Fees, Terms, base_fee::next_base_fee, rules::Rules};
use althing_chainspec::{FeeMode, ForkCondition, Hardfork};
use althing_primitives::{EMPTY_OMMER_ROOT_HASH, Header, U256};

impl Executor {
    /// The header of a planned block on `parent`, but for what follows from its content. Without
    /// `validation` gas costs nothing unless the client says so.
    pub(super) fn draft_planned(
        &self,
        parent: &Header,
        planned: &Planned,
        validation: bool,
        terms: &Terms,
    ) -> Result<Header, SequenceError> {
        let fields = &planned.fields;
        let mut header = Header {
            parent_hash: parent.hash_slow(),
            ommers_hash: EMPTY_OMMER_ROOT_HASH,
            number: planned.number,
            timestamp: planned.timestamp,
            beneficiary: fields.fee_recipient.unwrap_or(parent.beneficiary),
            gas_limit: fields.gas_limit.map_or(terms.gas_limit.unwrap_or(parent.gas_limit), |gas| gas.to()),
            mix_hash: fields.prev_randao.unwrap_or_default(),
            ..Default::default()
        };
        header.difficulty = self.difficulty(parent, planned);
        header.base_fee_per_gas = self.base_fee(parent, &header, fields.base_fee_per_gas, (validation, terms.fees))?;
        let rules = Rules::new(self.spec(), &header, *terms);
        if rules.is(Hardfork::Cancun) {
            header.excess_blob_gas = Some(self.excess_blob_gas(parent, &header, terms));
            header.parent_beacon_block_root = Some(fields.beacon_root.unwrap_or_default());
        }
        Ok(header)
    }

    fn difficulty(&self, parent: &Header, planned: &Planned) -> U256 {
        if parent.difficulty.is_zero() || self.merged(planned) {
            return U256::ZERO;
        }
        planned.fields.difficulty.unwrap_or(parent.difficulty)
    }

    /// geth: by height or time, since the total difficulty of what does not exist is unknown.
    fn merged(&self, planned: &Planned) -> bool {
        let forks = self.spec().forks();
        let shanghai = forks.condition(Hardfork::Shanghai).active_at_timestamp(planned.timestamp);
        shanghai
            || match forks.condition(Hardfork::Paris) {
                ForkCondition::TTD { fork_block, total_difficulty, .. } => {
                    total_difficulty.is_zero() || fork_block.is_some_and(|block| planned.number >= block)
                }
                _ => false,
            }
    }

    fn base_fee(
        &self,
        parent: &Header,
        header: &Header,
        wanted: Option<U256>,
        (validation, fees): (bool, Fees),
    ) -> Result<Option<u64>, SequenceError> {
        let regular = next_base_fee(self.spec(), fees, parent, header);
        if fees.mode == FeeMode::Zero || regular.is_none() {
            return Ok(regular);
        }
        match wanted {
            Some(wanted) => u64::try_from(wanted)
                .map(Some)
                .map_err(|_| SequenceError::Arguments("baseFeePerGas is above 64 bits".to_owned())),
            None if validation => Ok(regular),
            None => Ok(Some(0)),
        }
    }

    fn excess_blob_gas(&self, parent: &Header, header: &Header, terms: &Terms) -> u64 {
        let Some(params) = terms.forks(self.spec()).blob_params(header.timestamp) else { return 0 };
        let (Some(excess), Some(used)) = (parent.excess_blob_gas, parent.blob_gas_used) else { return 0 };
        params.next_block_excess_blob_gas_osaka(excess, used, parent.base_fee_per_gas.unwrap_or_default())
    }
}
