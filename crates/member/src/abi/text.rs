use super::{
    catalog::{name_of, signature_of},
    variants::variants,
};
use alloy_dyn_abi::DynSolValue;
use alloy_json_abi::Param;
use althing_primitives::{U256, hex};

/// Bytes shown of a long byte string; the JSON form has all of them.
const BYTES_SHOWN: usize = 68;

/// `name: value, …` of a list of arguments.
pub(super) fn arguments(contract: &str, params: &[Param], values: &[DynSolValue]) -> String {
    let each = params.iter().zip(values).map(|(param, value)| match param.name.as_str() {
        "" => text(contract, param, value),
        name => format!("{name}: {}", text(contract, param, value)),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// One value as a person writes it.
fn text(contract: &str, param: &Param, value: &DynSolValue) -> String {
    match value {
        DynSolValue::Bool(value) => value.to_string(),
        DynSolValue::Int(value, _) => value.to_string(),
        DynSolValue::Uint(value, _) => word(contract, &param.name, *value),
        DynSolValue::FixedBytes(word, size) => fixed_bytes(&word[..*size]),
        DynSolValue::Address(address) => name_of(*address),
        DynSolValue::Bytes(bytes) if bytes.len() > BYTES_SHOWN => {
            format!("{}… ({} bytes)", hex::encode_prefixed(&bytes[..BYTES_SHOWN]), bytes.len())
        }
        DynSolValue::Bytes(bytes) => hex::encode_prefixed(bytes),
        DynSolValue::String(text) => quoted(text),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) => {
            let each = values.iter().map(|value| text(contract, param, value)).collect::<Vec<_>>();
            format!("[{}]", each.join(", "))
        }
        DynSolValue::Tuple(values) | DynSolValue::CustomStruct { tuple: values, .. } => {
            format!("({})", arguments(contract, &param.components, values))
        }
        DynSolValue::Function(function) => hex::encode_prefixed(function),
    }
}

fn word(contract: &str, name: &str, value: U256) -> String {
    let words = variants(contract, name).unwrap_or_default();
    let known = usize::try_from(value).ok().and_then(|index| words.get(index));
    known.map_or_else(|| value.to_string(), |word| (*word).to_owned())
}

/// A selector of a system contract is shown as the function it names.
fn fixed_bytes(bytes: &[u8]) -> String {
    let known = <[u8; 4]>::try_from(bytes).ok().and_then(signature_of);
    known.unwrap_or_else(|| hex::encode_prefixed(bytes))
}

/// With its control characters escaped: a description must not move the reader's cursor.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "\u{fffd}")).to_string()
}
