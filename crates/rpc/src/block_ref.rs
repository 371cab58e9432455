use crate::{arguments::Argument, hex_text};
use althing_primitives::{B256, BlockNumber};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A block as a client names it: tag, height, or hash (EIP-1898).
///
/// Finality is immediate, so `safe` and `finalized` are `latest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockRef {
    /// The newest committed block.
    Latest,
    /// `Latest`, with the pool's nonces where a method has nonces.
    Pending,
    /// By height.
    Number(BlockNumber),
    /// By hash. `canonical` asks for an error of its own if the block is no ancestor of the head.
    Hash { hash: B256, canonical: bool },
}

impl BlockRef {
    fn from_text(text: &str) -> Result<Self, Cow<'static, str>> {
        match text {
            "latest" | "safe" | "finalized" => Ok(Self::Latest),
            "pending" => Ok(Self::Pending),
            "earliest" => Ok(Self::Number(0)),
            _ if text.len() == 66 => hex_text::hash(text).map(|hash| Self::Hash { hash, canonical: false }),
            _ => Self::from_number(text),
        }
    }

    fn from_number(text: &str) -> Result<Self, Cow<'static, str>> {
        let number = hex_text::u64(text)?;
        if number > i64::MAX as u64 {
            return Err("block number larger than int64".into());
        }
        Ok(Self::Number(number))
    }
}

/// The object form of EIP-1898.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named<'a> {
    #[serde(borrow)]
    block_number: Option<Cow<'a, str>>,
    #[serde(borrow)]
    block_hash: Option<Cow<'a, str>>,
    #[serde(default)]
    require_canonical: bool,
}

impl Argument for BlockRef {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        if !raw.get().starts_with('{') {
            return Self::from_text(&<Cow<'_, str>>::decode_text(raw)?);
        }
        let named: Named<'_> =
            serde_json::from_str(raw.get()).map_err(|_| "block must be a tag, a number or a hash")?;
        match (named.block_number, named.block_hash) {
            (Some(_), Some(_)) => Err("cannot specify both BlockHash and BlockNumber, choose one or the other".into()),
            (Some(number), None) => Self::from_text(&number),
            (None, Some(hash)) => {
                hex_text::hash(&hash).map(|hash| Self::Hash { hash, canonical: named.require_canonical })
            }
            (None, None) => Err("invalid arguments; neither block nor hash specified".into()),
        }
    }
}

/// A block by height or tag only, as the `…ByNumber` methods take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeightRef(pub(crate) BlockRef);

impl Argument for HeightRef {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        let text = <Cow<'_, str>>::decode_text(raw)?;
        match BlockRef::from_text(&text)? {
            BlockRef::Hash { .. } => Err("hex number > 64 bits".into()),
            block => Ok(Self(block)),
        }
    }
}

/// A string out of a raw JSON value, borrowed where it has no escapes.
pub(crate) trait DecodeText<'a>: Sized {
    fn decode_text(raw: &'a RawValue) -> Result<Self, Cow<'static, str>>;
}

impl<'a> DecodeText<'a> for Cow<'a, str> {
    fn decode_text(raw: &'a RawValue) -> Result<Self, Cow<'static, str>> {
        let text = raw.get();
        if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
            && !inner.contains('\\')
        {
            return Ok(Cow::Borrowed(inner));
        }
        serde_json::from_str::<String>(text)
            .map(Cow::Owned)
            .map_err(|_| Cow::Owned(format!("json: cannot unmarshal {} into a string", kind(text))))
    }
}

/// What JSON calls a value, by its first character.
fn kind(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b't' | b'f') => "bool",
        Some(b'n') => "null",
        Some(b'"') => "string",
        _ => "number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::to_raw_value;

    fn decode(json: serde_json::Value) -> Result<BlockRef, Cow<'static, str>> {
        BlockRef::decode(&to_raw_value(&json).unwrap())
    }

    #[test]
    fn tags_numbers_and_hashes_are_told_apart() {
        let hash = B256::repeat_byte(7);
        assert_eq!(decode("latest".into()), Ok(BlockRef::Latest));
        assert_eq!(decode("finalized".into()), Ok(BlockRef::Latest));
        assert_eq!(decode("safe".into()), Ok(BlockRef::Latest));
        assert_eq!(decode("pending".into()), Ok(BlockRef::Pending));
        assert_eq!(decode("earliest".into()), Ok(BlockRef::Number(0)));
        assert_eq!(decode("0x10".into()), Ok(BlockRef::Number(16)));
        assert_eq!(decode(serde_json::json!(hash)), Ok(BlockRef::Hash { hash, canonical: false }));
        assert_eq!(decode(serde_json::json!({"blockNumber": "0x10"})), Ok(BlockRef::Number(16)));
        assert_eq!(
            decode(serde_json::json!({"blockHash": hash, "requireCanonical": true})),
            Ok(BlockRef::Hash { hash, canonical: true })
        );
    }

    #[test]
    fn nonsense_is_refused_with_a_reason() {
        assert_eq!(decode("2".into()).unwrap_err(), "hex string without 0x prefix");
        assert_eq!(decode(2.into()).unwrap_err(), "json: cannot unmarshal number into a string");
        assert!(decode(serde_json::json!({})).is_err());
        assert!(decode(serde_json::json!({"blockNumber": "0x1", "blockHash": B256::ZERO})).is_err());
        assert_eq!(decode("0xffffffffffffffff".into()).unwrap_err(), "block number larger than int64");
    }
}
