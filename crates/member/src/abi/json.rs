use super::variants::variants;
use alloy_dyn_abi::DynSolValue;
use alloy_json_abi::Param;
use althing_primitives::{U256, hex};
use serde_json::{Map, Value};

/// A value as JSON: structs with their field names, enumerations as words, integers as numbers where every
/// reader of JSON keeps them exactly and as decimal text elsewhere, bytes in hexadecimal.
pub(crate) fn to_json(contract: &str, param: &Param, value: &DynSolValue) -> Value {
    match value {
        DynSolValue::Bool(value) => (*value).into(),
        DynSolValue::Int(value, _) => value.to_string().into(),
        DynSolValue::Uint(value, bits) => uint(contract, &param.name, *value, *bits),
        DynSolValue::FixedBytes(word, size) => hex::encode_prefixed(&word[..*size]).into(),
        DynSolValue::Address(address) => address.to_string().into(),
        DynSolValue::Bytes(bytes) => hex::encode_prefixed(bytes).into(),
        DynSolValue::String(text) => text.as_str().into(),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) => {
            values.iter().map(|value| to_json(contract, param, value)).collect()
        }
        DynSolValue::Tuple(values) | DynSolValue::CustomStruct { tuple: values, .. } => {
            object(contract, &param.components, values)
        }
        DynSolValue::Function(function) => hex::encode_prefixed(function).into(),
    }
}

/// Named values as one object; what has no name is called by its position.
pub(super) fn object(contract: &str, params: &[Param], values: &[DynSolValue]) -> Value {
    let each = params.iter().zip(values).enumerate().map(|(index, (param, value))| {
        let name = if param.name.is_empty() { index.to_string() } else { param.name.clone() };
        (name, to_json(contract, param, value))
    });
    Value::Object(each.collect::<Map<_, _>>())
}

/// Numbers up to 2^53 are exact in every reader of JSON; types of more than 64 bits are always text.
fn uint(contract: &str, name: &str, value: U256, bits: usize) -> Value {
    const EXACT: u64 = 1 << 53;
    let words = variants(contract, name).unwrap_or_default();
    if let Some(word) = usize::try_from(value).ok().and_then(|index| words.get(index)) {
        return (*word).into();
    }
    match u64::try_from(value) {
        Ok(value) if bits <= 64 && value <= EXACT => value.into(),
        _ => value.to_string().into(),
    }
}
