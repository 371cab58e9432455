//! A chain of one proposer that checks as verifier what it built, on [`MemoryState`].
#![allow(dead_code, reason = "every test file uses its own part")]

use crate::memory::MemoryState;
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use althing_chainspec::{ChainSpec, FeeMode, Genesis};
use althing_evm::{
    BuildAttributes, BuildLimits, Built, Call, EvmOverrides, Executor, HeaderRules, NextBlock, Rejection, Terms,
    TransactionSource,
};
use althing_primitives::{
    Address, B256, Block, Bytes, Extra, RecoveredBlock, RecoveredTransaction, Transaction, TxKind, U256,
    consensus::{SignableTransaction, TxEip1559},
};
use std::{collections::VecDeque, sync::Arc};

pub(crate) const GWEI: u128 = 1_000_000_000;

pub(crate) struct Chain {
    pub(crate) executor: Executor,
    pub(crate) state: MemoryState,
    pub(crate) head: Block,
}

impl Chain {
    pub(crate) fn new(fees: FeeMode) -> Self {
        Self::from(genesis(fees))
    }

    pub(crate) fn from(genesis: Genesis) -> Self {
        let spec = Arc::new(genesis.into_spec().unwrap());
        let state = MemoryState::genesis(&spec);
        let head = spec.genesis().clone();
        Self { executor: Executor::new(spec), state, head }
    }

    pub(crate) fn spec(&self) -> &ChainSpec {
        self.executor.spec()
    }

    /// What is in force in the next block.
    pub(crate) fn terms(&self) -> Terms {
        self.executor.terms(&self.state).unwrap()
    }

    /// What the proposer of the next block decides, 250 ms after the head.
    pub(crate) fn attributes(&self) -> BuildAttributes {
        let time_ms = self.head.time_ms() + 250;
        BuildAttributes {
            timestamp: time_ms / 1000,
            extra: Extra { millis: (time_ms % 1000) as u16, ..Default::default() },
            beneficiary: Address::repeat_byte(0xfe),
            mix_hash: B256::repeat_byte(7),
            parent_beacon_block_root: B256::repeat_byte(8),
            gas_limit: self.terms().gas_limit.unwrap_or(self.head.header.gas_limit),
        }
    }

    pub(crate) fn build_within(&self, source: &mut Queue, limits: &BuildLimits<'_>) -> Built {
        self.executor.build(&self.head.header, &self.attributes(), &self.state, source, limits).unwrap()
    }

    pub(crate) fn build(&self, source: &mut Queue) -> Built {
        self.build_within(source, &BuildLimits { gas: u64::MAX, bytes: usize::MAX, deadline: &|| false })
    }

    /// Gives a built block its state root.
    pub(crate) fn seal(&self, built: &Built) -> RecoveredBlock {
        let mut after = self.state.clone();
        after.apply(&built.executed.changes);
        let mut header = built.header.clone();
        header.state_root = after.root();
        RecoveredBlock::new(Block::new(header, built.body.clone()), built.senders.clone())
    }

    /// Verifies a built block as another validator would, and takes it as the head.
    pub(crate) fn commit(&mut self, built: &Built) {
        let block = self.seal(built);
        block.check_body().unwrap();
        let terms = self.terms();
        self.executor.validate_header(&block.header, &self.head.header, HeaderRules::Consensus, &terms).unwrap();
        let executed = self.executor.execute(&block, &self.state).unwrap();
        assert_eq!(executed, built.executed, "proposer and verifier agree");
        self.state.apply(&executed.changes);
        self.state.add_hash(block.number(), block.hash());
        self.head = block.block().clone();
    }

    /// Builds and commits a block of these; all of them must be taken.
    pub(crate) fn mine(&mut self, transactions: Vec<RecoveredTransaction>) -> Built {
        let count = transactions.len();
        let mut source = Queue::new(transactions);
        let built = self.build(&mut source);
        assert_eq!(built.body.transactions.len(), count, "{:?}", source.rejected);
        self.commit(&built);
        built
    }

    pub(crate) fn balance(&self, address: Address) -> U256 {
        self.state.accounts.get(&address).map(|(account, _)| account.balance).unwrap_or_default()
    }

    pub(crate) fn slot(&self, address: Address, slot: u64) -> U256 {
        let account = self.state.accounts.get(&address);
        account.and_then(|(_, storage)| storage.get(&U256::from(slot))).copied().unwrap_or_default()
    }

    /// A call in the next block.
    pub(crate) fn call(&self, request: alloy_rpc_types_eth::TransactionRequest) -> Call {
        let next = NextBlock {
            timestamp: self.head.header.timestamp + 1,
            prevrandao: B256::repeat_byte(0xaa),
            beneficiary: Address::ZERO,
        };
        let env = self.executor.next_env(&self.head.header, next, &self.terms());
        Call { request, env, overrides: EvmOverrides::default() }
    }
}

/// The development chain with a fee mode, and without members: nothing of it ever changes.
pub(crate) fn genesis(fees: FeeMode) -> Genesis {
    let mut genesis = Genesis::dev();
    let consortium = genesis.althing.as_mut().unwrap();
    (consortium.fee_mode, consortium.governance) = (fees, None);
    genesis
}

/// Transactions in the order given; remembers what was refused.
#[derive(Default)]
pub(crate) struct Queue {
    pub(crate) waiting: VecDeque<Arc<RecoveredTransaction>>,
    pub(crate) rejected: Vec<(B256, Rejection)>,
}

impl Queue {
    pub(crate) fn new(transactions: Vec<RecoveredTransaction>) -> Self {
        Self { waiting: transactions.into_iter().map(Arc::new).collect(), rejected: Vec::new() }
    }
}

impl TransactionSource for Queue {
    fn next(&mut self) -> Option<Arc<RecoveredTransaction>> {
        self.waiting.pop_front()
    }

    fn reject(&mut self, hash: &B256, rejection: Rejection) {
        self.rejected.push((*hash, rejection));
    }
}

/// A key no genesis funds.
pub(crate) fn key(number: u8) -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&B256::repeat_byte(number)).unwrap()
}

/// A key the development genesis funds.
pub(crate) fn dev_key() -> PrivateKeySigner {
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80".parse().unwrap()
}

/// An EIP-1559 transaction that offers 2 gwei with a tip of 1.
pub(crate) fn template(nonce: u64, to: TxKind, gas_limit: u64) -> TxEip1559 {
    TxEip1559 {
        chain_id: althing_chainspec::DEV_CHAIN_ID,
        nonce,
        gas_limit,
        max_fee_per_gas: 2 * GWEI,
        max_priority_fee_per_gas: GWEI,
        to,
        ..Default::default()
    }
}

pub(crate) fn sign<T>(key: &PrivateKeySigner, tx: T) -> RecoveredTransaction
where
    T: SignableTransaction<althing_primitives::alloy::Signature>,
    Transaction: From<althing_primitives::consensus::Signed<T>>,
{
    let signature = key.sign_hash_sync(&tx.signature_hash()).unwrap();
    RecoveredTransaction::new_unchecked(tx.into_signed(signature).into(), key.address())
}

pub(crate) fn transfer(key: &PrivateKeySigner, nonce: u64, to: Address, value: u128) -> RecoveredTransaction {
    sign(key, TxEip1559 { value: U256::from(value), ..template(nonce, to.into(), 21_000) })
}

pub(crate) fn deploy(key: &PrivateKeySigner, nonce: u64, init: impl Into<Bytes>) -> RecoveredTransaction {
    sign(key, TxEip1559 { input: init.into(), ..template(nonce, TxKind::Create, 1_000_000) })
}

/// Init code whose contract has this runtime code (at most 255 bytes).
pub(crate) fn init_code(runtime: &[u8]) -> Vec<u8> {
    let length = u8::try_from(runtime.len()).unwrap();
    // PUSH1 length, DUP1, PUSH1 9, PUSH0, CODECOPY, PUSH0, RETURN
    let mut code = vec![0x60, length, 0x80, 0x60, 0x09, 0x5f, 0x39, 0x5f, 0xf3];
    code.extend_from_slice(runtime);
    code
}
