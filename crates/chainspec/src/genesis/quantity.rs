//! Numbers as genesis files write them: `"0x10"`, `"16"` or `16`, of any size.

use althing_primitives::{B64, U256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::value::RawValue;

/// A number that fits its field.
pub(super) trait Quantity: Sized + Copy {
    fn from_u256(value: U256) -> Option<Self>;
    fn to_u256(self) -> U256;
}

impl Quantity for U256 {
    fn from_u256(value: U256) -> Option<Self> {
        Some(value)
    }

    fn to_u256(self) -> U256 {
        self
    }
}

impl Quantity for u64 {
    fn from_u256(value: U256) -> Option<Self> {
        value.try_into().ok()
    }

    fn to_u256(self) -> U256 {
        U256::from(self)
    }
}

/// Reads hexadecimal after `0x`, else decimal.
pub(super) fn parse(text: &str) -> Option<U256> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some("") => None,
        Some(digits) => U256::from_str_radix(digits, 16).ok(),
        None if text.is_empty() => None,
        None => U256::from_str_radix(text, 10).ok(),
    }
}

fn read<'de, T: Quantity, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let text = raw.get();
    if text == "null" {
        return Ok(None);
    }
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let value = parse(text).and_then(T::from_u256);
    value.map(Some).ok_or_else(|| D::Error::custom(format_args!("`{text}` is no number, or too large a number")))
}

/// A required number, written as hexadecimal text.
pub(super) mod hex {
    use super::*;

    pub(in crate::genesis) fn deserialize<'de, T: Quantity, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
        read(d)?.ok_or_else(|| D::Error::custom("a number is required, not null"))
    }

    pub(in crate::genesis) fn serialize<T: Quantity, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
        value.to_u256().serialize(s)
    }
}

/// A required number, written as a JSON number.
pub(super) mod number {
    use super::*;

    pub(in crate::genesis) fn deserialize<'de, T: Quantity, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
        hex::deserialize(d)
    }

    pub(in crate::genesis) fn serialize<T: Quantity, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
        optional_number::serialize(&Some(*value), s)
    }
}

/// A number that may be null or absent, written as hexadecimal text.
pub(super) mod optional_hex {
    use super::*;

    pub(in crate::genesis) fn deserialize<'de, T: Quantity, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
        read(d)
    }

    pub(in crate::genesis) fn serialize<T: Quantity, S: Serializer>(
        value: &Option<T>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(T::to_u256).serialize(s)
    }
}

/// A number that may be null or absent, written as a JSON number (geth's `config` wants that).
pub(super) mod optional_number {
    use super::*;
    use serde_json::Number;

    pub(in crate::genesis) fn deserialize<'de, T: Quantity, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
        read(d)
    }

    pub(in crate::genesis) fn serialize<T: Quantity, S: Serializer>(
        value: &Option<T>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        let Some(value) = value else { return s.serialize_none() };
        let value = value.to_u256();
        match u64::try_from(value) {
            Ok(small) => Number::from(small).serialize(s),
            Err(_) => value.serialize(s),
        }
    }
}

/// The header's nonce: eight bytes, or a number.
pub(super) mod nonce {
    use super::*;

    pub(in crate::genesis) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<B64, D::Error> {
        hex::deserialize::<u64, D>(d).map(|nonce| B64::from(nonce.to_be_bytes()))
    }

    pub(in crate::genesis) fn serialize<S: Serializer>(value: &B64, s: S) -> Result<S::Ok, S::Error> {
        hex::serialize(&u64::from_be_bytes(value.0), s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_and_decimal_are_read_and_nothing_else() {
        assert_eq!(parse("0x10"), Some(U256::from(16)));
        assert_eq!(parse("16"), Some(U256::from(16)));
        assert_eq!(parse("58750000000000000000000"), Some(U256::from(58_750_000_000_000_000_000_000_u128)));
        for bad in ["", "0x", "-1", "1e18", "1.5", "0xg", "ten"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
