use super::fixture::{BLOCK_GAS, Bench, CHAIN, key};
use crate::{BlobRules, PoolConfig, PoolError, Rules};
use alloy_signer::SignerSync;
use althing_primitives::{
    Address, B256, Bytes,
    alloy::{FixedBytes, Signature},
    consensus::{EthereumTxEnvelope, SignableTransaction, Signed, TxEip4844, TxEip4844WithSidecar},
    eips::{
        Encodable2718,
        eip4844::{BYTES_PER_BLOB, BlobTransactionSidecar, kzg_to_versioned_hash},
        eip7594::{BlobTransactionSidecarEip7594, BlobTransactionSidecarVariant as Sidecar},
    },
    keccak256,
};

type Form = EthereumTxEnvelope<TxEip4844WithSidecar<Sidecar>>;

const ONE: BlobRules = BlobRules { transaction_max: 1, cells: false };
const CELLS: BlobRules = BlobRules { transaction_max: 1, cells: true };

fn bench(blobs: Option<BlobRules>) -> Bench {
    let bench = Bench::with(PoolConfig::default(), Rules { blobs, ..Rules::osaka(CHAIN, BLOCK_GAS, false) });
    bench.fund(key(1).address(), 1_000_000_000);
    bench
}

fn blob() -> [u8; BYTES_PER_BLOB] {
    let mut blob = [0; BYTES_PER_BLOB];
    // Below the modulus: field elements are big-endian and begin with zero.
    blob.chunks_mut(32).zip(1..=200).for_each(|(element, n)| element[31] = n);
    blob
}

fn settings() -> &'static c_kzg::KzgSettings {
    c_kzg::ethereum_kzg_settings(8)
}

fn commitment() -> [u8; 48] {
    settings().blob_to_kzg_commitment(&c_kzg::Blob::new(blob())).unwrap().to_bytes().into_inner()
}

/// A sidecar of one blob with its one proof.
fn whole() -> BlobTransactionSidecar {
    let proof = settings().compute_blob_kzg_proof(&c_kzg::Blob::new(blob()), &commitment().into()).unwrap();
    BlobTransactionSidecar {
        blobs: vec![FixedBytes(blob())],
        commitments: vec![FixedBytes(commitment())],
        proofs: vec![FixedBytes(proof.to_bytes().into_inner())],
    }
}

/// The same with a proof a cell.
fn cells() -> BlobTransactionSidecarEip7594 {
    let (_, proofs) = settings().compute_cells_and_kzg_proofs(&c_kzg::Blob::new(blob())).unwrap();
    BlobTransactionSidecarEip7594 {
        blobs: vec![FixedBytes(blob())],
        commitments: vec![FixedBytes(commitment())],
        cell_proofs: proofs.iter().map(|proof| FixedBytes(proof.to_bytes().into_inner())).collect(),
    }
}

fn transaction() -> TxEip4844 {
    TxEip4844 {
        chain_id: CHAIN,
        gas_limit: 21_000,
        max_fee_per_gas: 1,
        max_priority_fee_per_gas: 1,
        max_fee_per_blob_gas: 1,
        to: Address::with_last_byte(0xaa),
        blob_versioned_hashes: vec![kzg_to_versioned_hash(&commitment())],
        ..Default::default()
    }
}

fn signature(tx: &TxEip4844) -> Signature {
    key(1).sign_hash_sync(&tx.signature_hash()).unwrap()
}

fn network_form(tx: TxEip4844, sidecar: impl Into<Sidecar>) -> Bytes {
    let signature = signature(&tx);
    let form = TxEip4844WithSidecar { tx, sidecar: sidecar.into() };
    Form::Eip4844(Signed::new_unhashed(form, signature)).encoded_2718().into()
}

fn block_form(tx: TxEip4844) -> Bytes {
    let signature = signature(&tx);
    althing_primitives::Transaction::Eip4844(tx.into_signed(signature)).encoded_2718().into()
}

#[test]
fn proven_blobs_are_taken_without_their_sidecars() {
    for (rules, sidecar) in [(ONE, Sidecar::from(whole())), (CELLS, Sidecar::from(cells()))] {
        let bench = bench(Some(rules));
        let mut gossip = bench.pool.outgoing().unwrap();
        let raw = network_form(transaction(), sidecar);
        let bare = block_form(transaction());
        assert_eq!(bench.submit(raw.clone()), Ok(keccak256(&bare)));
        let pooled = bench.pool.get(&keccak256(&bare)).unwrap();
        assert_eq!((pooled.encoded(), pooled.bytes()), (bare.to_vec(), bare.len()));
        assert_eq!(pooled.cost().to::<u64>(), 21_000 + 131_072);
        assert_eq!(bench.submit(raw), Err(PoolError::AlreadyKnown));
        assert!(gossip.try_recv().is_err(), "sidecars would fill the queue");
    }
}

#[test]
fn what_does_not_prove_is_refused() {
    let bench = bench(Some(ONE));
    let mut blob = whole();
    blob.blobs[0][63] ^= 1;
    let mut proof = whole();
    proof.proofs[0] = proof.commitments[0];
    let mut point = whole();
    point.proofs[0] = FixedBytes([0xff; 48]);
    let mut element = whole();
    element.blobs[0][0] = 0xff;
    for sidecar in [blob, proof, point, element] {
        assert_eq!(bench.submit(network_form(transaction(), sidecar)), Err(PoolError::BlobProof(0)));
    }
    let bench = self::bench(Some(CELLS));
    let mut swapped = cells();
    swapped.cell_proofs.swap(3, 4);
    assert_eq!(bench.submit(network_form(transaction(), swapped)), Err(PoolError::BlobProof(0)));
}

#[test]
fn what_does_not_fit_together_is_refused_before_any_proof() {
    let bench = bench(Some(ONE));
    let mut short = whole();
    short.proofs.clear();
    let with = |hashes: Vec<B256>| TxEip4844 { blob_versioned_hashes: hashes, ..transaction() };
    let hash = transaction().blob_versioned_hashes[0];
    for (raw, error) in [
        (network_form(transaction(), cells()), PoolError::SidecarVersion { want: 0, got: 1 }),
        (network_form(transaction(), short), PoolError::SidecarLength { have: 0, want: 1 }),
        (network_form(with(vec![]), whole()), PoolError::NoBlobs),
        (network_form(with(vec![hash; 2]), whole()), PoolError::TooManyBlobs { limit: 1, have: 2 }),
        (network_form(with(vec![B256::ZERO]), whole()), PoolError::BlobHash(0)),
        (network_form(TxEip4844 { max_fee_per_blob_gas: 0, ..transaction() }, whole()), PoolError::NoBlobFee),
        (block_form(transaction()), PoolError::NoSidecar),
    ] {
        assert_eq!(bench.submit(raw), Err(error));
    }
    let long = bench.submit(vec![3; 400_000].into()).unwrap_err();
    assert!(matches!(long, PoolError::Oversized { .. }), "{long}");
    assert!(matches!(bench.submit(vec![3; 4].into()), Err(PoolError::Decode(_))));
    let mut dear = transaction();
    dear.max_fee_per_blob_gas = 1_000_000;
    let dear = bench.submit(network_form(dear, whole())).unwrap_err();
    assert!(matches!(dear, PoolError::InsufficientFunds { .. }), "{dear}");
}

#[test]
fn a_consortium_takes_none() {
    let bench = bench(None);
    assert_eq!(bench.submit(network_form(transaction(), whole())), Err(PoolError::Blob));
}
