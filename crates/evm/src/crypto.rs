//! Cryptography of the precompiles where the tree already holds something faster than revm's own.

use althing_primitives::{B256, U256, alloy::Signature, consensus::crypto::secp256k1::recover_signer_unchecked};
use revm::precompile::{Crypto, PrecompileHalt, install_crypto};

/// libsecp256k1 for `ecrecover`.
#[derive(Debug)]
struct Native;

/// Makes the process use it; doing so again changes nothing.
pub(crate) fn install() {
    install_crypto(Native);
}

impl Crypto for Native {
    fn secp256k1_ecrecover(&self, sig: &[u8; 64], recid: u8, msg: &[u8; 32]) -> Result<[u8; 32], PrecompileHalt> {
        let (r, s) = sig.split_at(32);
        let signature = Signature::new(U256::from_be_slice(r), U256::from_be_slice(s), recid == 1);
        let address = recover_signer_unchecked(&signature, B256::new(*msg));
        address.map(|address| address.into_word().0).map_err(|_| PrecompileHalt::Secp256k1RecoverFailed)
    }
}
