//! Signed transactions by themselves: whether a fork takes their bytes, and what is in them.

use crate::{
    case::{Case, members, same},
    exceptions,
    json::{Blob, Number},
    network::{self, Config},
};
use althing_chainspec::Genesis;
use althing_evm::Executor;
use althing_primitives::{Address, Header, Transaction, U256, eips::eip2718::Decodable2718};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// What a fork is to say of a transaction.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    hash: Option<Blob>,
    sender: Option<Blob>,
    exception: Option<String>,
    intrinsic_gas: Option<Number>,
}

pub(crate) fn cases(_: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for (name, raw) in members(json)? {
        match verdicts(&raw) {
            Ok((bytes, verdicts)) => cases.extend(verdicts.into_iter().map(|(network, verdict)| {
                let (name, bytes) = (format!("{name}/{network}"), bytes.clone());
                Case::new(name, move || play(&bytes, &network, &verdict))
            })),
            Err(error) => cases.push(Case::new(name, move || Err(error))),
        }
    }
    Ok(cases)
}

/// The bytes, and what each fork says: under `result`, in older files beside the bytes.
fn verdicts(raw: &RawValue) -> Result<(String, BTreeMap<String, Verdict>), String> {
    let members: BTreeMap<String, Value> = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let bytes = members.get("txbytes").or_else(|| members.get("rlp")).and_then(Value::as_str);
    let bytes = bytes.ok_or("has neither `txbytes` nor `rlp`")?.to_owned();
    let read = |value: &Value| Verdict::deserialize(value).map_err(|error| error.to_string());
    let forks: BTreeMap<&String, &Value> = match members.get("result").and_then(Value::as_object) {
        Some(result) => result.iter().collect(),
        None => members.iter().filter(|(name, value)| is_fork(name) && value.is_object()).collect(),
    };
    let verdicts = forks.into_iter().map(|(fork, value)| Ok((fork.clone(), read(value)?)));
    Ok((bytes, verdicts.collect::<Result<_, String>>()?))
}

fn is_fork(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

fn play(bytes: &str, network: &str, verdict: &Verdict) -> Result<(), String> {
    let checked = check(bytes, network);
    // Old files have no name for what is wrong: a valid transaction has a sender there.
    match (&verdict.exception, &verdict.sender) {
        (Some(exception), _) => match checked {
            Ok(_) => Err(format!("is valid, expected {exception}")),
            Err(reason) => exceptions::check(exception, &reason),
        },
        (None, None) => checked.err().map(|_| ()).ok_or_else(|| "is valid, expected an error".to_owned()),
        (None, Some(sender)) => {
            let (tx, found, intrinsic_gas) = checked?;
            same("the sender", found, sender.address()?)?;
            if let Some(hash) = &verdict.hash {
                same("the hash", *tx.tx_hash(), hash.word()?)?;
            }
            let Some(expected) = verdict.intrinsic_gas else { return Ok(()) };
            same("the intrinsic gas", U256::from(intrinsic_gas), expected.0)
        }
    }
}

fn check(bytes: &str, network: &str) -> Result<(Transaction, Address, u64), String> {
    let tx = decode(bytes)?;
    let genesis = Genesis {
        config: network::config(network, &Config::default())?,
        gas_limit: u64::MAX,
        difficulty: Some(U256::ZERO),
        ..Genesis::default()
    };
    let spec = genesis.into_spec().map_err(|error| error.to_string())?;
    let header = Header { gas_limit: u64::MAX, number: 1, timestamp: 1, ..spec.genesis().header.clone() };
    // No fork lets a transaction in because blobs or gas are dear just now.
    let header = Header { base_fee_per_gas: header.base_fee_per_gas.map(|_| 0), ..header };
    let sender = sender(&tx)?;
    let intrinsic_gas = Executor::new(Arc::new(spec)).check_transaction(&header, &tx);
    Ok((tx, sender, intrinsic_gas.map_err(|error| error.to_string())?))
}

/// Decodes a signed transaction's EIP-2718 bytes, as blocks, peers and clients bring them.
pub(crate) fn decode(text: &str) -> Result<Transaction, String> {
    let bytes = crate::json::bytes(text).ok_or("rlp: not hexadecimal")?;
    Transaction::decode_2718_exact(&bytes).map_err(|error| format!("rlp: {error}"))
}

/// The sender, recovered as a block's are.
pub(crate) fn sender(tx: &Transaction) -> Result<Address, String> {
    use althing_primitives::consensus::transaction::SignerRecoverable;
    tx.recover_signer_unchecked().map_err(|error| format!("signature: {error}"))
}
