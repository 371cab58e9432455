//! One key a checkpoint: thousands of small values without a key schedule each.

use crate::{CounterExhausted, OpenError, record::RecordKey};
use aws_lc_rs::{
    aead::{Aad, LessSafeKey, Nonce},
    constant_time,
    hkdf::Prk,
};

const CONTEXT: &[u8] = b"althing/keys/checkpoint/v1";
const COUNTER_BYTES: usize = 4;

/// Bytes a sealed value is longer than its plaintext: counter and tag.
pub const SEALED_VALUE_OVERHEAD_BYTES: usize = COUNTER_BYTES + 16;

/// Seals the values of one checkpoint: nonce = counter, authenticated data = table and key.
///
/// Made with a fresh random salt by [`crate::Keyring::new_checkpoint`], so a counter starting at
/// zero never meets a key it was used with. Deliberately not `Clone`.
pub struct CheckpointSealer {
    key: LessSafeKey,
    preamble: [u8; 64],
    counter: Option<u32>,
}

impl CheckpointSealer {
    pub(crate) fn new(prk: &Prk, salt: [u8; 32]) -> Self {
        let RecordKey { key, commitment } = RecordKey::expand(prk, &salt, CONTEXT);
        let mut preamble = [0; 64];
        preamble[..32].copy_from_slice(&salt);
        preamble[32..].copy_from_slice(&commitment);
        Self { key, preamble, counter: Some(0) }
    }

    /// Salt and commitment, to be stored beside the values: [`crate::Keyring::open_checkpoint`]
    /// needs them.
    pub const fn preamble(&self) -> &[u8; 64] {
        &self.preamble
    }

    /// Seals a value of `table` under `key`: counter ‖ ciphertext ‖ tag.
    ///
    /// # Errors
    /// [`CounterExhausted`] after 2³² values.
    pub fn seal(&mut self, table: u8, key: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CounterExhausted> {
        let counter = self.counter.ok_or(CounterExhausted)?;
        self.counter = counter.checked_add(1);
        let mut out = Vec::with_capacity(SEALED_VALUE_OVERHEAD_BYTES + plaintext.len());
        out.extend_from_slice(&counter.to_be_bytes());
        out.extend_from_slice(plaintext);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce(counter), aad(table, key), &mut out[COUNTER_BYTES..])
            .expect("a value is far below AES-GCM's limit of 64 GiB");
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    /// How many values it has sealed.
    pub fn values_sealed(&self) -> u64 {
        self.counter.map_or(1 << 32, u64::from)
    }
}

/// Opens the values of one checkpoint.
pub struct CheckpointOpener(LessSafeKey);

impl CheckpointOpener {
    pub(crate) fn new(prk: &Prk, preamble: &[u8]) -> Result<Self, OpenError> {
        let preamble: &[u8; 64] = preamble.try_into().map_err(|_| OpenError::Short)?;
        let (salt, commitment) = preamble.split_at(32);
        let expected = RecordKey::expand(prk, salt.try_into().expect("half of 64 bytes"), CONTEXT);
        constant_time::verify_slices_are_equal(commitment, &expected.commitment).map_err(|_| OpenError::Key)?;
        Ok(Self(expected.key))
    }

    /// Opens a value that was sealed in `table` under `key`.
    ///
    /// # Errors
    /// [`OpenError`] if it is too short, altered, or of another table, key or checkpoint.
    pub fn open(&self, table: u8, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        if sealed.len() < SEALED_VALUE_OVERHEAD_BYTES {
            return Err(OpenError::Short);
        }
        let (counter, ciphertext) = sealed.split_at(COUNTER_BYTES);
        let counter = u32::from_be_bytes(counter.try_into().expect("four bytes"));
        let mut out = ciphertext.to_vec();
        let length =
            self.0.open_in_place(nonce(counter), aad(table, key), &mut out).map_err(|_| OpenError::Altered)?.len();
        out.truncate(length);
        Ok(out)
    }
}

fn nonce(counter: u32) -> Nonce {
    let mut bytes = [0; 12];
    bytes[8..].copy_from_slice(&counter.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

/// The table is one byte, so table and key cannot be confused.
fn aad(table: u8, key: &[u8]) -> Aad<Vec<u8>> {
    let mut out = Vec::with_capacity(1 + key.len());
    out.push(table);
    out.extend_from_slice(key);
    Aad::from(out)
}
