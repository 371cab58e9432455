use crate::{block::imported, chain::Chain};
use althing_chainspec::{FeeMode, Genesis};
use althing_primitives::{
    Bytes, Transaction, TxType,
    consensus::{Typed2718, transaction::SignerRecoverable},
    eips::eip2718::{Decodable2718, Encodable2718},
    keccak256,
};
use althing_txpool::Origin;
use std::sync::LazyLock;

/// Bytes that are to be a signed transaction's EIP-2718 envelope, as blocks, peers and clients bring them: decoding
/// is strict, and the pools of three chains take or refuse what decodes.
pub fn transaction(bytes: &[u8]) {
    if let Ok(tx) = Transaction::decode_2718_exact(bytes) {
        assert_eq!(tx.encoded_2718(), bytes, "a transaction has one encoding");
        assert_eq!(*tx.tx_hash(), keccak256(bytes), "its hash is its bytes'");
        assert_eq!(tx.recover_signer().ok(), tx.recover_signer().and(tx.recover_signer_unchecked()).ok());
        for chain in CHAINS.iter() {
            let _ = chain.executor.check_transaction(&chain.spec.genesis().header, &tx);
        }
    }
    for chain in CHAINS.iter() {
        submit(chain, bytes);
    }
}

/// Without fees, with fees, and one that takes blobs.
static CHAINS: LazyLock<[Chain; 3]> =
    LazyLock::new(|| [Chain::new(Genesis::dev()), Chain::new(with_fees()), Chain::new(imported())]);

fn with_fees() -> Genesis {
    let mut genesis = Genesis::dev();
    genesis.althing.iter_mut().for_each(|consortium| consortium.fee_mode = FeeMode::Eip1559);
    genesis
}

/// What a pool takes it knows by its hash, and gives back.
fn submit(chain: &Chain, bytes: &[u8]) {
    let raw = Bytes::copy_from_slice(bytes);
    for hash in chain.pool.submit(vec![raw], Origin::Peer).into_iter().flatten() {
        let pooled = chain.pool.get(&hash).expect("it was taken");
        // A blob transaction comes with its sidecar, which its hash leaves out.
        if pooled.transaction().ty() != TxType::Eip4844 as u8 {
            assert_eq!(hash, keccak256(bytes));
        }
        chain.pool.remove(&hash);
    }
    assert!(chain.pool.is_empty(), "nothing stays behind");
}
