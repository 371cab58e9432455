//! Ed25519 keys and signatures, to the letter of what consensus accepts (ZIP-215).

use curve25519_dalek::{EdwardsPoint, Scalar, edwards::CompressedEdwardsY, traits::IsIdentity};
use sha2::{Digest, Sha512};

/// Whether consensus can use a public key: the canonical encoding of a point that is not of small
/// order. Consensus itself takes any encoding of any point; two of one point, or a key without a
/// secret, are no good in a committee.
pub fn is_public_key(bytes: &[u8; 32]) -> bool {
    let point = CompressedEdwardsY(*bytes).decompress();
    point.is_some_and(|point| !point.is_small_order() && point.compress().0 == *bytes)
}

/// Whether a signature is the key's over `message`.
pub(super) fn verify(public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let (r, s) = signature.split_at(32);
    let (Ok(r), Ok(s)) = (<[u8; 32]>::try_from(r), <[u8; 32]>::try_from(s)) else { return false };
    let Some(key) = CompressedEdwardsY(*public_key).decompress() else { return false };
    let Some(point) = CompressedEdwardsY(r).decompress() else { return false };
    let Some(s) = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)) else { return false };
    let hash = Sha512::new().chain_update(r).chain_update(public_key).chain_update(message).finalize();
    let k = Scalar::from_bytes_mod_order_wide(&hash.into());
    // ZIP-215: [8](R - ([s]B - [k]A)) = 0
    let difference = point - EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-key, &s);
    difference.mul_by_cofactor().is_identity()
}
