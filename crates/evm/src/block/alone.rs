//! One transaction without a block around it, as the state and transaction tests of Ethereum's suites have it.

use super::{Executed, run::Run};
use crate::{
    ExecutionError, Executor, InvalidBlock, State, Terms, TransactionError, env::env, error::TransactFailure,
    rules::Rules,
};
use alloy_evm::EvmEnv;
use althing_chainspec::FeeMode;
use althing_primitives::{Address, Header, Transaction, eips::eip7685::Requests};
use revm::{Context, MainContext, context_interface::Cfg, handler::validation};

impl Executor {
    /// Executes a transaction by the rules in force in a header: no system calls, rewards or
    /// withdrawals, and of the header only what the EVM reads is used.
    ///
    /// # Errors
    /// [`ExecutionError::Invalid`] where the transaction is invalid on this state.
    pub fn execute_alone(
        &self,
        header: &Header,
        tx: &Transaction,
        sender: Address,
        state: State<'_>,
    ) -> Result<Executed, ExecutionError> {
        let mut run = Run::bare(self, header, state, 1)?;
        run.transact(tx, sender).map_err(|failure| match failure {
            TransactFailure::Transaction(error) => InvalidBlock::Transaction { index: 0, error }.into(),
            TransactFailure::Broken(error) => error,
        })?;
        Ok(run.outcome(Requests::default()))
    }

    /// Checks what can be said of a transaction without any state, by the genesis' terms: form, type, fees, size, and
    /// that its gas covers the least it costs. Returns that: its intrinsic gas.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn check_transaction(&self, header: &Header, tx: &Transaction) -> Result<u64, TransactionError> {
        let terms = Terms::genesis(self.spec());
        let rules = Rules::new(self.spec(), header, terms);
        rules.check_form(tx)?;
        let EvmEnv { cfg_env, block_env } = env(self.spec(), header, &terms);
        let (spec, cap) = (cfg_env.spec, cfg_env.tx_gas_limit_cap());
        let tx_env = rules.tx_env(tx, Address::ZERO, rules.terms.fees.mode == FeeMode::Zero);
        let mut context = Context::mainnet().with_block(block_env).with_cfg(cfg_env).with_tx(tx_env.clone());
        validation::validate_tx_env(&mut context, spec).map_err(TransactionError::Evm)?;
        let gas = validation::validate_initial_tx_gas(tx_env, spec, false, false, cap, None);
        Ok(gas.map_err(TransactionError::Evm)?.initial_total_gas())
    }
}
