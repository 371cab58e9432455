//! The sealed record of TEE.md: one key a record, made from its salt; key-committing.

use crate::{OpenError, Purpose};
use althing_primitives::B256;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    constant_time,
    hkdf::{KeyType, Prk},
};
use zeroize::Zeroizing;

/// HKDF-SHA-256, AES-256-GCM.
const SUITE: u8 = 1;
/// What the expansion of a record's key is bound to, after the salt.
const CONTEXT: &[u8] = b"althing/keys/sealed-record/v1";
const SALT_BYTES: usize = 32;
const COMMITMENT_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
/// suite 1, chain id 8, kind 1, height 8, epoch 8, parent 32, salt 32
const AAD_BYTES: usize = 90;

/// Bytes a sealed record is longer than its plaintext: salt, commitment and tag.
pub const SEALED_OVERHEAD_BYTES: usize = SALT_BYTES + COMMITMENT_BYTES + TAG_BYTES;

/// Where a record belongs. Authenticated: a record moved elsewhere does not open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Height of the block.
    pub height: u64,
    /// Consensus epoch of the block, 0 outside consensus.
    pub epoch: u64,
    /// Hash of the parent block.
    pub parent: B256,
}

/// The network and the record's identity, which every seal authenticates besides the caller's data.
pub(crate) struct Subject<'a> {
    pub(crate) chain_id: u64,
    pub(crate) purpose: Purpose,
    pub(crate) place: &'a Place,
    pub(crate) aad: &'a [u8],
}

impl Subject<'_> {
    fn aad(&self, salt: &[u8; SALT_BYTES]) -> Vec<u8> {
        let mut out = Vec::with_capacity(AAD_BYTES + self.aad.len());
        out.push(SUITE);
        out.extend_from_slice(&self.chain_id.to_be_bytes());
        out.push(self.purpose as u8);
        out.extend_from_slice(&self.place.height.to_be_bytes());
        out.extend_from_slice(&self.place.epoch.to_be_bytes());
        out.extend_from_slice(self.place.parent.as_slice());
        out.extend_from_slice(salt);
        debug_assert_eq!(out.len(), AAD_BYTES);
        out.extend_from_slice(self.aad);
        out
    }
}

/// A key and the commitment to it, expanded from a salt.
pub(crate) struct RecordKey {
    pub(crate) key: LessSafeKey,
    pub(crate) commitment: [u8; COMMITMENT_BYTES],
}

struct ExpandedLen;

impl KeyType for ExpandedLen {
    fn len(&self) -> usize {
        64
    }
}

impl RecordKey {
    pub(crate) fn expand(prk: &Prk, salt: &[u8; SALT_BYTES], context: &[u8]) -> Self {
        let mut bytes = Zeroizing::new([0; 64]);
        let info = [salt.as_slice(), context];
        prk.expand(&info, ExpandedLen)
            .and_then(|okm| okm.fill(bytes.as_mut()))
            .expect("64 bytes are within HKDF's limit");
        let key = UnboundKey::new(&AES_256_GCM, &bytes[..32]).expect("the key has 32 bytes");
        Self { key: LessSafeKey::new(key), commitment: bytes[32..].try_into().expect("the other 32 bytes") }
    }
}

pub(crate) fn seal(prk: &Prk, subject: &Subject<'_>, salt: &[u8; SALT_BYTES], plaintext: &[u8]) -> Vec<u8> {
    let RecordKey { key, commitment } = RecordKey::expand(prk, salt, CONTEXT);
    let mut out = Vec::with_capacity(SEALED_OVERHEAD_BYTES + plaintext.len());
    out.extend_from_slice(salt);
    out.extend_from_slice(&commitment);
    out.extend_from_slice(plaintext);
    let body = SALT_BYTES + COMMITMENT_BYTES;
    let tag = key
        .seal_in_place_separate_tag(zero_nonce(), Aad::from(subject.aad(salt)), &mut out[body..])
        .expect("a record is far below AES-GCM's limit of 64 GiB");
    out.extend_from_slice(tag.as_ref());
    out
}

/// The salt a sealed record carries.
pub(crate) fn salt_of(sealed: &[u8]) -> Result<&[u8; SALT_BYTES], OpenError> {
    if sealed.len() < SEALED_OVERHEAD_BYTES {
        return Err(OpenError::Short);
    }
    Ok(sealed[..SALT_BYTES].try_into().expect("length was checked"))
}

pub(crate) fn open(prk: &Prk, subject: &Subject<'_>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let salt = salt_of(sealed)?;
    let (commitment, ciphertext) = sealed[SALT_BYTES..].split_at(COMMITMENT_BYTES);
    let expected = RecordKey::expand(prk, salt, CONTEXT);
    constant_time::verify_slices_are_equal(commitment, &expected.commitment).map_err(|_| OpenError::Key)?;
    let mut out = ciphertext.to_vec();
    let length = expected
        .key
        .open_in_place(zero_nonce(), Aad::from(subject.aad(salt)), &mut out)
        .map_err(|_| OpenError::Altered)?
        .len();
    out.truncate(length);
    Ok(out)
}

/// A key seals one record, so its nonce may be constant.
fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
