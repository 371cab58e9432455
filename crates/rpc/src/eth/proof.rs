//! `eth_getProof`.

use super::state::{block_or_latest, slot_error};
use crate::{
    arguments::{Arguments, Json},
    chain::state_error,
    error::RpcError,
    hex_text,
    json::quantity,
    methods::{Methods, Reads},
};
use althing_primitives::{Address, B256, Bytes, U256};
use serde::Serialize;

pub(super) fn register(methods: &mut Methods) {
    methods.working("eth_getProof", 3, proof);
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProofJson {
    address: Address,
    account_proof: Vec<Bytes>,
    balance: U256,
    code_hash: B256,
    #[serde(serialize_with = "quantity")]
    nonce: u64,
    storage_hash: B256,
    storage_proof: Vec<SlotProofJson>,
}

#[derive(Clone, Serialize)]
struct SlotProofJson {
    key: String,
    value: U256,
    proof: Vec<Bytes>,
}

fn proof(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<ProofJson, RpcError> {
    let api = reads.api;
    let address: Address = arguments.required()?;
    let Json(keys) = arguments.required::<Json<Vec<String>>>()?;
    if keys.len() > api.config.limits.proof_slots {
        return Err(RpcError::arguments(format!("too many slots (max {})", api.config.limits.proof_slots)));
    }
    let slots = keys
        .iter()
        .map(|key| hex_text::slot(key).map_err(|error| slot_error(error, api.config.edition)))
        .collect::<Result<Vec<_>, _>>()?;
    let view = api.chain.view(block_or_latest(arguments)?, reads.reach)?;
    let proof = api.chain.storage().proof(&view, address, &slots).map_err(state_error)?;
    let account = proof.account.unwrap_or_default();
    Ok(ProofJson {
        address,
        account_proof: proof.proof,
        balance: account.balance,
        code_hash: account.code_hash,
        nonce: account.nonce,
        storage_hash: proof.storage_root,
        storage_proof: proof
            .storage
            .into_iter()
            .zip(&keys)
            .map(|(slot, key)| SlotProofJson {
                key: answered_key(key, slot.slot),
                value: slot.value,
                proof: slot.proof,
            })
            .collect(),
    })
}

/// geth answers a full-length key whole and a shorter one as a quantity.
fn answered_key(asked: &str, slot: B256) -> String {
    match asked.trim_start_matches("0x").len() {
        64 => slot.to_string(),
        _ => format!("{:#x}", U256::from_be_bytes(slot.0)),
    }
}
