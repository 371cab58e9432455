use super::{Executed, run::Run};
use crate::{
    BuildError, ExecutionError, Executor, State, Terms, TransactionError, base_fee::next_base_fee,
    error::TransactFailure, rules::Rules,
};
use althing_chainspec::Hardfork;
use althing_primitives::{
    Address, B256, Body, EMPTY_OMMER_ROOT_HASH, Extra, Header, RecoveredTransaction, consensus::proofs,
    eips::eip4895::Withdrawals, rlp::Encodable,
};
use revm::context::result::InvalidTransaction;
use std::sync::Arc;

/// A transaction cannot use less gas; with less left the block is full.
const TRANSACTION_GAS_MIN: u64 = 21_000;
/// Transactions that did not fit before the block counts as full: each was fetched for nothing.
const MISFITS_MAX: usize = 64;
/// Header, list headers and empty withdrawals of a block's RLP, bytes; a header has some 650.
const BLOCK_OVERHEAD_BYTES: usize = 1_024;

/// Where a proposer's transactions come from, best first; the pool.
pub trait TransactionSource {
    /// The next candidate: the builder calls it until `None` or the block is full.
    fn next(&mut self) -> Option<Arc<RecoveredTransaction>>;

    /// Says that the candidate with this hash is not in the block; its sender's later ones would
    /// not be valid either, so a source skips them.
    fn reject(&mut self, hash: &B256, rejection: Rejection);
}

/// Why a candidate is not in the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It does not fit this block, or its nonce's turn has not come; keep it.
    Later,
    /// It is not valid on this state.
    Invalid(TransactionError),
}

/// What a proposer decides about its block.
#[derive(Clone, Debug)]
pub struct BuildAttributes {
    /// Seconds since 1970.
    pub timestamp: u64,
    /// Consensus fields, milliseconds included.
    pub extra: Extra,
    /// Who receives fees, where there are any.
    pub beneficiary: Address,
    /// `prevrandao`.
    pub mix_hash: B256,
    /// The proposer's consensus key.
    pub parent_beacon_block_root: B256,
    /// The governed gas limit.
    pub gas_limit: u64,
}

/// When to stop adding transactions.
pub struct BuildLimits<'a> {
    /// Gas of all transactions together (the header's gas limit bounds it too).
    pub gas: u64,
    /// Bytes of the block's RLP (the chain's own limit bounds it too).
    pub bytes: usize,
    /// Whether time is up; asked before each transaction.
    pub deadline: &'a dyn Fn() -> bool,
}

/// A block but for its state root.
#[derive(Clone, Debug)]
pub struct Built {
    /// Complete but for the state root, which is zero.
    pub header: Header,
    /// The transactions that were taken.
    pub body: Body,
    /// Their senders.
    pub senders: Vec<Address>,
    /// What executing it gave; `execute` gives the same.
    pub executed: Executed,
}

impl Executor {
    /// Builds a block on `parent`, whose state `state` is. No transactions make an empty block.
    ///
    /// # Errors
    /// [`BuildError`]; a bad transaction is none, the source hears of it.
    pub fn build(
        &self,
        parent: &Header,
        attributes: &BuildAttributes,
        state: State<'_>,
        source: &mut dyn TransactionSource,
        limits: &BuildLimits<'_>,
    ) -> Result<Built, BuildError> {
        let terms = self.terms(state).map_err(ExecutionError::State)?;
        let header = self.draft(parent, attributes, &terms);
        if !Rules::new(self.spec(), &header, terms).is(Hardfork::Prague) {
            return Err(BuildError::Attributes("blocks are built from Prague on"));
        }
        self.build_draft(header, Withdrawals::default(), state, source, limits)
    }

    /// Builds a block whose header names all but what follows from its content: after the merge, whose
    /// rules it is under.
    ///
    /// # Errors
    /// As [`Executor::build`].
    pub fn build_draft(
        &self,
        mut header: Header,
        withdrawals: Withdrawals,
        state: State<'_>,
        source: &mut dyn TransactionSource,
        limits: &BuildLimits<'_>,
    ) -> Result<Built, BuildError> {
        let mut run = Run::start(self, &header, state, 0)?;
        let rules = run.rules;
        if !rules.is(Hardfork::Paris) {
            return Err(BuildError::Attributes("blocks are built from the merge on"));
        }
        let bytes = limits.bytes.min(rules.block_bytes_max().unwrap_or(usize::MAX));
        let withdrawals = rules.is(Hardfork::Shanghai).then_some(withdrawals);
        let mut body = Body { withdrawals, ..Default::default() };
        let senders = fill(&mut run, &mut body, source, limits, bytes)?;
        let executed = run.finish(&body)?;
        complete(&mut header, &body, &executed, &rules);
        Ok(Built { header, body, senders, executed })
    }

    fn draft(&self, parent: &Header, attributes: &BuildAttributes, terms: &Terms) -> Header {
        let mut header = Header {
            parent_hash: parent.hash_slow(),
            ommers_hash: EMPTY_OMMER_ROOT_HASH,
            beneficiary: attributes.beneficiary,
            number: parent.number.saturating_add(1),
            gas_limit: attributes.gas_limit,
            timestamp: attributes.timestamp,
            extra_data: attributes.extra.encode().to_vec().into(),
            mix_hash: attributes.mix_hash,
            excess_blob_gas: Some(0),
            parent_beacon_block_root: Some(attributes.parent_beacon_block_root),
            ..Default::default()
        };
        header.base_fee_per_gas = next_base_fee(self.spec(), terms.fees, parent, &header);
        header
    }
}

/// Takes transactions until gas, bytes or time are used up; gives the senders of those taken.
fn fill(
    run: &mut Run<'_>,
    body: &mut Body,
    source: &mut dyn TransactionSource,
    limits: &BuildLimits<'_>,
    bytes_max: usize,
) -> Result<Vec<Address>, BuildError> {
    let mut senders = Vec::new();
    let mut bytes = BLOCK_OVERHEAD_BYTES;
    let mut misfits = 0;
    // What the header allows but this proposer does not want to use.
    let reserved = run.gas_left().saturating_sub(limits.gas);
    while misfits < MISFITS_MAX && !(limits.deadline)() {
        let gas_left = run.gas_left().saturating_sub(reserved);
        if gas_left < TRANSACTION_GAS_MIN {
            break;
        }
        let Some(candidate) = source.next() else { break };
        let size = candidate.inner().length();
        if size > bytes_max.saturating_sub(bytes) || gas_limit(&candidate) > gas_left {
            misfits += 1;
            source.reject(candidate.tx_hash(), Rejection::Later);
            continue;
        }
        match run.transact(candidate.inner(), candidate.signer()) {
            Ok(()) => {
                bytes += size;
                senders.push(candidate.signer());
                body.transactions.push(candidate.inner().clone());
            }
            Err(TransactFailure::Transaction(error)) => {
                misfits += usize::from(error.is_room_full());
                source.reject(candidate.tx_hash(), rejection(error));
            }
            Err(TransactFailure::Broken(error)) => return Err(error.into()),
        }
    }
    Ok(senders)
}

fn gas_limit(tx: &RecoveredTransaction) -> u64 {
    use althing_primitives::TransactionExt;
    tx.inner().gas_limit()
}

fn rejection(error: TransactionError) -> Rejection {
    match error {
        TransactionError::BlockGas { .. }
        | TransactionError::BlockBlobGas
        | TransactionError::SharedGas { .. }
        | TransactionError::SharedBytes { .. }
        | TransactionError::FreeGas { .. }
        | TransactionError::Evm(InvalidTransaction::NonceTooHigh { .. }) => Rejection::Later,
        error => Rejection::Invalid(error),
    }
}

fn complete(header: &mut Header, body: &Body, executed: &Executed, rules: &Rules) {
    header.transactions_root = proofs::calculate_transaction_root(&body.transactions);
    header.withdrawals_root = body.withdrawals.as_ref().map(|list| proofs::calculate_withdrawals_root(list));
    header.receipts_root = executed.receipts_root;
    header.logs_bloom = executed.bloom;
    header.gas_used = executed.gas_used;
    header.blob_gas_used = rules.is(Hardfork::Cancun).then_some(executed.blob_gas_used);
    header.requests_hash = rules.is(Hardfork::Prague).then(|| executed.requests.requests_hash());
}
