use crate::{
    HeadState, Limits, Origin, Pool, PoolConfig, PoolError, Rules, Sender, Standing, head::HeadError,
    transaction::Prepared,
};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use althing_chainspec::ChainSpec;
use althing_governance::{ForkTimes, Terms};
use althing_primitives::{
    Address, AddressMap, B256, Bytes, Changeset, PreviousAccount, RecoveredTransaction, Transaction, TxKind, U256,
    alloy::Signature,
    consensus::{SignableTransaction, Signed, TxEip1559, TxLegacy},
    eips::Encodable2718,
    keccak256,
};
use parking_lot::Mutex;
use std::sync::Arc;

pub(crate) const CHAIN: u64 = 930_930;
pub(crate) const BLOCK_GAS: u64 = 30_000_000;

/// The state as a map.
#[derive(Clone, Default)]
pub(crate) struct State(pub(crate) Arc<Mutex<AddressMap<Sender>>>, pub(crate) Arc<Mutex<AddressMap<Standing>>>);

impl HeadState for State {
    fn sender(&self, address: &Address) -> Result<Sender, HeadError> {
        Ok(self.0.lock().get(address).copied().unwrap_or_default())
    }

    fn standing(&self, address: &Address) -> Result<Standing, HeadError> {
        Ok(self.1.lock().get(address).copied().unwrap_or_default())
    }

    fn terms(&self) -> Result<(Terms, ForkTimes), HeadError> {
        Err(HeadError)
    }
}

/// A pool over a state that the test writes.
pub(crate) struct Bench {
    pub(crate) pool: Pool,
    pub(crate) state: State,
}

impl Bench {
    pub(crate) fn zero_fee() -> Self {
        Self::with(PoolConfig::default(), Rules::osaka(CHAIN, BLOCK_GAS, true))
    }

    pub(crate) fn with_fees() -> Self {
        Self::with(PoolConfig::default(), Rules::osaka(CHAIN, BLOCK_GAS, false))
    }

    pub(crate) fn with(config: PoolConfig, rules: Rules) -> Self {
        let state = State::default();
        let spec = Arc::new(ChainSpec::dev());
        Self { pool: Pool::with_rules(config, spec, state.clone(), rules), state }
    }

    pub(crate) fn set(&self, address: Address, sender: Sender) {
        self.state.0.lock().insert(address, sender);
    }

    pub(crate) fn fund(&self, address: Address, balance: u64) {
        self.set(address, Sender { balance: U256::from(balance), ..Sender::default() });
    }

    /// A governed pool in fee mode zero with a lane of ten percent.
    pub(crate) fn governed(limits: Limits) -> Self {
        Self::with(PoolConfig { limits, ..PoolConfig::default() }, governed())
    }

    pub(crate) fn stand(&self, address: Address, standing: Standing) {
        self.state.1.lock().insert(address, standing);
    }

    /// Takes a transaction that nobody signed.
    pub(crate) fn take(&self, sender: Address, tx: TxEip1559) -> Result<B256, PoolError> {
        let prepared = prepare(sender, tx, 0, 0);
        let hash = prepared.hash;
        self.pool.with_core(|core| core.admit(prepared, Origin::Local, &self.state)).map(|_| hash)
    }

    pub(crate) fn submit(&self, raw: Bytes) -> Result<B256, PoolError> {
        self.pool.submit(vec![raw], Origin::Local).remove(0)
    }

    /// Sets accounts to new nonces, as a block that includes their transactions does.
    pub(crate) fn commit(&self, nonces: &[(Address, u64)]) {
        let mut changes = Changeset::default();
        for (address, nonce) in nonces {
            self.state.0.lock().entry(*address).or_default().nonce = *nonce;
            changes.accounts.push(PreviousAccount { address: *address, account: None, storage: Vec::new() });
        }
        let rules = self.pool.with_core(|core| Rules::clone(&core.rules));
        self.pool.follow(&changes, rules);
    }

    pub(crate) fn best(&self) -> Vec<(Address, u64)> {
        self.pool.best(0, &[]).map(|tx| (tx.signer(), althing_primitives::TransactionExt::nonce(&**tx))).collect()
    }
}

pub(crate) fn governed() -> Rules {
    Rules { governed: true, lane_percent: 10, ..Rules::osaka(CHAIN, BLOCK_GAS, true) }
}

pub(crate) fn key(n: u64) -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&B256::from(keccak256(n.to_be_bytes()))).unwrap()
}

/// A transfer of nothing; tests change what they are about.
pub(crate) fn transfer(nonce: u64, tip: u128) -> TxEip1559 {
    TxEip1559 {
        chain_id: CHAIN,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas: tip,
        max_priority_fee_per_gas: tip,
        to: TxKind::Call(Address::with_last_byte(0xaa)),
        ..Default::default()
    }
}

pub(crate) fn legacy(nonce: u64, gas_price: u128) -> TxLegacy {
    TxLegacy {
        chain_id: Some(CHAIN),
        nonce,
        gas_price,
        gas_limit: 21_000,
        to: TxKind::Call(Address::with_last_byte(0xaa)),
        ..Default::default()
    }
}

pub(crate) fn sign<T>(tx: T, key: &PrivateKeySigner) -> Bytes
where
    T: SignableTransaction<Signature>,
    Transaction: From<Signed<T>>,
{
    let signature = key.sign_hash_sync(&tx.signature_hash()).unwrap();
    Transaction::from(tx.into_signed(signature)).encoded_2718().into()
}

/// A transaction as `prepare` would hand it on, without a signature: `cost` is what it spends,
/// `salt` makes its hash differ.
pub(crate) fn prepared(sender: Address, nonce: u64, tip: u128, cost: u64, salt: u64) -> Prepared {
    prepare(sender, transfer(nonce, tip), cost, salt)
}

/// [`prepared`] of any transaction.
pub(crate) fn prepare(sender: Address, tx: TxEip1559, cost: u64, salt: u64) -> Prepared {
    let hash = keccak256([&salt.to_be_bytes()[..], &sender[..], &tx.nonce.to_be_bytes()].concat());
    let signature = Signature::new(U256::ONE, U256::ONE, false);
    let tx = Transaction::Eip1559(Signed::new_unchecked(tx, signature, hash));
    Prepared {
        transaction: RecoveredTransaction::new_unchecked(tx, sender),
        hash,
        cost: U256::from(cost),
        bytes: 100,
        authorities: Vec::new(),
    }
}
