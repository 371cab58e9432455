use alloy_evm::eth::EthEvmContext;
use althing_contracts::{GOVERNANCE, IMembers::StaticCallNotAllowed, SYSTEM_CONTRACTS};
use althing_governance::{Host, SlotChange, Stop};
use althing_primitives::{Address, Bytes, Log, LogData, U256};
use revm::{
    context_interface::{
        Cfg, ContextTr, JournalTr,
        cfg::{GasParams, gas::LOG},
        context::ContextError,
        journaled_state::JournalLoadError,
    },
    interpreter::{CallInputs, Gas, InstructionResult, InterpreterResult},
};

/// Topics of a log at most (LOG4).
const TOPICS_MAX: usize = 4;

/// The EVM's journal behind native code: every access costs what the instruction for it costs, and is
/// undone with the frame.
pub(super) struct Metered<'c, DB: alloy_evm::Database> {
    context: &'c mut EthEvmContext<DB>,
    gas: Gas,
    is_static: bool,
    /// Why the state does not read: this machine is broken, whatever native code makes of it.
    unreadable: Option<DB::Error>,
}

impl<'c, DB: alloy_evm::Database> Metered<'c, DB> {
    pub(super) fn new(context: &'c mut EthEvmContext<DB>, inputs: &CallInputs) -> Self {
        let gas = Gas::new_with_regular_gas_and_reservoir(inputs.gas_limit, inputs.reservoir);
        Self { context, gas, is_static: inputs.is_static, unreadable: None }
    }

    /// What the frame that called sees.
    ///
    /// # Errors
    /// This machine is broken: the transaction is not executed at all.
    pub(super) fn finish(mut self, result: Result<Bytes, Stop>) -> Result<InterpreterResult, String> {
        if let Some(error) = self.unreadable {
            *self.context.error() = Err(ContextError::Db(error));
            return Ok(InterpreterResult::new(InstructionResult::FatalExternalError, Bytes::new(), self.gas));
        }
        let (result, output) = match result {
            Ok(output) => (InstructionResult::Return, output),
            Err(Stop::Revert(data)) => (InstructionResult::Revert, data),
            Err(Stop::OutOfGas) => {
                self.gas.spend_all();
                (InstructionResult::OutOfGas, Bytes::new())
            }
            Err(Stop::Broken(reason)) => return Err(reason),
        };
        Ok(InterpreterResult::new(result, output, self.gas))
    }

    fn params(&self) -> &GasParams {
        self.context.cfg.gas_params()
    }

    fn writes(&self) -> Result<(), Stop> {
        if self.is_static { Err(Stop::revert(StaticCallNotAllowed {})) } else { Ok(()) }
    }

    fn failed(&mut self, error: JournalLoadError<DB::Error>) -> Stop {
        match error {
            JournalLoadError::ColdLoadSkipped => Stop::OutOfGas,
            JournalLoadError::DBError(error) => {
                self.unreadable = Some(error);
                Stop::Broken("the state does not read".to_owned())
            }
        }
    }

    /// Loads an account, paying for a cold one (EIP-2929); says whether it has code.
    fn reach(&mut self, account: Address) -> Result<bool, Stop> {
        let additional = self.params().cold_account_additional_cost();
        let skip_cold = self.gas.remaining() < additional;
        let journal = self.context.journal_mut();
        let loaded = match journal.load_account_info_skip_cold_load(account, false, skip_cold) {
            Ok(loaded) => Ok((!loaded.account.is_empty_code_hash(), loaded.is_cold)),
            Err(error) => Err(error),
        };
        let (has_code, is_cold) = loaded.map_err(|error| self.failed(error))?;
        if is_cold {
            self.charge(additional)?;
        }
        Ok(has_code)
    }
}

impl<DB: alloy_evm::Database> Host for Metered<'_, DB> {
    /// SLOAD; the first of another contract pays for its account too.
    fn sload(&mut self, contract: Address, slot: U256) -> Result<U256, Stop> {
        self.reach(contract)?;
        self.charge(self.params().warm_storage_read_cost())?;
        let additional = self.params().cold_storage_additional_cost();
        let skip_cold = self.gas.remaining() < additional;
        let loaded = self.context.journal_mut().sload_skip_cold_load(contract, slot, skip_cold);
        let loaded = loaded.map_err(|error| self.failed(error))?;
        if loaded.is_cold {
            self.charge(additional)?;
        }
        Ok(loaded.data)
    }

    /// SSTORE with EIP-2200's and 3529's costs and refunds; the first of another contract pays for its account too.
    fn sstore(&mut self, contract: Address, slot: U256, value: U256) -> Result<(), Stop> {
        self.writes()?;
        self.reach(contract)?;
        if self.gas.remaining() <= self.params().call_stipend() {
            return Err(Stop::OutOfGas);
        }
        self.charge(self.params().sstore_static_gas())?;
        let skip_cold = self.gas.remaining() < self.params().cold_storage_cost();
        let stored = self.context.journal_mut().sstore_skip_cold_load(contract, slot, value, skip_cold);
        let stored = stored.map_err(|error| self.failed(error))?;
        self.charge(self.params().sstore_dynamic_gas(true, &stored.data, stored.is_cold))?;
        let refund = self.params().sstore_refund(true, &stored.data);
        self.gas.record_refund(refund);
        Ok(())
    }

    /// TLOAD.
    fn tload(&mut self, slot: U256) -> Result<U256, Stop> {
        self.charge(self.params().warm_storage_read_cost())?;
        Ok(self.context.journal_mut().tload(GOVERNANCE, slot))
    }

    /// TSTORE.
    fn tstore(&mut self, slot: U256, value: U256) -> Result<(), Stop> {
        self.writes()?;
        self.charge(self.params().warm_storage_read_cost())?;
        self.context.journal_mut().tstore(GOVERNANCE, slot, value);
        Ok(())
    }

    /// LOG0 to LOG4.
    fn log(&mut self, contract: Address, data: LogData) -> Result<(), Stop> {
        self.writes()?;
        let topics = data.topics().len();
        if topics > TOPICS_MAX {
            return Err(Stop::Broken(format!("a log of {topics} topics")));
        }
        self.charge(LOG + self.params().log_cost(topics as u8, data.data.len() as u64))?;
        self.context.journal_mut().log(Log { address: contract, data });
        Ok(())
    }

    fn charge(&mut self, gas: u64) -> Result<(), Stop> {
        if self.gas.record_regular_cost(gas) { Ok(()) } else { Err(Stop::OutOfGas) }
    }

    fn gas_left(&self) -> u64 {
        self.gas.remaining()
    }

    /// EXTCODESIZE.
    fn has_code(&mut self, account: Address) -> Result<bool, Stop> {
        self.charge(self.params().warm_storage_read_cost())?;
        self.reach(account)
    }

    /// A warm SLOAD for each slot it looks at.
    fn changes(&mut self) -> Result<Vec<SlotChange>, Stop> {
        let mut changes = Vec::new();
        for contract in SYSTEM_CONTRACTS {
            let Some(account) = self.context.journaled_state.inner.state.get(&contract) else { continue };
            let looked_at = account.storage.len() as u64;
            let changed = account.storage.iter().filter(|(_, value)| value.is_changed());
            let changed = changed.map(|(slot, value)| {
                let (before, after) = (value.original_value(), value.present_value());
                SlotChange { contract, slot: *slot, before, after }
            });
            let mut changed: Vec<_> = changed.collect();
            changed.sort_unstable_by_key(|change| change.slot);
            changes.append(&mut changed);
            self.charge(looked_at.saturating_mul(self.params().warm_storage_read_cost()))?;
        }
        Ok(changes)
    }
}
