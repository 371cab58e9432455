//! Keys to addresses, signatures, and transactions from their fields.

use crate::{
    case::{Case, same},
    json::{Blob, Number},
    transactions,
};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use althing_primitives::{
    Transaction, TxKind,
    consensus::{SignableTransaction, TxLegacy},
    eips::eip2718::Encodable2718,
    hex, keccak256,
};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

#[derive(Deserialize)]
struct Key {
    seed: String,
    key: Blob,
    addr: Blob,
}

#[derive(Deserialize)]
struct Unsigned {
    key: Blob,
    nonce: Number,
    gasprice: Number,
    startgas: Number,
    to: Blob,
    value: Number,
    data: Blob,
    signed: Blob,
}

pub(crate) fn cases(file: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let value: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let entries: Vec<(String, Value)> = match value {
        Value::Array(items) => items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        Value::Object(members) => members.into_iter().collect(),
        other => return Err(format!("{other} holds no cases")),
    };
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let play: fn(&Value) -> Result<(), String> = match name.as_str() {
        "keyaddrtest.json" => key_to_address,
        "txtest.json" => transaction,
        "hexencodetest.json" => hex_prefix,
        _ => |_| Err("no such part in this client".into()),
    };
    Ok(entries.into_iter().map(|(name, value)| Case::new(name, move || play(&value))).collect())
}

fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| error.to_string())
}

pub(crate) fn signer(key: &Blob) -> Result<PrivateKeySigner, String> {
    PrivateKeySigner::from_bytes(&key.word()?).map_err(|error| error.to_string())
}

/// The file's signature is of a hash it does not give: ours has to lead back to the key.
fn key_to_address(value: &Value) -> Result<(), String> {
    let case: Key = read(value)?;
    same("the key", keccak256(&case.seed), case.key.word()?)?;
    let signer = signer(&case.key)?;
    same("the address", signer.address(), case.addr.address()?)?;
    let signature = signer.sign_hash_sync(&keccak256([])).map_err(|error| error.to_string())?;
    let recovered = signature.recover_address_from_prehash(&keccak256([])).map_err(|error| error.to_string())?;
    same("the recovered address", recovered, signer.address())
}

fn transaction(value: &Value) -> Result<(), String> {
    let case: Unsigned = read(value)?;
    let to = if case.to.0.is_empty() { TxKind::Create } else { TxKind::Call(case.to.address()?) };
    let expected = TxLegacy {
        chain_id: None,
        nonce: case.nonce.u64()?,
        gas_price: case.gasprice.0.to(),
        gas_limit: case.startgas.u64()?,
        to,
        value: case.value.0,
        input: case.data.0.clone(),
    };
    let signer = signer(&case.key)?;
    let signed = transactions::decode(&hex::encode_prefixed(&case.signed.0))?;
    same("the sender", transactions::sender(&signed)?, signer.address())?;
    match &signed {
        Transaction::Legacy(tx) if *tx.tx() == expected => {}
        _ => return Err("decodes to other fields".into()),
    }
    same("the encoding", hex::encode(signed.encoded_2718()), hex::encode(&case.signed.0))?;
    let signature = signer.sign_hash_sync(&expected.signature_hash()).map_err(|error| error.to_string())?;
    let ours = Transaction::from(expected.into_signed(signature));
    same("the sender of our own signature", transactions::sender(&ours)?, signer.address())
}

/// Yellow paper, appendix C.
fn hex_prefix(value: &Value) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Path {
        seq: Vec<u8>,
        term: bool,
        out: Blob,
    }
    let case: Path = read(value)?;
    let nibbles = alloy_trie::Nibbles::from_nibbles(&case.seq);
    same(
        "the encoding",
        hex::encode(alloy_trie::nodes::encode_path_leaf(&nibbles, case.term)),
        hex::encode(&case.out.0),
    )
}
