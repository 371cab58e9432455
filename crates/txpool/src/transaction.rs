use crate::{Rules, prepare::cost};
use althing_contracts::is_system;
use althing_governance::is_acknowledgement;
use althing_primitives::{Address, B256, RecoveredTransaction, TransactionExt, U256, eips::eip2718::Encodable2718};
use std::sync::Arc;

/// Who handed a transaction to this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A client of this node: gossiped to all validators.
    Local,
    /// Another node: never gossiped again.
    Peer,
}

/// A transaction the pool holds, with what it needs of it at hand.
#[derive(Debug)]
pub struct PooledTransaction {
    transaction: Arc<RecoveredTransaction>,
    hash: B256,
    cost: U256,
    bytes: usize,
    arrived_ms: u64,
    origin: Origin,
    authorities: Vec<Address>,
    calls_system: bool,
    acknowledges: bool,
    pays: bool,
}

impl PooledTransaction {
    pub(crate) fn new(prepared: Prepared, arrived_ms: u64, origin: Origin) -> Self {
        let Prepared { transaction, hash, cost, bytes, authorities } = prepared;
        let calls_system = transaction.to().is_some_and(|to| is_system(&to));
        let acknowledges = is_acknowledgement(transaction.to(), transaction.input());
        Self {
            transaction: Arc::new(transaction),
            hash,
            cost,
            bytes,
            arrived_ms,
            origin,
            authorities,
            calls_system,
            acknowledges,
            pays: true,
        }
    }

    /// Nothing is charged for its gas, whatever it offers.
    pub(crate) fn waive_fees(&mut self) {
        (self.pays, self.cost) = (false, self.transaction.value());
    }

    /// As it was before it was held against the state, under other rules.
    pub(crate) fn prepared(&self, rules: &Rules) -> Prepared {
        let Self { hash, bytes, authorities, .. } = self;
        let cost = cost(&self.transaction, rules);
        let transaction = RecoveredTransaction::clone(&self.transaction);
        Prepared { transaction, hash: *hash, cost, bytes: *bytes, authorities: authorities.clone() }
    }

    /// The transaction with its sender.
    pub const fn transaction(&self) -> &Arc<RecoveredTransaction> {
        &self.transaction
    }

    /// Its hash.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// Its sender.
    pub fn sender(&self) -> Address {
        self.transaction.signer()
    }

    /// Its nonce.
    pub fn nonce(&self) -> u64 {
        self.transaction.nonce()
    }

    /// The most it can take from its sender, in wei: value, and gas at the fee cap where fees are
    /// charged.
    pub const fn cost(&self) -> U256 {
        self.cost
    }

    /// Encoded length in bytes.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// When it arrived, in the milliseconds of [`Pool::on_tick`](crate::Pool::on_tick).
    pub const fn arrived_ms(&self) -> u64 {
        self.arrived_ms
    }

    /// Whether a client of this node sent it.
    pub fn is_local(&self) -> bool {
        self.origin == Origin::Local
    }

    /// Whether it is addressed to a system contract.
    pub(crate) const fn calls_system(&self) -> bool {
        self.calls_system
    }

    /// Whether it acknowledges the constitution and does nothing else.
    pub(crate) const fn acknowledges(&self) -> bool {
        self.acknowledges
    }

    /// Whether its gas is paid for where fees are charged.
    pub(crate) const fn pays(&self) -> bool {
        self.pays
    }

    /// Whether it deploys a contract.
    pub(crate) fn is_create(&self) -> bool {
        self.transaction.is_create()
    }

    /// Bytes of the code it creates a contract with, 0 if it creates none.
    pub(crate) fn initcode_bytes(&self) -> usize {
        if self.is_create() { self.transaction.input().len() } else { 0 }
    }

    /// Gas it may use.
    pub(crate) fn gas_limit(&self) -> u64 {
        self.transaction.gas_limit()
    }

    /// Accounts whose authorizations (EIP-7702) it carries.
    pub(crate) fn authorities(&self) -> &[Address] {
        &self.authorities
    }

    /// Tip offered, in wei per gas: the priority fee, or a legacy gas price.
    pub fn tip_cap(&self) -> u128 {
        self.transaction.max_priority_fee_per_gas().unwrap_or_else(|| self.transaction.max_fee_per_gas())
    }

    /// Fee cap, in wei per gas.
    pub fn fee_cap(&self) -> u128 {
        self.transaction.max_fee_per_gas()
    }

    /// Tip per gas it pays at a base fee where fees are charged; `None` if it cannot pay the base fee.
    pub fn effective_tip(&self, base_fee: u64) -> Option<u128> {
        if !self.pays {
            return Some(0);
        }
        let above = self.fee_cap().checked_sub(base_fee.into())?;
        Some(above.min(self.tip_cap()))
    }

    /// EIP-2718 bytes, as gossip and blocks carry them.
    pub fn encoded(&self) -> Vec<u8> {
        self.transaction.encoded_2718()
    }
}

/// A transaction that is valid in itself, its sender recovered, not yet held against the state.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) transaction: RecoveredTransaction,
    pub(crate) hash: B256,
    pub(crate) cost: U256,
    pub(crate) bytes: usize,
    pub(crate) authorities: Vec<Address>,
}
