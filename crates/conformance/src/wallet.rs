//! ethers.js' vectors: keys, addresses of contracts, RLP, signed and unsigned transactions, typed
//! data, encrypted keys.

use crate::{
    basic::signer,
    case::{Case, same},
    json::{Blob, Number},
    keystore,
    rlp::{Item, both_ways},
    transactions,
};
use alloy_dyn_abi::TypedData;
use alloy_signer::SignerSync;
use althing_primitives::{
    Address, B256, Transaction, TransactionExt, TxType, U256,
    consensus::{EthereumTypedTransaction, SignableTransaction, TxEip4844},
    eips::eip2718::Encodable2718,
    hex, keccak256,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;

type Play = fn(&Value) -> Result<(), String>;

pub(crate) fn cases(file: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let play: Play = match name.split('.').next().unwrap_or_default() {
        "accounts" => account,
        "create" => create,
        "create2" => create2,
        "hashes" => hashes,
        "rlp" => rlp,
        "transaction" | "transactions" => transaction,
        "typed-data" => typed_data,
        "wallets" => wallet,
        _ => |_| Err("no such part in this client".into()),
    };
    let entries: Vec<Value> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let name = |index: usize, value: &Value| {
        let name = value.get("name").or_else(|| value.get("sender")).and_then(Value::as_str);
        name.map_or_else(|| index.to_string(), str::to_owned)
    };
    let case = |(index, value): (usize, Value)| Case::new(name(index, &value), move || play(&value));
    Ok(entries.into_iter().enumerate().map(case).collect())
}

fn read<T: for<'de> Deserialize<'de>>(value: &Value, field: &str) -> Result<T, String> {
    let member = value.get(field).ok_or_else(|| format!("has no `{field}`"))?;
    T::deserialize(member).map_err(|error| format!("{field}: {error}"))
}

fn account(value: &Value) -> Result<(), String> {
    let signer = signer(&read(value, "privateKey")?)?;
    same("the address", signer.address().to_checksum(None), read(value, "address")?)
}

fn create(value: &Value) -> Result<(), String> {
    let sender: Address = read(value, "sender")?;
    for create in read::<Vec<Value>>(value, "creates")? {
        same("the address", sender.create(read(&create, "nonce")?), read(&create, "address")?)?;
    }
    Ok(())
}

fn create2(value: &Value) -> Result<(), String> {
    let sender: Address = read(value, "sender")?;
    for create in read::<Vec<Value>>(value, "creates")? {
        let (salt, code): (B256, Blob) = (read(&create, "salt")?, read(&create, "initCode")?);
        same("the hash of the code", keccak256(&code.0), read(&create, "initCodeHash")?)?;
        same("the address", sender.create2_from_code(salt, &code.0), read(&create, "address")?)?;
    }
    Ok(())
}

fn hashes(value: &Value) -> Result<(), String> {
    let data: Blob = read(value, "data")?;
    same("keccak256", keccak256(data.0), read(value, "keccak256")?)
}

fn rlp(value: &Value) -> Result<(), String> {
    let encoded: Blob = read(value, "encoded")?;
    both_ways(&Item::parse_hex(&read(value, "decoded")?)?, &encoded.0)
}

/// Every signed form decodes to its fields and sender, and signing the fields gives it again.
fn transaction(value: &Value) -> Result<(), String> {
    let signer = signer(&read(value, "privateKey")?)?;
    let fields: Value = read(value, "transaction")?;
    for form in ["Legacy", "Eip155", "Berlin", "London", "Cancun"] {
        let signed = value.get(format!("signed{form}")).and_then(Value::as_str).unwrap_or_default();
        // Masked cases leave forms out. Chain id 0 stands for none: such an EIP-155 signature no chain takes.
        if signed.is_empty() || (form == "Eip155" && number(&fields, "chainId")?.is_zero()) {
            continue;
        }
        let context = |error: String| format!("{form}: {error}");
        let tx = transactions::decode(signed).map_err(context)?;
        same("the sender", transactions::sender(&tx)?, signer.address()).map_err(context)?;
        check_fields(&tx, &fields, form == "Legacy").map_err(context)?;
        let typed = EthereumTypedTransaction::<TxEip4844>::from(tx);
        let unsigned = hex::encode_prefixed(typed.encoded_for_signing());
        same("the unsigned bytes", unsigned, read(value, &format!("unsigned{form}"))?).map_err(context)?;
        let signature = signer.sign_hash_sync(&typed.signature_hash()).map_err(|error| error.to_string())?;
        let ours = Transaction::from(typed.into_signed(signature)).encoded_2718();
        same("the signed bytes", hex::encode_prefixed(ours), signed.to_owned()).map_err(context)?;
    }
    Ok(())
}

/// A number that is zero where it is left out.
fn number(fields: &Value, field: &str) -> Result<U256, String> {
    fields.get(field).map_or(Ok(U256::ZERO), |_| read::<Number>(fields, field).map(|number| number.0))
}

fn check_fields(tx: &Transaction, fields: &Value, unprotected: bool) -> Result<(), String> {
    let number = |field| number(fields, field);
    same("nonce", U256::from(tx.nonce()), number("nonce")?)?;
    same("gas limit", U256::from(tx.gas_limit()), number("gasLimit")?)?;
    same("value", tx.value(), number("value")?)?;
    let price = if tx.is_dynamic_fee() { "maxFeePerGas" } else { "gasPrice" };
    same("price", U256::from(tx.max_fee_per_gas()), number(price)?)?;
    let to =
        fields.get("to").and_then(Value::as_str).map(|to| to.parse::<Address>().map_err(|error| error.to_string()));
    same("to", format!("{:?}", tx.to()), format!("{:?}", to.transpose()?))?;
    let data = fields.get("data").map_or(Ok(Blob::default()), |_| read(fields, "data"))?;
    same("data", tx.input().clone(), data.0)?;
    // A typed transaction always has one, which a vector may leave out.
    if tx.tx_type() == TxType::Legacy || fields.get("chainId").is_some() {
        let chain_id = if unprotected { U256::ZERO } else { number("chainId")? };
        same("chain id", U256::from(tx.chain_id().unwrap_or_default()), chain_id)?;
    }
    let blobs = tx.blob_versioned_hashes().map_or(0, <[B256]>::len);
    let expected = fields.get("blobVersionedHashes").and_then(Value::as_array).map_or(0, Vec::len);
    same("blobs", blobs, if tx.tx_type() == TxType::Eip4844 { expected } else { 0 })
}

fn typed_data(value: &Value) -> Result<(), String> {
    let text = json!({
        "types": value.get("types"), "primaryType": value.get("primaryType"),
        "domain": value.get("domain"), "message": value.get("data"),
    });
    let typed: TypedData = serde_json::from_value(text).map_err(|error| error.to_string())?;
    let hash = typed.eip712_signing_hash().map_err(|error| error.to_string())?;
    same("the hash", hash, read(value, "digest")?)
}

fn wallet(value: &Value) -> Result<(), String> {
    if read::<String>(value, "type")? != "keystore" {
        return Err("no encrypted key of Web3 Secret Storage".into());
    }
    let password: Blob = read(value, "password")?;
    let signer = keystore::decrypt(&read::<String>(value, "content")?, &password.0)?;
    same("the address", signer.address(), read(value, "address")?)
}
