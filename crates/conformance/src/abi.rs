//! Arguments of contract calls.

use crate::case::{Case, members, same};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use althing_primitives::hex;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::path::Path;

#[derive(Deserialize)]
struct Fixture {
    args: Vec<Value>,
    types: Vec<String>,
    result: String,
}

pub(crate) fn cases(_: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let case = |(name, raw): (String, Box<RawValue>)| Case::new(name, move || play(&raw));
    Ok(members(json)?.into_iter().map(case).collect())
}

fn play(raw: &RawValue) -> Result<(), String> {
    let fixture: Fixture = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let types = fixture.types.iter().map(|name| DynSolType::parse(name).map_err(|error| error.to_string()));
    let types: Vec<DynSolType> = types.collect::<Result<_, _>>()?;
    let values = types.iter().zip(&fixture.args).map(|(kind, value)| coerce(kind, value));
    let values = DynSolValue::Tuple(values.collect::<Result<_, _>>()?);
    let encoded = values.abi_encode_params();
    same("the encoding", hex::encode(&encoded), fixture.result)?;
    let decoded = DynSolType::Tuple(types).abi_decode_params(&encoded).map_err(|error| error.to_string())?;
    if decoded == values { Ok(()) } else { Err("decodes to something else".into()) }
}

/// The suite writes byte strings as text.
fn coerce(kind: &DynSolType, value: &Value) -> Result<DynSolValue, String> {
    match (kind, value) {
        (DynSolType::Bytes, Value::String(text)) => Ok(DynSolValue::Bytes(text.as_bytes().to_vec())),
        (DynSolType::FixedBytes(size), Value::String(text)) if text.len() <= *size => {
            let mut word = althing_primitives::B256::ZERO;
            word[..text.len()].copy_from_slice(text.as_bytes());
            Ok(DynSolValue::FixedBytes(word, *size))
        }
        (DynSolType::Array(inner), Value::Array(items)) => {
            items.iter().map(|item| coerce(inner, item)).collect::<Result<_, _>>().map(DynSolValue::Array)
        }
        (kind, value) => kind.coerce_json(value).map_err(|error| error.to_string()),
    }
}
