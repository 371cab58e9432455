//! Unsigned transactions: what a request stands for, with the hash geth gives it.

use super::SequenceError;
use crate::SimulationError;
use alloy_rpc_types_eth::TransactionRequest;
use althing_primitives::{
    Address, Bytes, Header, Transaction, TransactionExt, TxKind, U256,
    alloy::Signature,
    consensus::{SignableTransaction, Signed, TxEip1559, TxEip4844, TxEip7702, TxLegacy},
    eips::eip2718::Encodable2718,
    keccak256, rlp,
};

/// A request as a transaction without signature.
#[derive(Debug)]
pub(super) struct Unsigned {
    pub(super) tx: Transaction,
    pub(super) sender: Address,
    /// EIP-2718 bytes, signature zero.
    pub(super) encoded: Vec<u8>,
}

/// What a request leaves open, filled in.
pub(super) struct Filling<'a> {
    pub(super) chain_id: u64,
    pub(super) header: &'a Header,
    pub(super) nonce: u64,
    pub(super) gas: u64,
}

impl Filling<'_> {
    pub(super) fn transaction(&self, request: TransactionRequest) -> Result<Unsigned, SequenceError> {
        self.check(&request)?;
        let sender = request.from.unwrap_or_default();
        // geth: a gas price makes it a legacy transaction, whatever else is there; before London all are.
        if request.gas_price.is_some() || self.header.base_fee_per_gas.is_none() {
            return Ok(self.legacy(request, sender));
        }
        let tx: Transaction = if request.authorization_list.is_some() {
            unsigned(self.eip7702(request)?).into()
        } else if request.blob_versioned_hashes.is_some() {
            unsigned(self.eip4844(request)?).into()
        } else {
            unsigned(self.eip1559(request)).into()
        };
        let encoded = tx.encoded_2718();
        Ok(Unsigned { tx, sender, encoded })
    }

    fn check(&self, request: &TransactionRequest) -> Result<(), SequenceError> {
        if request.gas_price.is_some()
            && (request.max_fee_per_gas.is_some() || request.max_priority_fee_per_gas.is_some())
        {
            return refused("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified".to_owned());
        }
        match request.chain_id {
            Some(have) if have != self.chain_id => {
                refused(format!("chainId does not match node's (have={have}, want={})", self.chain_id))
            }
            _ => Ok(()),
        }
    }

    fn legacy(&self, request: TransactionRequest, sender: Address) -> Unsigned {
        let tx = TxLegacy {
            chain_id: None,
            nonce: self.nonce,
            gas_price: request.gas_price.unwrap_or_default(),
            gas_limit: self.gas,
            to: kind(&request),
            value: request.value.unwrap_or_default(),
            input: input(&request),
        };
        let encoded = encode_legacy(&tx);
        let hash = keccak256(&encoded);
        Unsigned { tx: Signed::new_unchecked(tx, no_signature(), hash).into(), sender, encoded }
    }

    fn eip1559(&self, request: TransactionRequest) -> TxEip1559 {
        TxEip1559 {
            chain_id: self.chain_id,
            nonce: self.nonce,
            gas_limit: self.gas,
            max_fee_per_gas: request.max_fee_per_gas.unwrap_or_default(),
            max_priority_fee_per_gas: request.max_priority_fee_per_gas.unwrap_or_default(),
            to: kind(&request),
            value: request.value.unwrap_or_default(),
            input: input(&request),
            access_list: request.access_list.unwrap_or_default(),
        }
    }

    fn eip4844(&self, request: TransactionRequest) -> Result<TxEip4844, SequenceError> {
        Ok(TxEip4844 {
            chain_id: self.chain_id,
            nonce: self.nonce,
            gas_limit: self.gas,
            max_fee_per_gas: request.max_fee_per_gas.unwrap_or_default(),
            max_priority_fee_per_gas: request.max_priority_fee_per_gas.unwrap_or_default(),
            to: receiver(&request)?,
            value: request.value.unwrap_or_default(),
            input: input(&request),
            max_fee_per_blob_gas: request.max_fee_per_blob_gas.unwrap_or_default(),
            access_list: request.access_list.unwrap_or_default(),
            blob_versioned_hashes: request.blob_versioned_hashes.unwrap_or_default(),
        })
    }

    fn eip7702(&self, request: TransactionRequest) -> Result<TxEip7702, SequenceError> {
        Ok(TxEip7702 {
            chain_id: self.chain_id,
            nonce: self.nonce,
            gas_limit: self.gas,
            max_fee_per_gas: request.max_fee_per_gas.unwrap_or_default(),
            max_priority_fee_per_gas: request.max_priority_fee_per_gas.unwrap_or_default(),
            to: receiver(&request)?,
            value: request.value.unwrap_or_default(),
            input: input(&request),
            access_list: request.access_list.unwrap_or_default(),
            authorization_list: request.authorization_list.unwrap_or_default(),
        })
    }
}

fn refused<T>(text: String) -> Result<T, SequenceError> {
    Err(SimulationError::Request(text).into())
}

fn kind(request: &TransactionRequest) -> TxKind {
    request.to.unwrap_or(TxKind::Create)
}

fn receiver(request: &TransactionRequest) -> Result<Address, SequenceError> {
    match kind(request) {
        TxKind::Call(to) => Ok(to),
        TxKind::Create => {
            Err(SequenceError::Arguments("blob and set-code transactions cannot create a contract".to_owned()))
        }
    }
}

fn input(request: &TransactionRequest) -> Bytes {
    request.input.input().cloned().unwrap_or_default()
}

fn no_signature() -> Signature {
    Signature::new(U256::ZERO, U256::ZERO, false)
}

fn unsigned<T: SignableTransaction<Signature>>(tx: T) -> Signed<T> {
    tx.into_signed(no_signature())
}

/// Without signature `v` is zero too, which no signed legacy transaction has.
fn encode_legacy(tx: &TxLegacy) -> Vec<u8> {
    let zero = U256::ZERO;
    let fields: [&dyn rlp::Encodable; 9] =
        [&tx.nonce, &tx.gas_price, &tx.gas_limit, &tx.to, &tx.value, &tx.input, &zero, &zero, &zero];
    let payload_length = fields.iter().map(|field| field.length()).sum();
    let mut out = Vec::new();
    rlp::Header { list: true, payload_length }.encode(&mut out);
    fields.iter().for_each(|field| field.encode(&mut out));
    out
}

/// Whether it offers to pay anything.
pub(super) fn offers_fees(tx: &Transaction) -> bool {
    tx.max_fee_per_gas() != 0 || tx.max_priority_fee_per_gas().is_some_and(|tip| tip != 0)
}
