//! `eth_fillTransaction`: what is missing in a transaction, as a wallet would choose it.

use super::fee_market::{base_fee_of_next, gas_price, suggested_tip};
use crate::{
    api::Api,
    arguments::{Arguments, Json},
    error::RpcError,
    json::TransactionJson,
    methods::{Methods, Reads},
};
use alloy_rpc_types_eth::TransactionRequest;
use althing_primitives::{
    Address, Bytes, Transaction, TxKind, U256, consensus::TypedTransaction, eips::eip2718::Encodable2718,
};
use serde::Serialize;

pub(super) fn register(methods: &mut Methods) {
    methods.working("eth_fillTransaction", 1, fill_transaction);
}

/// A transaction that lacks only its signature.
#[derive(Clone, Serialize)]
struct Filled {
    raw: Bytes,
    tx: TransactionJson,
}

fn fill_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Filled, RpcError> {
    let Json(request) = arguments.required::<Json<TransactionRequest>>()?;
    let from = request.from.unwrap_or_default();
    let filled = fill(reads, request)?;
    let unsigned: Transaction = filled.into_envelope(no_signature()).into();
    let tx = TransactionJson::pending(&unsigned, from, reads.api.config.edition);
    Ok(Filled { raw: unsigned.encoded_2718().into(), tx })
}

fn no_signature() -> althing_primitives::alloy::Signature {
    althing_primitives::alloy::Signature::new(U256::ZERO, U256::ZERO, false)
}

/// Completes a request: nonce, chain id, fees, gas.
pub(super) fn fill(reads: Reads<'_>, mut request: TransactionRequest) -> Result<TypedTransaction, RpcError> {
    let api = reads.api;
    check(api, &request)?;
    let from = *request.from.get_or_insert(Address::ZERO);
    request.to.get_or_insert(TxKind::Create);
    request.value.get_or_insert(U256::ZERO);
    request.chain_id = Some(api.spec.chain_id());
    if request.nonce.is_none() {
        request.nonce = Some(api.pool.pending_nonce(&from).map_err(|_| RpcError::Internal("pool: state"))?);
    }
    fill_fees(api, &mut request)?;
    if request.gas.is_none() {
        request.gas = Some(super::calls::estimate_for_sending(reads, &request)?);
    }
    request.build_consensus_tx().map_err(|error| RpcError::refused(error.error.to_string()))
}

/// What contradicts itself or this chain, in geth's words.
fn check(api: &Api, request: &TransactionRequest) -> Result<(), RpcError> {
    let dynamic = request.max_fee_per_gas.is_some() || request.max_priority_fee_per_gas.is_some();
    if request.gas_price.is_some() && dynamic {
        return Err(RpcError::refused("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified"));
    }
    if let (Some(cap), Some(tip)) = (request.max_fee_per_gas, request.max_priority_fee_per_gas)
        && cap < tip
    {
        return Err(RpcError::refused(format!("maxFeePerGas ({cap}) < maxPriorityFeePerGas ({tip})")));
    }
    let want = api.spec.chain_id();
    if let Some(have) = request.chain_id.filter(|have| *have != want) {
        return Err(RpcError::refused(format!("chainId does not match node's (have={have}, want={want})")));
    }
    let creates = request.to.is_none_or(|to| to.is_create());
    if creates && request.input.input().is_none_or(|input| input.is_empty()) {
        return Err(RpcError::refused("contract creation without any data provided"));
    }
    Ok(())
}

/// EIP-1559 unless a gas price is given; the cap covers a base fee that doubles.
fn fill_fees(api: &Api, request: &mut TransactionRequest) -> Result<(), RpcError> {
    if request.gas_price.is_some() {
        return Ok(());
    }
    let legacy = matches!(request.transaction_type, Some(0 | 1));
    if legacy {
        request.gas_price = Some(gas_price(api)?);
        return Ok(());
    }
    let tip = match request.max_priority_fee_per_gas {
        Some(tip) => tip,
        None => suggested_tip(api)?.min(request.max_fee_per_gas.unwrap_or(u128::MAX)),
    };
    request.max_priority_fee_per_gas = Some(tip);
    if request.max_fee_per_gas.is_none() {
        request.max_fee_per_gas = Some(tip.saturating_add(2 * u128::from(base_fee_of_next(api)?)));
    }
    Ok(())
}
