use aws_lc_rs::rand;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The symmetric secret of one key epoch: 32 bytes from which every other key follows.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct LedgerSecret([u8; 32]);

impl LedgerSecret {
    /// Takes existing bytes; the caller erases its copy.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new secret from the operating system's generator.
    pub fn generate() -> Self {
        Self(random())
    }

    /// The bytes, for the one who writes the network key file or wraps the secret.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// `N` bytes from the operating system's generator.
///
/// # Panics
/// If the generator fails: nothing secret can be made then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system's random generator works");
    bytes
}
