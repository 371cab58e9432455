//! Who sends to the real chain: members, and anybody.

use crate::machine::CHAIN_ID;
use alloy_consensus::{SignableTransaction, TxLegacy};
use alloy_signer::SignerSync;
use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner};
use alloy_sol_types::{SolCall, SolValue};
use althing_chainspec::DEV_MNEMONIC;
use althing_contracts::{GOVERNANCE, IGovernance};
use althing_primitives::{Address, B256, Bytes, Transaction, TxKind, U256, eips::eip2718::Encodable2718, keccak256};

/// More than any call of a system contract here takes.
const CALL_GAS: u64 = 3_000_000;
/// `IGovernor`: for.
const FOR: u8 = 1;

/// An account that counts its own nonces, and pays no fee.
#[derive(Debug)]
pub struct Account {
    signer: PrivateKeySigner,
    nonce: u64,
}

impl Account {
    /// Of the published phrase; the first ones are members, as many as there are validators.
    pub fn published(index: u32) -> Self {
        Self { signer: published(index), nonce: 0 }
    }

    /// Anybody: the same for the same number.
    ///
    /// # Panics
    /// Never: no number's hash is outside the curve's order.
    pub fn stranger(number: u64) -> Self {
        let secret = keccak256(number.to_be_bytes());
        Self { signer: PrivateKeySigner::from_bytes(&secret).expect("a scalar"), nonce: 0 }
    }

    /// Its address.
    pub const fn address(&self) -> Address {
        self.signer.address()
    }

    /// A signed transaction without value.
    pub fn transaction(&mut self, to: TxKind, gas_limit: u64, input: Bytes) -> Bytes {
        let (chain_id, nonce) = (Some(CHAIN_ID), self.nonce);
        self.nonce += 1;
        sign(&self.signer, TxLegacy { chain_id, nonce, gas_limit, to, input, ..TxLegacy::default() })
    }

    /// A call of a contract.
    pub fn call(&mut self, to: Address, call: &impl SolCall) -> Bytes {
        self.transaction(to.into(), CALL_GAS, call.abi_encode().into())
    }

    /// Makes the proposal.
    pub fn propose(&mut self, proposal: &Proposal) -> Bytes {
        let (targets, values, calldatas, description) = proposal.parts();
        self.call(GOVERNANCE, &IGovernance::proposeCall { targets, values, calldatas, description })
    }

    /// A ballot for it.
    pub fn agree(&mut self, proposal: &Proposal) -> Bytes {
        self.call(GOVERNANCE, &IGovernance::castVoteCall { proposalId: proposal.id(), support: FOR })
    }
}

/// A proposal of one call.
#[derive(Clone, Debug)]
pub struct Proposal {
    target: Address,
    input: Bytes,
}

impl Proposal {
    /// To make this call.
    pub fn new(target: Address, call: &impl SolCall) -> Self {
        Self { target, input: call.abi_encode().into() }
    }

    fn parts(&self) -> (Vec<Address>, Vec<U256>, Vec<Bytes>, String) {
        (vec![self.target], vec![U256::ZERO], vec![self.input.clone()], "as agreed".to_owned())
    }

    /// OpenZeppelin's `hashProposal`.
    fn id(&self) -> U256 {
        let (targets, values, calldatas, description) = self.parts();
        let described: B256 = keccak256(description);
        keccak256((targets, values, calldatas, described).abi_encode_params()).into()
    }
}

/// An account of the published phrase.
pub(crate) fn published(index: u32) -> PrivateKeySigner {
    let builder = MnemonicBuilder::english().phrase(DEV_MNEMONIC).index(index);
    builder.and_then(|builder| builder.build()).expect("the published mnemonic")
}

/// A transaction as it travels.
pub(crate) fn sign(signer: &PrivateKeySigner, tx: TxLegacy) -> Bytes {
    let signature = signer.sign_hash_sync(&tx.signature_hash()).expect("a local key");
    Transaction::from(tx.into_signed(signature)).encoded_2718().into()
}
