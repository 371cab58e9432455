//! RLP lists of lists: one inner list for each item.

use alloy_rlp::{self as rlp, Header};

/// Encodes a list of lists, one for each item, with the fields that `encode` appends.
pub fn encode<T>(items: &[T], encode: impl Fn(&T, &mut Vec<u8>)) -> Vec<u8> {
    let mut payload = Vec::new();
    let mut fields = Vec::new();
    for item in items {
        fields.clear();
        encode(item, &mut fields);
        put(&fields, &mut payload);
    }
    let mut out = Vec::with_capacity(payload.len() + 9);
    put(&payload, &mut out);
    out
}

/// Reads such a list from the front of `buf`; `decode` reads an item's fields from the front of
/// what it is given.
///
/// # Errors
/// It is not a list of lists, or `decode` fails or leaves fields.
pub fn decode<T>(buf: &mut &[u8], decode: impl Fn(&mut &[u8]) -> rlp::Result<T>) -> rlp::Result<Vec<T>> {
    let mut payload = Header::decode_bytes(buf, true)?;
    let mut items = Vec::new();
    while !payload.is_empty() {
        let mut fields = Header::decode_bytes(&mut payload, true)?;
        items.push(decode(&mut fields)?);
        if !fields.is_empty() {
            return Err(rlp::Error::UnexpectedLength);
        }
    }
    Ok(items)
}

/// Appends a list of these encoded fields.
pub fn put(fields: &[u8], out: &mut Vec<u8>) {
    Header { list: true, payload_length: fields.len() }.encode(out);
    out.extend_from_slice(fields);
}
