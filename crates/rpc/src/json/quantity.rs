use crate::hex_text;
use serde::{Deserialize, Deserializer, Serializer, de::Error};
use std::borrow::Cow;

/// A quantity: `0x` and digits without leading zeros.
pub(crate) fn quantity<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:#x}"))
}

/// [`quantity`], or `null`.
pub(crate) fn quantity_opt<S: Serializer>(value: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => quantity(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// [`quantity`] of up to 128 bits.
pub(crate) fn quantity_wide<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:#x}"))
}

/// [`quantity_wide`], or `null`.
pub(crate) fn quantity_wide_opt<S: Serializer>(value: &Option<u128>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => quantity_wide(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Reads a quantity of up to 64 bits.
pub(crate) fn quantity_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = Cow::<'_, str>::deserialize(deserializer)?;
    hex_text::u64(&text).map_err(D::Error::custom)
}
