//! RLP of nested lists of byte strings, both ways.

use crate::case::{Case, members, same};
use althing_primitives::{
    Bytes,
    alloy::U512,
    hex,
    rlp::{self, BufMut, Encodable, Header},
};
use serde_json::{Value, value::RawValue};
use std::path::Path;

/// A string or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Bytes(Vec<u8>),
    List(Vec<Item>),
}

pub(crate) fn cases(_: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let case = |(name, raw): (String, Box<RawValue>)| Case::new(name, move || play(&raw));
    Ok(members(json)?.into_iter().map(case).collect())
}

fn play(raw: &RawValue) -> Result<(), String> {
    let case: Value = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let encoded = case.get("out").and_then(Value::as_str).and_then(crate::json::bytes).ok_or("has no `out`")?;
    match case.get("in") {
        Some(Value::String(word)) if word == "INVALID" => match Item::decode(&encoded) {
            Ok(_) => Err("is valid, expected an error".into()),
            Err(_) => Ok(()),
        },
        Some(Value::String(word)) if word == "VALID" => same_bytes(&Item::decode(&encoded)?, &encoded),
        Some(content) => both_ways(&Item::parse(content)?, &encoded),
        None => Err("has no `in`".into()),
    }
}

/// Encodes to these bytes and is what these bytes decode to.
pub(crate) fn both_ways(item: &Item, encoded: &[u8]) -> Result<(), String> {
    same_bytes(item, encoded)?;
    match Item::decode(encoded)? == *item {
        true => Ok(()),
        false => Err("decodes to something else".into()),
    }
}

fn same_bytes(item: &Item, encoded: &[u8]) -> Result<(), String> {
    let mut out = Vec::new();
    item.encode(&mut out);
    same("the encoding", Bytes::from(out), Bytes::copy_from_slice(encoded))
}

impl Item {
    /// Text, a number, `#` with a large number in decimal, or a list of these.
    fn parse(value: &Value) -> Result<Self, String> {
        let wrong = || format!("{value} is nothing RLP encodes");
        match value {
            Value::String(text) => match text.strip_prefix('#') {
                Some(digits) => Ok(Self::Bytes(big_endian(digits).ok_or_else(wrong)?)),
                // The suite means the character's code, not its encoding.
                None => Ok(Self::Bytes(latin(text).unwrap_or_else(|| text.as_bytes().to_vec()))),
            },
            Value::Number(number) => Ok(Self::Bytes(big_endian(&number.to_string()).ok_or_else(wrong)?)),
            Value::Array(items) => items.iter().map(Self::parse).collect::<Result<_, _>>().map(Self::List),
            _ => Err(wrong()),
        }
    }

    /// Hexadecimal strings and lists of them.
    pub(crate) fn parse_hex(value: &Value) -> Result<Self, String> {
        match value {
            Value::String(text) => hex::decode(text).map(Self::Bytes).map_err(|error| error.to_string()),
            Value::Array(items) => items.iter().map(Self::parse_hex).collect::<Result<_, _>>().map(Self::List),
            _ => Err(format!("{value} is no byte string")),
        }
    }

    /// Decodes all of some bytes, as strictly as blocks are decoded.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut rest = bytes;
        let item = Self::next(&mut rest, 0).map_err(|error| format!("rlp: {error}"))?;
        if rest.is_empty() { Ok(item) } else { Err("rlp: trailing bytes".into()) }
    }

    fn next(rest: &mut &[u8], depth: usize) -> rlp::Result<Self> {
        /// Deeper than any structure of Ethereum; bounds the stack.
        const DEPTH_MAX: usize = 1_024;
        if depth > DEPTH_MAX {
            return Err(rlp::Error::Custom("nested too deep"));
        }
        let Header { list, payload_length } = Header::decode(rest)?;
        let (mut payload, after) = rest.split_at_checked(payload_length).ok_or(rlp::Error::InputTooShort)?;
        *rest = after;
        if !list {
            return Ok(Self::Bytes(payload.to_vec()));
        }
        let mut items = Vec::new();
        while !payload.is_empty() {
            items.push(Self::next(&mut payload, depth + 1)?);
        }
        Ok(Self::List(items))
    }
}

fn big_endian(digits: &str) -> Option<Vec<u8>> {
    U512::from_str_radix(digits, 10).ok().map(|number| number.to_be_bytes_trimmed_vec())
}

fn latin(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

impl Encodable for Item {
    fn encode(&self, out: &mut dyn BufMut) {
        match self {
            Self::Bytes(bytes) => bytes.as_slice().encode(out),
            Self::List(items) => {
                Header { list: true, payload_length: items.iter().map(Self::length).sum() }.encode(out);
                items.iter().for_each(|item| item.encode(out));
            }
        }
    }

    fn length(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.as_slice().length(),
            Self::List(items) => {
                let payload_length = items.iter().map(Self::length).sum();
                Header { list: true, payload_length }.length_with_payload()
            }
        }
    }
}
