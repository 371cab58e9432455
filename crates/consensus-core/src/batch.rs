//! Several transactions in one message: each after its length, u32 big-endian.

use althing_primitives::Bytes;
use bytes::{Buf, BufMut, BytesMut};

/// A batch is sent once it has this many bytes; one transaction may overshoot.
pub const BATCH_BYTES: usize = 128 * 1024;
/// Largest transaction: the pool admits at most this many bytes.
const TRANSACTION_BYTES_MAX: usize = 128 * 1024;
/// Largest message.
pub const MESSAGE_BYTES_MAX: usize = BATCH_BYTES + TRANSACTION_BYTES_MAX + 8;

/// Appends a transaction; one that is too large is left out.
pub fn append(batch: &mut BytesMut, transaction: &Bytes) {
    if transaction.len() <= TRANSACTION_BYTES_MAX {
        batch.put_u32(u32::try_from(transaction.len()).expect("at most 128 KiB"));
        batch.put_slice(transaction);
    }
}

/// The transactions of a message. `None` if it is malformed.
pub fn split(mut message: bytes::Bytes) -> Option<Vec<Bytes>> {
    let mut transactions = Vec::new();
    while !message.is_empty() {
        let length = message.try_get_u32().ok()? as usize;
        if length > TRANSACTION_BYTES_MAX || length > message.len() {
            return None;
        }
        transactions.push(Bytes::from(message.split_to(length)));
    }
    Some(transactions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_splits_into_what_was_appended() {
        let mut batch = BytesMut::new();
        append(&mut batch, &Bytes::from_static(b"one"));
        append(&mut batch, &Bytes::from(vec![0; TRANSACTION_BYTES_MAX + 1]));
        append(&mut batch, &Bytes::from_static(b""));
        assert_eq!(&batch[..], b"\0\0\0\x03one\0\0\0\0", "the wire format is frozen");
        assert_eq!(split(batch.freeze()), Some(vec![Bytes::from_static(b"one"), Bytes::new()]));
    }

    #[test]
    fn a_length_past_the_end_is_malformed() {
        assert_eq!(split(bytes::Bytes::from_static(&[0, 0, 0, 2, 1])), None);
        assert_eq!(split(bytes::Bytes::from_static(&[0, 0])), None);
    }
}
