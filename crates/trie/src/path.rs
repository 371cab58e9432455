use althing_primitives::B256;

/// Nibbles in a key.
pub(crate) const DEPTH_MAX: usize = 64;

/// The nibble of `key` at `depth`, high half of a byte first.
pub(crate) fn nibble(key: &B256, depth: usize) -> u8 {
    let byte = key[depth / 2];
    if depth.is_multiple_of(2) { byte >> 4 } else { byte & 0x0f }
}

pub(crate) fn set_nibble(key: &mut B256, depth: usize, nibble: u8) {
    let byte = &mut key[depth / 2];
    *byte = if depth.is_multiple_of(2) { (*byte & 0x0f) | (nibble << 4) } else { (*byte & 0xf0) | nibble };
}

/// The first depth at or after `from` where the keys differ, [`DEPTH_MAX`] for equal keys.
pub(crate) fn divergence(a: &B256, b: &B256, from: usize) -> usize {
    // The first byte's high nibble is before an odd `from`.
    let mut mask = if from.is_multiple_of(2) { 0xff } else { 0x0f };
    for index in from / 2..32 {
        let difference = (a[index] ^ b[index]) & mask;
        if difference != 0 {
            return index * 2 + usize::from(difference < 0x10);
        }
        mask = 0xff;
    }
    DEPTH_MAX
}

/// Appendix C of the Yellow Paper: the nibbles `from..to` of `key` with a flag for leaf and odd
/// length, as bytes. Returns the buffer and how much of it is used.
pub(crate) fn hex_prefix(key: &B256, from: usize, to: usize, leaf: bool) -> ([u8; 33], usize) {
    let mut out = [0; 33];
    let count = to - from;
    let mut depth = from;
    out[0] = if leaf { 0x20 } else { 0 };
    if !count.is_multiple_of(2) {
        out[0] |= 0x10 | nibble(key, depth);
        depth += 1;
    }
    let used = 1 + count / 2;
    if depth.is_multiple_of(2) {
        out[1..used].copy_from_slice(&key[depth / 2..to / 2]);
    } else {
        for byte in &mut out[1..used] {
            *byte = nibble(key, depth) << 4 | nibble(key, depth + 1);
            depth += 2;
        }
    }
    (out, used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::hex;

    #[test]
    fn hex_prefix_follows_the_yellow_paper() {
        let mut key = B256::ZERO;
        key[..4].copy_from_slice(&[0x12, 0x34, 0x56, 0x78]);
        let encoded = |from, to, leaf| {
            let (bytes, used) = hex_prefix(&key, from, to, leaf);
            hex::encode(&bytes[..used])
        };
        assert_eq!(encoded(0, 4, false), "001234");
        assert_eq!(encoded(1, 4, false), "1234");
        assert_eq!(encoded(1, 5, true), "202345");
        assert_eq!(encoded(2, 7, true), "334567");
        assert_eq!(encoded(3, 3, true), "20");
    }

    #[test]
    fn divergence_starts_where_it_is_told() {
        let mut a = B256::ZERO;
        a[3] = 0x5a;
        let mut b = a;
        b[3] = 0x5b;
        assert_eq!(divergence(&a, &b, 0), 7);
        b[0] = 0x10;
        assert_eq!(divergence(&a, &b, 0), 0);
        assert_eq!(divergence(&a, &b, 1), 7);
        b[0] = 0x11;
        assert_eq!(divergence(&a, &b, 1), 1);
        assert_eq!(divergence(&a, &a, 3), DEPTH_MAX);
    }

    #[test]
    fn nibbles_are_set_in_place() {
        let mut key = B256::repeat_byte(0x11);
        set_nibble(&mut key, 4, 0xa);
        set_nibble(&mut key, 7, 0xb);
        assert_eq!((key[2], key[3]), (0xa1, 0x1b));
        assert_eq!((nibble(&key, 4), nibble(&key, 7)), (0xa, 0xb));
    }
}
