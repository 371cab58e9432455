use super::{Executed, outcome::receipts_root, rewards, system};
use crate::{
    Cache, ExecutionError, Executor, ParentState, State, TransactionError,
    env::env,
    error::TransactFailure,
    governed::{Lane, Lanes, SystemSlots, check_permission, push_delta},
    native::{Assembly, ChainEvm, Inspect},
    rules::{Blobs, Rules},
};
use alloy_evm::{Evm, EvmEnv};
use althing_chainspec::FeeMode;
use althing_primitives::{Address, B256, Body, Header, Receipt, Transaction, TransactionExt, eips::eip7685::Requests};
use revm::{DatabaseCommit, inspector::NoOpInspector};

pub(crate) type BlockEvm<'a> = ChainEvm<Cache<'a>, NoOpInspector>;

/// A block in the middle of its execution.
pub(super) struct Run<'a> {
    executor: &'a Executor,
    pub(super) rules: Rules,
    pub(super) assembly: Assembly,
    pub(super) env: EvmEnv,
    header: &'a Header,
    evm: BlockEvm<'a>,
    receipts: Vec<Receipt>,
    gas_used: u64,
    blob_gas_used: u64,
    /// On chains that govern themselves.
    lanes: Option<Lanes>,
    /// Who computes the state root after each transaction, where receipts hold it.
    roots: Option<&'a dyn ParentState>,
}

impl<'a> Run<'a> {
    /// Does what comes before the transactions. Of the header, only what the EVM reads is used.
    pub(super) fn start(
        executor: &'a Executor,
        header: &'a Header,
        state: State<'a>,
        transactions: usize,
    ) -> Result<Self, ExecutionError> {
        let mut run = Self::bare(executor, header, state, transactions)?;
        rewards::dao_fork(run.evm.db_mut(), executor.spec(), header)?;
        system::before(&mut run.evm, &run.rules, header)?;
        Ok(run)
    }

    /// Nothing comes before the transactions.
    pub(super) fn bare(
        executor: &'a Executor,
        header: &'a Header,
        state: State<'a>,
        transactions: usize,
    ) -> Result<Self, ExecutionError> {
        let terms = executor.terms(state)?;
        let rules = Rules::new(executor.spec(), header, terms);
        let assembly = terms.assembly(executor);
        let env = env(executor.spec(), header, &terms);
        let cache = Cache::new(state, executor.spec());
        Ok(Self {
            executor,
            rules,
            header,
            evm: assembly.evm(cache, env.clone(), NoOpInspector, Inspect::No),
            lanes: terms.governed.then(|| Lanes::new(&terms, header.gas_limit, rules.block_bytes_max())),
            assembly,
            env,
            receipts: Vec::with_capacity(transactions),
            gas_used: 0,
            blob_gas_used: 0,
            roots: None,
        })
    }

    /// From here on receipts hold the state root after their transaction (before EIP-658).
    pub(super) fn ask_for_roots(&mut self, parent: &'a dyn ParentState) {
        self.roots = Some(parent);
    }

    /// The state as it is now, for whoever goes on by other means.
    pub(super) fn into_cache(self) -> Cache<'a> {
        self.evm.into_db()
    }

    /// Gas that later transactions may use.
    pub(super) fn gas_left(&self) -> u64 {
        self.header.gas_limit.saturating_sub(self.gas_used)
    }

    /// Executes one transaction; one that is invalid here changes nothing.
    pub(super) fn transact(&mut self, tx: &Transaction, sender: Address) -> Result<(), TransactFailure> {
        self.rules.check_form(tx)?;
        let blob_gas_used = self.check_room(tx)?;
        let lane = self.admit(tx, sender)?;
        self.evm.db_mut().admit(sender).map_err(ExecutionError::State)?;
        let is_free = self.rules.terms.fees.mode == FeeMode::Zero || lane == Some(Lane::System { is_free: true });
        self.evm.ctx_mut().cfg.disable_base_fee = is_free;
        let outcome = self.evm.transact_raw(self.rules.tx_env(tx, sender, is_free))?;
        self.evm.db_mut().commit(outcome.state);
        let gas_used = outcome.result.tx_gas_used();
        self.gas_used += gas_used;
        self.blob_gas_used = blob_gas_used;
        if let (Some(lanes), Some(lane)) = (&mut self.lanes, lane) {
            lanes.take(lane, gas_used);
        }
        let state_root = self.state_root()?;
        self.receipts.push(Receipt {
            tx_type: tx.tx_type(),
            success: outcome.result.is_success(),
            state_root,
            cumulative_gas_used: self.gas_used,
            logs: outcome.result.into_logs(),
        });
        Ok(())
    }

    /// Checks that the members let the transaction in here; says which room it takes.
    fn admit(&mut self, tx: &Transaction, sender: Address) -> Result<Option<Lane>, TransactFailure> {
        let Some(lanes) = &self.lanes else { return Ok(None) };
        let cache = self.evm.db_mut();
        let lane = lanes.admit(cache, tx, sender)?;
        check_permission(&self.rules.terms, cache, (&self.assembly, &self.env), tx, sender)?;
        Ok(Some(lane))
    }

    fn state_root(&self) -> Result<Option<B256>, ExecutionError> {
        let Some(parent) = self.roots else { return Ok(None) };
        Ok(Some(parent.root_after(&self.evm.db().changes())?))
    }

    /// Checks that the transaction fits the rest of the block; gives the blob gas with it.
    fn check_room(&self, tx: &Transaction) -> Result<u64, TransactionError> {
        let (gas_limit, available) = (tx.gas_limit(), self.gas_left());
        if gas_limit > available {
            return Err(TransactionError::BlockGas { gas_limit, available });
        }
        let blob_gas_used = self.blob_gas_used.saturating_add(tx.blob_gas_used().unwrap_or_default());
        match self.rules.blobs {
            Blobs::Limited(params) if blob_gas_used > params.max_blob_gas_per_block() => {
                Err(TransactionError::BlockBlobGas)
            }
            _ => Ok(blob_gas_used),
        }
    }

    /// Does what comes after the transactions. Of the body, ommers and withdrawals are used.
    pub(super) fn finish(mut self, body: &Body) -> Result<Executed, ExecutionError> {
        let mut requests = system::after(&mut self.evm, &self.rules, self.executor.spec(), &self.receipts)?;
        rewards::pay(self.evm.db_mut(), &self.rules, self.header, body)?;
        if self.rules.terms.governed {
            push_delta(&mut requests, &SystemSlots::new(), self.evm.db(), &self.receipts);
        }
        Ok(self.outcome(requests))
    }

    /// What the transactions did, and nothing else.
    pub(super) fn outcome(self, requests: Requests) -> Executed {
        let (receipts_root, bloom) = receipts_root(&self.receipts);
        let Self { evm, receipts, gas_used, blob_gas_used, .. } = self;
        let changes = evm.into_db().changes();
        Executed { receipts, changes, gas_used, blob_gas_used, requests, bloom, receipts_root }
    }
}
