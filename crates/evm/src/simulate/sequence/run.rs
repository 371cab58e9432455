use super::{
    SequenceError, SequenceRequest,
    logs::LogCollector,
    plan::{Planned, plan},
    transaction::{Filling, Unsigned, offers_fees},
};
use crate::{
    Cache, Executor, Limits, ParentState, SimulationError, Terms, TransactionError,
    block::{receipts_root, rewards, system},
    env::env,
    governed::{InBlock, SystemSlots, push_delta, system_slots},
    native::{Assembly, Inspect},
    rules::{Blobs, Rules},
    simulate::{deadline::Deadline, halt_text, overrides::apply_overrides},
};
use alloy_evm::{Evm, EvmEnv, overrides::OverrideBlockHashes};
use alloy_rpc_types_eth::TransactionRequest;
use alloy_trie::root::ordered_trie_root_encoded;
use althing_chainspec::Hardfork;
use althing_primitives::{
    B256, Block, Body, Bytes, Header, Log, Receipt, RecoveredBlock, TransactionExt,
    consensus::proofs::calculate_withdrawals_root,
};
use revm::{
    Database, DatabaseCommit,
    context::result::{ExecutionResult, InvalidTransaction, ResultAndState},
    context_interface::block::BlobExcessGasAndPrice,
    inspector::NoOpInspector,
};
use std::{cmp::Ordering, collections::BTreeMap, mem};

/// A block that does not exist.
#[derive(Clone, Debug)]
pub struct SimulatedBlock {
    /// As it would be; its transactions have no signature.
    pub block: RecoveredBlock,
    /// One a transaction.
    pub calls: Vec<SimulatedCall>,
}

/// What a call in such a block did.
#[derive(Clone, Debug)]
pub struct SimulatedCall {
    /// How it ended.
    pub outcome: CallOutcome,
    /// Its logs with their numbers in the block, moved ether among them where that was wanted.
    pub logs: Vec<(u64, Log)>,
    /// Gas it paid for.
    pub gas_used: u64,
    /// Gas it needed, before refunds.
    pub max_used_gas: u64,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// With this result.
    Success(Bytes),
    /// Reverted with this data.
    Reverted(Bytes),
    /// Stopped, for geth's reason.
    Halted(String),
}

impl Executor {
    /// Simulates blocks of calls, each on the one before, the first on `base`, whose state `state` is
    /// (`eth_simulateV1`). All calls together use at most `limits.gas`.
    ///
    /// # Errors
    /// [`SequenceError`]; a call that reverts or halts is none.
    pub fn simulate<'a>(
        &'a self,
        state: &'a dyn ParentState,
        base: &Header,
        request: SequenceRequest,
        limits: &Limits<'a>,
    ) -> Result<Vec<SimulatedBlock>, SequenceError> {
        let SequenceRequest { validation, trace_transfers, .. } = request;
        let mut sequence = Sequence {
            executor: self,
            state,
            cache: Cache::new(state, self.spec()),
            validation,
            trace_transfers,
            gas_left: limits.gas,
            expired: limits.expired.unwrap_or(&|| false),
        };
        let mut parent = base.clone();
        let mut blocks = Vec::new();
        for planned in plan(request, base)? {
            let simulated = sequence.block(&parent, planned)?;
            parent = simulated.block.header.clone();
            blocks.push(simulated);
        }
        Ok(blocks)
    }
}

/// What all blocks of a request share.
struct Sequence<'a> {
    executor: &'a Executor,
    /// Where the first block begins.
    state: &'a dyn ParentState,
    cache: Cache<'a>,
    validation: bool,
    trace_transfers: bool,
    /// Of the whole request.
    gas_left: u64,
    expired: &'a dyn Fn() -> bool,
}

/// A block in the middle of its simulation.
struct Draft {
    rules: Rules,
    header: Header,
    env: EvmEnv,
    assembly: Assembly,
    /// The system contracts before the block.
    system_slots: SystemSlots,
    logs: LogCollector,
    transactions: Vec<Unsigned>,
    receipts: Vec<Receipt>,
    blob_gas_used: u64,
}

impl Draft {
    fn gas_used(&self) -> u64 {
        self.receipts.last().map_or(0, |receipt| receipt.cumulative_gas_used)
    }
}

impl<'a> Sequence<'a> {
    fn block(&mut self, parent: &Header, planned: Planned) -> Result<SimulatedBlock, SequenceError> {
        let mut draft = self.start(parent, &planned)?;
        let mut calls = Vec::with_capacity(planned.calls.len());
        for request in planned.calls {
            calls.push(self.call(&mut draft, request)?);
        }
        let withdrawals = planned.fields.withdrawals.unwrap_or_default();
        let withdrawals = draft.rules.is(Hardfork::Shanghai).then(|| withdrawals.into());
        let block = self.finish(draft, Body { withdrawals, ..Default::default() })?;
        Ok(SimulatedBlock { block, calls })
    }

    /// Everything before the calls.
    fn start(&mut self, parent: &Header, planned: &Planned) -> Result<Draft, SequenceError> {
        self.check_time()?;
        let terms = Terms::after(self.executor.spec(), &InBlock::new(&mut self.cache))?;
        let header = self.executor.draft_planned(parent, planned, self.validation, &terms)?;
        let rules = Rules::new(self.executor.spec(), &header, terms);
        let mut env = env(self.executor.spec(), &header, &terms);
        if let (Some(price), Some(blob)) = (planned.fields.blob_base_fee, env.block_env.blob_excess_gas_and_price) {
            let blob_gasprice = price.saturating_to();
            env.block_env.blob_excess_gas_and_price = Some(BlobExcessGasAndPrice { blob_gasprice, ..blob });
        }
        let moved = apply_overrides(&planned.state, &mut self.cache, env.cfg_env.spec)?;
        self.relax(&mut env);
        self.system(&env, |evm| system::before(evm, &rules, &header))?;
        Ok(Draft {
            rules,
            header,
            env,
            assembly: terms.assembly(self.executor).with_moved(moved),
            system_slots: system_slots(&self.cache),
            logs: LogCollector::new(self.trace_transfers),
            transactions: Vec::new(),
            receipts: Vec::new(),
            blob_gas_used: 0,
        })
    }

    /// What never counts, and what counts with validation only.
    fn relax(&self, env: &mut EvmEnv) {
        let cfg = &mut env.cfg_env;
        cfg.disable_eip3607 = true;
        cfg.disable_block_gas_limit = true;
        cfg.tx_gas_limit_cap = Some(u64::MAX);
        cfg.disable_nonce_check = !self.validation;
    }

    /// Lets the protocol make its own calls.
    fn system<T, E>(
        &mut self,
        env: &EvmEnv,
        job: impl FnOnce(&mut crate::block::BlockEvm<'a>) -> Result<T, E>,
    ) -> Result<T, E> {
        let empty = Cache::new(self.cache.state(), self.executor.spec());
        let cache = mem::replace(&mut self.cache, empty);
        let mut evm = Assembly::default().evm(cache, env.clone(), NoOpInspector, Inspect::No);
        let result = job(&mut evm);
        self.cache = evm.into_db();
        result
    }

    fn call(&mut self, draft: &mut Draft, request: TransactionRequest) -> Result<SimulatedCall, SequenceError> {
        self.check_time()?;
        let (unsigned, capped) = self.transaction(draft, request)?;
        let gas = unsigned.tx.gas_limit();
        let nonce = self.check_nonce(&unsigned, gas)?;
        let outcome = self.transact(draft, &unsigned, gas)?;
        self.cache.commit(outcome.state);
        if nonce == u64::MAX && !unsigned.tx.is_create() {
            // Nobody checked it, and geth's wraps.
            self.cache.overwrite_record(unsigned.sender, None, Some(0), None)?;
        }
        let used = *outcome.result.gas();
        let gas_used = used.tx_gas_used();
        self.gas_left = self.gas_left.saturating_sub(gas_used);
        // EIP-658: before Byzantium receipts hold it.
        let state_root = if draft.rules.is(Hardfork::Byzantium) { None } else { Some(self.state_root()?) };
        draft.blob_gas_used += unsigned.tx.blob_gas_used().unwrap_or_default();
        draft.receipts.push(Receipt {
            tx_type: unsigned.tx.tx_type(),
            success: outcome.result.is_success(),
            state_root,
            cumulative_gas_used: draft.gas_used() + gas_used,
            logs: outcome.result.logs().to_vec(),
        });
        draft.transactions.push(unsigned);
        Ok(SimulatedCall {
            outcome: ended(outcome.result, capped),
            logs: draft.logs.take(),
            gas_used,
            max_used_gas: used.total_gas_spent().max(used.floor_gas()),
        })
    }

    /// The transaction a request stands for at its place, and whether it got less gas than it would
    /// have without our limit.
    fn transaction(&mut self, draft: &Draft, request: TransactionRequest) -> Result<(Unsigned, bool), SequenceError> {
        if request.blob_versioned_hashes.is_some() && matches!(draft.rules.blobs, Blobs::Refused) {
            return Err(SimulationError::Transaction(TransactionError::BlobsRefused).into());
        }
        let remaining = draft.header.gas_limit.saturating_sub(draft.gas_used());
        let required = request.gas.unwrap_or(remaining);
        if required > remaining {
            return Err(SequenceError::BlockGas { remaining, required });
        }
        let nonce = match request.nonce {
            Some(nonce) => nonce,
            None => self.cache.basic(request.from.unwrap_or_default())?.map_or(0, |info| info.nonce),
        };
        let gas = required.min(self.gas_left);
        let filling = Filling { chain_id: self.executor.spec().chain_id(), header: &draft.header, nonce, gas };
        Ok((filling.transaction(request)?, gas < required))
    }

    /// The sender's nonce; with validation the transaction's is held against it first (geth's order).
    fn check_nonce(&mut self, unsigned: &Unsigned, gas: u64) -> Result<u64, SequenceError> {
        use InvalidTransaction as E;
        let state = self.cache.basic(unsigned.sender)?.map_or(0, |info| info.nonce);
        let tx = unsigned.tx.nonce();
        let error = match tx.cmp(&state) {
            _ if !self.validation => return Ok(state),
            Ordering::Greater => E::NonceTooHigh { tx, state },
            Ordering::Less => E::NonceTooLow { tx, state },
            Ordering::Equal if state == u64::MAX => E::NonceOverflowInTransaction,
            Ordering::Equal => return Ok(state),
        };
        Err(SequenceError::Transaction { error: TransactionError::Evm(error), gas })
    }

    fn transact(&mut self, draft: &mut Draft, unsigned: &Unsigned, gas: u64) -> Result<ResultAndState, SequenceError> {
        let Unsigned { tx, sender, .. } = unsigned;
        self.cache.admit(*sender)?;
        let mut env = draft.env.clone();
        // geth: who offers nothing pays nothing, unless rules are to be kept.
        let is_free = draft.rules.is_free(&mut self.cache, tx, *sender, draft.header.gas_limit)?;
        env.cfg_env.disable_base_fee = is_free || !self.validation && !offers_fees(tx);
        if let (false, Some(0), Some(blob)) =
            (self.validation, tx.max_fee_per_blob_gas(), env.block_env.blob_excess_gas_and_price)
        {
            env.block_env.blob_excess_gas_and_price = Some(BlobExcessGasAndPrice { blob_gasprice: 0, ..blob });
        }
        let inspector = (Deadline::new(self.expired), &mut draft.logs);
        let mut evm = draft.assembly.evm(&mut self.cache, env, inspector, Inspect::Yes);
        let mut tx_env = draft.rules.tx_env(tx, *sender, is_free);
        // Checked already, or not to be checked.
        tx_env.nonce = tx_env.nonce.min(u64::MAX - 1);
        let outcome = evm.transact_raw(tx_env);
        if evm.inspector().0.hit() {
            return Err(SimulationError::Timeout.into());
        }
        outcome.map_err(|error| SequenceError::of_call(error, gas))
    }

    /// Everything after the calls.
    fn finish(&mut self, draft: Draft, mut body: Body) -> Result<RecoveredBlock, SequenceError> {
        let gas_used = draft.gas_used();
        let Draft { rules, mut header, env, system_slots, transactions, receipts, blob_gas_used, .. } = draft;
        let chain = self.executor.spec();
        let mut requests = self.system(&env, |evm| system::after(evm, &rules, chain, &receipts))?;
        rewards::pay(&mut self.cache, &rules, &header, &body)?;
        if rules.terms.governed {
            push_delta(&mut requests, &system_slots, &self.cache, &receipts);
        }
        header.gas_used = gas_used;
        header.blob_gas_used = rules.is(Hardfork::Cancun).then_some(blob_gas_used);
        header.requests_hash = rules.is(Hardfork::Prague).then(|| requests.requests_hash());
        header.withdrawals_root = body.withdrawals.as_ref().map(|list| calculate_withdrawals_root(list));
        (header.receipts_root, header.logs_bloom) = receipts_root(&receipts);
        let (senders, encoded): (Vec<_>, Vec<_>) = transactions.iter().map(|it| (it.sender, &it.encoded)).unzip();
        header.transactions_root = ordered_trie_root_encoded(&encoded);
        header.state_root = self.state_root()?;
        body.transactions = transactions.into_iter().map(|it| it.tx).collect();
        let block = Block::new(header, body);
        self.cache.override_block_hashes(BTreeMap::from([(block.number(), block.hash())]));
        Ok(RecoveredBlock::new(block, senders))
    }

    fn state_root(&self) -> Result<B256, SequenceError> {
        Ok(self.state.root_after(&self.cache.changes())?)
    }

    fn check_time(&self) -> Result<(), SequenceError> {
        if (self.expired)() { Err(SimulationError::Timeout.into()) } else { Ok(()) }
    }
}

fn ended(result: ExecutionResult, capped: bool) -> CallOutcome {
    match result {
        ExecutionResult::Success { output, .. } => CallOutcome::Success(output.into_data()),
        ExecutionResult::Revert { output, .. } => CallOutcome::Reverted(output),
        ExecutionResult::Halt { reason, .. } => {
            let why = if capped { " (gas limit was capped by the RPC server's global gas cap)" } else { "" };
            CallOutcome::Halted(format!("{}{why}", halt_text(&reason)))
        }
    }
}
