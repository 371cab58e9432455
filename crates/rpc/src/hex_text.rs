//! Hex text as Ethereum's JSON-RPC writes it, refused with the texts geth uses.

use althing_primitives::{Address, B256, Bytes, U256, hex};
use std::borrow::Cow;

type Parsed<T> = Result<T, Cow<'static, str>>;

const NO_PREFIX: &str = "hex string without 0x prefix";
const NO_DIGITS: &str = "invalid hex string";

/// The digits after `0x`.
fn digits(text: &str) -> Parsed<&str> {
    if text.is_empty() {
        return Err("empty hex string".into());
    }
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).ok_or_else(|| NO_PREFIX.into())
}

/// A number without leading zeros, at most `bits` wide.
fn number_digits(text: &str, bits: usize) -> Parsed<&str> {
    let digits = digits(text)?;
    if digits.is_empty() {
        return Err("hex string \"0x\"".into());
    }
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(NO_DIGITS.into());
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err("hex number with leading zero digits".into());
    }
    if digits.len() > bits / 4 {
        return Err(format!("hex number > {bits} bits").into());
    }
    Ok(digits)
}

/// A 64-bit quantity.
pub(crate) fn u64(text: &str) -> Parsed<u64> {
    u64::from_str_radix(number_digits(text, 64)?, 16).map_err(|_| NO_DIGITS.into())
}

/// A 256-bit quantity.
pub(crate) fn u256(text: &str) -> Parsed<U256> {
    U256::from_str_radix(number_digits(text, 256)?, 16).map_err(|_| NO_DIGITS.into())
}

/// Bytes of any length.
pub(crate) fn bytes(text: &str) -> Parsed<Bytes> {
    let digits = digits(text)?;
    if digits.len() % 2 != 0 {
        return Err("hex string of odd length".into());
    }
    hex::decode(digits).map(Bytes::from).map_err(|_| NO_DIGITS.into())
}

fn fixed<const N: usize>(text: &str, name: &'static str) -> Parsed<[u8; N]> {
    let digits = digits(text)?;
    if digits.len() != 2 * N {
        return Err(format!("hex string has length {}, want {} for {name}", digits.len(), 2 * N).into());
    }
    let mut out = [0; N];
    hex::decode_to_slice(digits, &mut out).map_err(|_| NO_DIGITS)?;
    Ok(out)
}

/// 20 bytes.
pub(crate) fn address(text: &str) -> Parsed<Address> {
    fixed(text, "common.Address").map(Address::from)
}

/// 32 bytes.
pub(crate) fn hash(text: &str) -> Parsed<B256> {
    fixed(text, "common.Hash").map(B256::from)
}

/// Why text is no storage slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotError {
    NotHex,
    TooLong,
}

/// A storage slot: with or without prefix, at most 32 bytes, leading zeros allowed or left out.
pub(crate) fn slot(text: &str) -> Result<B256, SlotError> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(SlotError::NotHex);
    }
    if digits.len() > 64 {
        return Err(SlotError::TooLong);
    }
    let mut out = [0; 32];
    hex::decode_to_slice(format!("{digits:0>64}"), &mut out).map_err(|_| SlotError::NotHex)?;
    Ok(B256::from(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_refused_as_geth_refuses_them() {
        assert_eq!(u64("0x14"), Ok(20));
        assert_eq!(u64("0x0"), Ok(0));
        for (text, reason) in [
            ("", "empty hex string"),
            ("2", "hex string without 0x prefix"),
            ("0x", "hex string \"0x\""),
            ("0x01", "hex number with leading zero digits"),
            ("0xzz", "invalid hex string"),
            ("0x+1", "invalid hex string"),
            ("0x10000000000000000", "hex number > 64 bits"),
        ] {
            assert_eq!(u64(text).unwrap_err(), reason, "{text}");
        }
    }

    #[test]
    fn addresses_and_hashes_name_their_length() {
        assert_eq!(address("0x12").unwrap_err(), "hex string has length 2, want 40 for common.Address");
        assert_eq!(hash("0x12").unwrap_err(), "hex string has length 2, want 64 for common.Hash");
    }

    #[test]
    fn slots_may_be_short_and_unprefixed() {
        assert_eq!(slot("0x00"), Ok(B256::ZERO));
        assert_eq!(slot("1"), Ok(B256::with_last_byte(1)));
        assert_eq!(slot("0xasdf"), Err(SlotError::NotHex));
        assert_eq!(slot(&format!("0x{}", "0".repeat(65))), Err(SlotError::TooLong));
    }
}
