//! How far a node is, as it tells the others: finalized height, clock in milliseconds, both u64
//! big-endian.

/// Bytes of a message.
pub const MESSAGE_BYTES: usize = 16;

/// Writes a message.
pub fn encode(finalized: u64, clock_ms: u64) -> [u8; MESSAGE_BYTES] {
    let mut message = [0; MESSAGE_BYTES];
    message[..8].copy_from_slice(&finalized.to_be_bytes());
    message[8..].copy_from_slice(&clock_ms.to_be_bytes());
    message
}

/// Reads a message: finalized height and clock. `None` if it is malformed.
pub fn decode(message: &[u8]) -> Option<(u64, u64)> {
    let message: &[u8; MESSAGE_BYTES] = message.try_into().ok()?;
    let word = |at: usize| u64::from_be_bytes(message[at..at + 8].try_into().expect("eight bytes"));
    Some((word(0), word(8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_frozen() {
        let message = encode(258, 1);
        assert_eq!(message, [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(decode(&message), Some((258, 1)));
        assert_eq!(decode(&message[1..]), None);
    }
}
