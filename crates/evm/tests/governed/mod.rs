//! A chain that governs itself, whose terms a test sets as a vote would.
#![allow(dead_code, reason = "every test file uses its own part")]

use crate::chain::{Chain, genesis, key};
use alloy_signer_local::PrivateKeySigner;
use althing_chainspec::{FeeMode, Genesis, RawGovernance};
use althing_contracts::{DEPLOYER_ALLOW_LIST, PARAMETERS};
use althing_evm::{ExecutionError, InvalidBlock, TransactionError};
use althing_governance::LAYOUTS;
use althing_primitives::{Account, Address, Bytes, U256, keccak256};
use revm::bytecode::Bytecode;

/// The one member's key.
pub(crate) fn member() -> PrivateKeySigner {
    key(1)
}

/// A key of nobody.
pub(crate) fn stranger() -> PrivateKeySigner {
    key(2)
}

/// A state variable's place.
pub(crate) struct Place {
    slot: U256,
    shift: usize,
    bits: usize,
}

/// Where `contracts/solidity/layout` puts a variable, in a struct counted from `base`.
pub(crate) fn place(contract: &str, name: &str, base: U256) -> Place {
    let (_, fields) = LAYOUTS.iter().find(|(of, _)| *of == contract).unwrap();
    let field = fields.iter().find(|field| field.name == name).unwrap();
    Place { slot: base + U256::from(field.slot), shift: 8 * field.offset, bits: 8 * field.bytes }
}

/// Slot of an entry of a mapping.
pub(crate) fn entry(mapping: u64, key: U256) -> U256 {
    keccak256([key.to_be_bytes::<32>(), U256::from(mapping).to_be_bytes::<32>()].concat()).into()
}

impl Chain {
    /// A governed chain with one member.
    pub(crate) fn governed(fees: FeeMode) -> Self {
        Self::from(governed_genesis(fees))
    }

    /// The same, whose genesis leaves a fork for later or never.
    pub(crate) fn with_osaka_at(time: Option<u64>) -> Self {
        let mut genesis = governed_genesis(FeeMode::Zero);
        genesis.config.osaka_time = time;
        Self::from(genesis)
    }

    /// Sets when the first fork that members may schedule begins, as if the last block had done it.
    pub(crate) fn schedule_osaka(&mut self, time: Option<u64>) {
        let times = Place { bits: 64, ..place("ParametersLayout", "forkTimes", U256::ZERO) };
        self.set(PARAMETERS, &times, U256::from(time.map_or(0, |time| time + 1)));
    }

    /// A governed chain with nothing kept for the member alone.
    pub(crate) fn without_lane(fees: FeeMode) -> Self {
        let mut chain = Self::governed(fees);
        chain.set_term("systemLane", U256::ZERO);
        chain
    }

    /// Sets a number of `Parameters`, as if the last block had done it.
    pub(crate) fn set_term(&mut self, name: &str, value: U256) {
        self.set(PARAMETERS, &place("ParametersLayout", name, U256::ZERO), value);
    }

    /// Gives an account the role Enabled on an allow-list.
    pub(crate) fn enable(&mut self, list: Address, account: Address) {
        let slot = entry(0, account.into_word().into());
        self.set(list, &Place { slot, shift: 0, bits: 256 }, U256::ONE);
    }

    /// Puts a contract there.
    pub(crate) fn put(&mut self, address: Address, code: &[u8]) {
        let record = Account { nonce: 1, code_hash: keccak256(code), ..Default::default() };
        self.state.put_code(Bytecode::new_raw(Bytes::copy_from_slice(code)));
        self.state.accounts.insert(address, (record, Default::default()));
    }

    fn set(&mut self, contract: Address, place: &Place, value: U256) {
        let (_, storage) = self.state.accounts.get_mut(&contract).unwrap();
        set(storage.entry(place.slot).or_default(), place, value);
        storage.retain(|_, value| !value.is_zero());
    }
}

fn set(word: &mut U256, place: &Place, value: U256) {
    let mask = if place.bits == 256 { U256::MAX } else { (U256::ONE << place.bits) - U256::ONE };
    *word = (*word & !(mask << place.shift)) | (value << place.shift);
}

fn governed_genesis(fees: FeeMode) -> Genesis {
    let mut genesis = genesis(fees);
    let mut governance = RawGovernance::testnet(1);
    governance.members[0].account = member().address();
    let consortium = genesis.althing.as_mut().unwrap();
    consortium.block_bytes_max = 1 << 20;
    consortium.governance = Some(governance);
    genesis
}

/// Why a transaction of a block is refused.
pub(crate) fn refused(error: &ExecutionError) -> &TransactionError {
    match error {
        ExecutionError::Invalid(InvalidBlock::Transaction { error, .. }) => error,
        other => panic!("{other}"),
    }
}

/// The list of deployers.
pub(crate) const DEPLOYERS: Address = DEPLOYER_ALLOW_LIST;
