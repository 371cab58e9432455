//! Every function of `IParameters`.

use super::{Terms, schedule, terms};
use crate::{
    Host, Message, Stop,
    abi::{self, answer},
    effect::Effect,
    nodes, proposals,
};
use althing_contracts::IParameters::{self, IParametersCalls as Call};
use althing_primitives::{Address, Bytes, U256};

/// A call of Parameters.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    let call = abi::call::<Call>(host, message)?;
    let Some(effect) = effect_of(host, &call)? else { return view(host, call) };
    proposals::authority(host, message, effect)?;
    governed(host, message, call)?;
    Ok(Bytes::new())
}

/// What a call of a governed function means; `None` for other functions.
pub(crate) fn effect(host: &mut dyn Host, input: &[u8]) -> Result<Option<Effect>, Stop> {
    let call = abi::parse::<Call>(host, input)?;
    effect_of(host, &call)
}

fn effect_of(host: &mut dyn Host, call: &Call) -> Result<Option<Effect>, Stop> {
    match call {
        Call::scheduleFork(call) => {
            schedule::index(&call.fork)?;
            Ok(Some(Effect::PLAIN))
        }
        Call::scheduleSoftware(_) => Ok(Some(Effect::PLAIN)),
        setter => {
            let mut changed = terms::load(host)?;
            if !changed.apply(setter) {
                return Ok(None);
            }
            changed.check()?;
            Ok(Some(Effect::PLAIN))
        }
    }
}

impl Terms {
    /// Changes what a setter sets; false for other functions.
    fn apply(&mut self, call: &Call) -> bool {
        match call {
            Call::setGasLimit(call) => self.gas_limit = call.gasLimit,
            Call::setBlockBytesMax(call) => self.block_bytes_max = call.blockBytesMax.into(),
            Call::setBlockTime(call) => self.block_time_ms = call.milliseconds.into(),
            Call::setIdlePace(call) => {
                self.follow_up_blocks = call.followUpBlocks.into();
                self.follow_up_ms = call.followUpTime.into();
                self.heartbeat_ms = call.heartbeat.into();
            }
            Call::setConsensusTimeouts(call) => {
                self.leader_timeout_ms = call.leader.into();
                self.certification_timeout_ms = call.certification.into();
                self.skip_timeout_ms = call.skip.into();
                self.retry_timeout_ms = call.retry.into();
            }
            Call::setFees(call) => (self.fee_mode, self.base_fee) = (call.feeMode, call.baseFee),
            Call::setContractSizeMax(call) => self.contract_size_max = call.contractSizeMax.into(),
            Call::setPoolLimits(call) => {
                self.pool_transactions_max = call.transactionsMax.into();
                self.pool_transactions_per_sender = call.transactionsPerSender.into();
            }
            Call::setRequestsPerSecond(call) => self.requests_per_second = call.requestsPerSecond.into(),
            Call::setSystemLane(call) => self.system_lane = call.percent.into(),
            Call::setAllowLists(call) => {
                self.transaction_allow_list = call.transactions;
                self.deployer_allow_list = call.deployers;
            }
            Call::setTransactionHook(call) => self.transaction_hook = some_address(call.hook),
            _ => return false,
        }
        true
    }
}

fn some_address(address: Address) -> Option<Address> {
    (!address.is_zero()).then_some(address)
}

fn governed(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<(), Stop> {
    match &call {
        Call::scheduleFork(call) => schedule::schedule_fork(host, &call.fork, call.timestamp, &message.block),
        Call::scheduleSoftware(call) => {
            schedule::schedule_software(host, call.measurement, call.height, &message.block)
        }
        setter => {
            let mut changed = terms::load(host)?;
            changed.apply(setter);
            terms::save(host, &changed)?;
            if matches!(setter, Call::setConsensusTimeouts(_)) {
                nodes::note_epoch_change(host, message.block.number)?;
            }
            emit_change(host, call)
        }
    }
}

fn emit_change(host: &mut dyn Host, call: Call) -> Result<(), Stop> {
    use IParameters as P;
    match call {
        Call::setGasLimit(call) => super::emit(host, &P::GasLimitSet { gasLimit: call.gasLimit }),
        Call::setBlockBytesMax(call) => super::emit(host, &P::BlockBytesMaxSet { blockBytesMax: call.blockBytesMax }),
        Call::setBlockTime(call) => super::emit(host, &P::BlockTimeSet { blockTime: call.milliseconds }),
        Call::setIdlePace(call) => {
            let P::setIdlePaceCall { followUpBlocks, followUpTime, heartbeat } = call;
            super::emit(host, &P::IdlePaceSet { followUpBlocks, followUpTime, heartbeat })
        }
        Call::setConsensusTimeouts(call) => {
            let P::setConsensusTimeoutsCall { leader, certification, skip, retry } = call;
            super::emit(host, &P::ConsensusTimeoutsSet { leader, certification, skip, retry })
        }
        Call::setFees(call) => super::emit(host, &P::FeesSet { feeMode: call.feeMode, baseFee: call.baseFee }),
        Call::setContractSizeMax(call) => {
            super::emit(host, &P::ContractSizeMaxSet { contractSizeMax: call.contractSizeMax })
        }
        other => emit_limit(host, other),
    }
}

fn emit_limit(host: &mut dyn Host, call: Call) -> Result<(), Stop> {
    use IParameters as P;
    match call {
        Call::setPoolLimits(call) => {
            let P::setPoolLimitsCall { transactionsMax, transactionsPerSender } = call;
            super::emit(host, &P::PoolLimitsSet { transactionsMax, transactionsPerSender })
        }
        Call::setRequestsPerSecond(call) => {
            super::emit(host, &P::RequestsPerSecondSet { requestsPerSecond: call.requestsPerSecond })
        }
        Call::setSystemLane(call) => super::emit(host, &P::SystemLaneSet { percent: call.percent }),
        Call::setAllowLists(call) => {
            let P::setAllowListsCall { transactions, deployers } = call;
            super::emit(host, &P::AllowListsSet { transactions, deployers })
        }
        Call::setTransactionHook(call) => super::emit(host, &P::TransactionHookSet { hook: call.hook }),
        _ => Err(Stop::Broken("a setter has no event".to_owned())),
    }
}

fn view(host: &mut dyn Host, call: Call) -> Result<Bytes, Stop> {
    Ok(match call {
        Call::terms(_) => answer(&terms::load(host)?.to_abi()),
        Call::gasLimit(_) => answer(&U256::from(terms::load(host)?.gas_limit)),
        Call::blockTime(_) => answer(&U256::from(terms::load(host)?.block_time_ms)),
        Call::forkTime(call) => answer(&U256::from(schedule::fork_time(host, &call.fork)?)),
        Call::scheduledSoftware(_) => answer(&schedule::scheduled_software(host)?),
        _ => return Err(Stop::Broken("a function of Parameters has no code".to_owned())),
    })
}
