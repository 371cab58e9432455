//! `althing_*`: what is ours alone.

use crate::json::{HeaderJson, quantity};
use crate::{
    arguments::Arguments,
    block_ref::BlockRef,
    chain::not_found,
    error::RpcError,
    methods::{Methods, Reads},
};
use althing_primitives::{B256, Bytes};
use serde::Serialize;

pub(crate) fn register(methods: &mut Methods) {
    methods.working("althing_getCertificate", 1, certificate);
    // At most one for each validator: an honest node signs no conflicting votes, and a proof is enough.
    methods.inline("althing_getEquivocations", 0, |api, _| Ok((api.equivocations)()));
}

/// A block's finality, for whoever knows the committee.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct CertificateJson {
    /// Height of the certified block: the one asked for, or the nearest later one.
    #[serde(serialize_with = "quantity")]
    number: u64,
    /// Its hash.
    hash: B256,
    /// Consensus epoch of the signatures.
    #[serde(serialize_with = "quantity")]
    epoch: u64,
    /// View of the signatures.
    #[serde(serialize_with = "quantity")]
    view: u64,
    /// The quorum's signatures, in the consensus engine's encoding.
    certificate: Bytes,
    /// Headers after the block asked for, up to the certified one, each naming the one before.
    headers: Vec<HeaderJson>,
}

/// `null` while no later block is certified, and on chains without consensus.
fn certificate(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<CertificateJson>, RpcError> {
    let block = arguments.optional()?.unwrap_or(BlockRef::Latest);
    let chain = &reads.api.chain;
    let number = chain.number(block).ok_or_else(|| not_found(block))?;
    let proof = chain.ledger().certificate_from(number).map_err(|_| RpcError::Internal("ledger: certificate"))?;
    Ok(proof.map(|proof| CertificateJson {
        number: proof.certificate.number,
        hash: proof.certificate.hash,
        epoch: proof.certificate.epoch,
        view: proof.certificate.view,
        certificate: proof.certificate.bytes,
        headers: proof.headers.iter().map(|header| HeaderJson::new(header, header.hash_slow())).collect(),
    }))
}
