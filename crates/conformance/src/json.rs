//! Numbers and bytes as the suites write them: hexadecimal with or without prefix and leading
//! zeros, decimal, JSON numbers.

use althing_primitives::{Address, B256, Bytes, U256, hex};
use serde::{Deserialize, Deserializer, de::Error};
use std::borrow::Cow;

/// A number of at most 256 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number(pub(crate) U256);

/// Bytes of any length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Blob(pub(crate) Bytes);

impl Number {
    pub(crate) fn u64(self) -> Result<u64, String> {
        u64::try_from(self.0).map_err(|_| format!("{} is more than 64 bits", self.0))
    }

    pub(crate) fn word(self) -> B256 {
        self.0.into()
    }
}

impl Blob {
    pub(crate) fn address(&self) -> Result<Address, String> {
        Address::try_from(self.0.as_ref()).map_err(|_| format!("{} is no address", self.0))
    }

    pub(crate) fn word(&self) -> Result<B256, String> {
        B256::try_from(self.0.as_ref()).map_err(|_| format!("{} has no 32 bytes", self.0))
    }
}

pub(crate) fn number(text: &str) -> Option<U256> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some("") => Some(U256::ZERO),
        Some(digits) => U256::from_str_radix(digits, 16).ok(),
        None if text.is_empty() => Some(U256::ZERO),
        None => U256::from_str_radix(text, 10).ok(),
    }
}

pub(crate) fn bytes(text: &str) -> Option<Bytes> {
    let digits = text.trim();
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    let padded = if digits.len() % 2 == 1 { Cow::Owned(format!("0{digits}")) } else { Cow::Borrowed(digits) };
    hex::decode(&*padded).ok().map(Bytes::from)
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let parsed = match &value {
            serde_json::Value::String(text) => number(text),
            serde_json::Value::Number(number) => number.as_u64().map(U256::from),
            _ => None,
        };
        parsed.map(Self).ok_or_else(|| D::Error::custom(format!("{value} is no number of 256 bits")))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        bytes(&text).map(Self).ok_or_else(|| D::Error::custom(format!("`{text}` is not hexadecimal")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_bytes_are_read_in_every_form_the_suites_use() {
        let parsed = |json: &str| serde_json::from_str::<Number>(json).map(|number| number.0.to::<u64>()).ok();
        for (json, value) in [("\"0x00ff\"", 255), ("\"0x\"", 0), ("\"17\"", 17), ("17", 17), ("\"\"", 0)] {
            assert_eq!(parsed(json), Some(value), "{json}");
        }
        assert_eq!([parsed("\"zz\""), parsed("-1"), parsed("[]")], [None; 3]);
        assert_eq!(bytes("0x123"), Some(vec![1, 0x23].into()));
        assert_eq!(bytes("abcd"), bytes("0xabcd"));
        assert_eq!(bytes("0x:bigint 0x1"), None);
    }
}
