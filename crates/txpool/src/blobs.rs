//! Blob transactions (EIP-4844, EIP-7594): the network form, and the proofs of what it carries.

use crate::{BlobRules, PoolError};
use althing_primitives::{
    Transaction, TransactionExt,
    consensus::{EthereumTxEnvelope, Signed, TxEip4844WithSidecar},
    eips::{
        Decodable2718, Encodable2718,
        eip4844::{BYTES_PER_BLOB, kzg_to_versioned_hash},
        eip7594::{BlobTransactionSidecarVariant, CELLS_PER_EXT_BLOB},
    },
};
use c_kzg::{Blob, Bytes48, KzgSettings};

/// A commitment or a proof, and its RLP header.
const POINT_BYTES: usize = 49;
/// What is precomputed from the trusted setup: as the EVM's own precompile has it, so that one copy
/// serves both.
const PRECOMPUTE: u64 = 8;

type NetworkForm = EthereumTxEnvelope<TxEip4844WithSidecar<BlobTransactionSidecarVariant>>;

/// Bytes a sidecar may have by the rules.
pub(crate) fn sidecar_bytes_max(rules: BlobRules) -> usize {
    let blob = BYTES_PER_BLOB + POINT_BYTES * (1 + CELLS_PER_EXT_BLOB);
    usize::try_from(rules.transaction_max).unwrap_or(usize::MAX).saturating_mul(blob)
}

/// Splits the network form; checks everything but the proofs.
pub(crate) fn decode(raw: &[u8], rules: BlobRules) -> Result<(Transaction, BlobTransactionSidecarVariant), PoolError> {
    let form = NetworkForm::decode_2718_exact(raw).map_err(|error| {
        // The form of blocks: a good transaction that lacks its sidecar.
        let bare = Transaction::decode_2718_exact(raw).is_ok();
        if bare { PoolError::NoSidecar } else { PoolError::Decode(error.to_string()) }
    })?;
    if form.encoded_2718() != raw {
        return Err(PoolError::Decode("non-canonical encoding".into()));
    }
    let NetworkForm::Eip4844(signed) = form else { return Err(PoolError::Blob) };
    let (TxEip4844WithSidecar { tx, sidecar }, signature, _) = signed.into_parts();
    let tx = Transaction::Eip4844(Signed::new_unhashed(tx, signature));
    check(&tx, &sidecar, rules)?;
    Ok((tx, sidecar))
}

fn check(tx: &Transaction, sidecar: &BlobTransactionSidecarVariant, rules: BlobRules) -> Result<(), PoolError> {
    let hashes = tx.blob_versioned_hashes().unwrap_or_default();
    if hashes.is_empty() {
        return Err(PoolError::NoBlobs);
    }
    if hashes.len() as u64 > rules.transaction_max {
        return Err(PoolError::TooManyBlobs { limit: rules.transaction_max, have: hashes.len() });
    }
    if tx.max_fee_per_blob_gas() == Some(0) {
        return Err(PoolError::NoBlobFee);
    }
    let got = u8::from(sidecar.is_eip7594());
    if got != u8::from(rules.cells) {
        return Err(PoolError::SidecarVersion { want: rules.cells.into(), got });
    }
    let proofs_each = if rules.cells { CELLS_PER_EXT_BLOB } else { 1 };
    let lengths = [
        (sidecar.blobs().len(), hashes.len()),
        (sidecar.commitments().len(), hashes.len()),
        (proofs(sidecar).len(), hashes.len() * proofs_each),
    ];
    if let Some((have, want)) = lengths.into_iter().find(|(have, want)| have != want) {
        return Err(PoolError::SidecarLength { have, want });
    }
    let wrong = sidecar.commitments().iter().zip(hashes);
    match wrong.into_iter().position(|(commitment, hash)| kzg_to_versioned_hash(commitment.as_slice()) != *hash) {
        Some(index) => Err(PoolError::BlobHash(index)),
        None => Ok(()),
    }
}

fn proofs(sidecar: &BlobTransactionSidecarVariant) -> &[althing_primitives::alloy::FixedBytes<48>] {
    match sidecar {
        BlobTransactionSidecarVariant::Eip4844(sidecar) => &sidecar.proofs,
        BlobTransactionSidecarVariant::Eip7594(sidecar) => &sidecar.cell_proofs,
    }
}

/// Holds each blob against its commitment: some milliseconds each. Lengths are checked.
pub(crate) fn prove(sidecar: &BlobTransactionSidecarVariant) -> Result<(), PoolError> {
    let settings = c_kzg::ethereum_kzg_settings(PRECOMPUTE);
    let (blobs, proofs) = (sidecar.blobs(), proofs(sidecar));
    let each = proofs.len() / blobs.len().max(1);
    let parts = blobs.iter().zip(sidecar.commitments()).zip(proofs.chunks(each.max(1))).enumerate();
    for (index, ((blob, commitment), proofs)) in parts {
        let proofs: Vec<_> = proofs.iter().map(|proof| Bytes48::new(proof.0)).collect();
        let verified = match sidecar {
            BlobTransactionSidecarVariant::Eip4844(_) => whole(settings, &blob.0, commitment.0, &proofs),
            BlobTransactionSidecarVariant::Eip7594(_) => cells(settings, &blob.0, commitment.0, &proofs),
        };
        if !verified.unwrap_or(false) {
            return Err(PoolError::BlobProof(index));
        }
    }
    Ok(())
}

fn whole(settings: &KzgSettings, blob: &[u8], commitment: [u8; 48], proofs: &[Bytes48]) -> Result<bool, c_kzg::Error> {
    settings.verify_blob_kzg_proof_batch(&[Blob::from_bytes(blob)?], &[Bytes48::new(commitment)], proofs)
}

fn cells(settings: &KzgSettings, blob: &[u8], commitment: [u8; 48], proofs: &[Bytes48]) -> Result<bool, c_kzg::Error> {
    let cells = settings.compute_cells(&Blob::from_bytes(blob)?)?;
    let indices: Vec<u64> = (0..cells.len() as u64).collect();
    let commitments = vec![Bytes48::new(commitment); cells.len()];
    settings.verify_cell_kzg_proof_batch(&commitments, &indices, &*cells, proofs)
}
