use crate::{
    Committee,
    scheme::{self, Finalization, Scheme},
};
use althing_primitives::{B256, Certificate};
use commonware_codec::{Copying, Decode, Encode};
use commonware_consensus::{Epochable, Viewable};
use commonware_cryptography::certificate::Verifier as _;
use commonware_parallel::Sequential;
use commonware_utils::sys_rng;

/// Checks that a quorum of the committee signed this certificate, on this chain, for this block.
pub fn verify_certificate(certificate: &Certificate, committee: &Committee, chain_id: u64, genesis_hash: B256) -> bool {
    let participants = committee.participants();
    if participants.len() != committee.validators().len() {
        return false;
    }
    let scheme = Scheme::verifier(&scheme::namespace(chain_id, genesis_hash), participants);
    let codec = scheme.certificate_codec_config();
    let Ok(finalization) = Finalization::decode_cfg(Copying(certificate.bytes.as_ref()), &codec) else {
        return false;
    };
    scheme::hash(&finalization.proposal.payload) == certificate.hash
        && finalization.epoch().get() == certificate.epoch
        && finalization.view().get() == certificate.view
        && finalization.verify(&mut sys_rng(), &scheme, &Sequential)
}

/// The ledger's form of a finalization.
pub(crate) fn from_finalization(number: u64, finalization: &Finalization) -> Certificate {
    Certificate {
        number,
        hash: scheme::hash(&finalization.proposal.payload),
        epoch: finalization.epoch().get(),
        view: finalization.view().get(),
        bytes: finalization.encode().into(),
    }
}

/// Reads the ledger's form back. `None` if the bytes are none.
pub(crate) fn to_finalization(certificate: &Certificate) -> Option<Finalization> {
    let codec = Scheme::certificate_codec_config_unbounded();
    Finalization::decode_cfg(Copying(certificate.bytes.as_ref()), &codec).ok()
}
