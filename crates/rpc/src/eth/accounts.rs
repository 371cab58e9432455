//! The published accounts of an insecure network, which this node signs for.

use super::fill;
use crate::{
    api::Api,
    arguments::{Arguments, Json},
    error::RpcError,
    methods::{Methods, Reads},
};
use alloy_dyn_abi::TypedData;
use alloy_rpc_types_eth::TransactionRequest;
use alloy_signer::SignerSync;
use althing_primitives::{
    Address, B256, Bytes, Transaction,
    consensus::{SignableTransaction, transaction::SignerRecoverable},
    eips::eip2718::Encodable2718,
};
use serde::Serialize;

pub(super) fn register(methods: &mut Methods) {
    methods.inline("eth_accounts", 0, |api, _| {
        Ok(api.accounts.iter().flat_map(|accounts| accounts.addresses()).collect::<Vec<_>>())
    });
}

pub(super) fn register_signing(methods: &mut Methods) {
    methods.inline("eth_sign", 2, |api, arguments| {
        let (address, message): (Address, Bytes) = (arguments.required()?, arguments.required()?);
        sign_message(api, &address, &message)
    });
    for name in ["eth_signTypedData_v4", "eth_signTypedData"] {
        methods.inline(name, 2, sign_typed_data);
    }
    methods.working("eth_sendTransaction", 1, send_transaction);
    methods.working("eth_signTransaction", 1, sign_transaction);
}

fn signer<'a>(api: &'a Api, address: &Address) -> Result<&'a impl SignerSync, RpcError> {
    let signer = api.accounts.as_ref().and_then(|accounts| accounts.get(address));
    signer.ok_or_else(|| RpcError::refused("unknown account"))
}

/// Signs a message as EIP-191 prefixes it.
pub(crate) fn sign_message(api: &Api, address: &Address, message: &[u8]) -> Result<Bytes, RpcError> {
    let signature = signer(api, address)?.sign_message_sync(message);
    signature.map(|signature| signature.as_bytes().into()).map_err(|_| RpcError::Internal("signer"))
}

/// EIP-712, the data as an object or as the text of one.
fn sign_typed_data(api: &Api, arguments: &mut Arguments<'_>) -> Result<Bytes, RpcError> {
    let address: Address = arguments.required()?;
    let Json(data) = arguments.required::<Json<serde_json::Value>>()?;
    let data: Result<TypedData, _> = match data {
        serde_json::Value::String(text) => serde_json::from_str(&text),
        data => serde_json::from_value(data),
    };
    let data = data.map_err(|_| RpcError::argument(1, "typed data is malformed"))?;
    let hash = data.eip712_signing_hash().map_err(|error| RpcError::argument(1, error.to_string()))?;
    let signature = signer(api, &address)?.sign_hash_sync(&hash);
    signature.map(|signature| signature.as_bytes().into()).map_err(|_| RpcError::Internal("signer"))
}

/// Fills in what is missing and signs.
fn signed(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Transaction, RpcError> {
    let Json(request) = arguments.required::<Json<TransactionRequest>>()?;
    let from = request.from.ok_or_else(|| RpcError::argument(0, "from is missing"))?;
    let signer = signer(reads.api, &from)?;
    let unsigned = fill::fill(reads, request)?;
    let signature = signer.sign_hash_sync(&unsigned.signature_hash()).map_err(|_| RpcError::Internal("signer"))?;
    Ok(unsigned.into_envelope(signature).into())
}

fn send_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<B256, RpcError> {
    let signed = signed(reads, arguments)?;
    super::submit::submit(reads.api, signed.encoded_2718().into())
}

/// A transaction signed and not sent.
#[derive(Clone, Serialize)]
struct Signed {
    raw: Bytes,
    tx: crate::json::TransactionJson,
}

fn sign_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Signed, RpcError> {
    let signed = signed(reads, arguments)?;
    let from = signed.recover_signer().map_err(|_| RpcError::Internal("signer"))?;
    let tx = crate::json::TransactionJson::pending(&signed, from, reads.api.config.edition);
    Ok(Signed { raw: signed.encoded_2718().into(), tx })
}
