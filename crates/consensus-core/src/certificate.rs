//! Certificates as the ledger keeps them.

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
pub fn from_finalization(number: u64, finalization: &Finalization) -> Certificate {
    Certificate {
        number,
        hash: scheme::hash(&finalization.proposal.payload),
        epoch: finalization.epoch().get(),
        view: finalization.view().get(),
        bytes: finalization.encode().into(),
    }
}

/// Reads the ledger's form back. `None` if the bytes are none.
pub fn to_finalization(certificate: &Certificate) -> Option<Finalization> {
    let codec = Scheme::certificate_codec_config_unbounded();
    Finalization::decode_cfg(Copying(certificate.bytes.as_ref()), &codec).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;
    use commonware_consensus::{
        simplex::types::{Finalize, Proposal},
        types::{Epoch, Round, View},
    };
    use commonware_utils::non_empty;

    const GENESIS: B256 = B256::repeat_byte(7);

    fn secret(index: u8) -> SecretKey {
        SecretKey::new([index; 32])
    }

    fn committee(first: u8) -> Committee {
        Committee::new((first..first + 4).map(|index| secret(index).public_key()).collect()).expect("distinct keys")
    }

    /// Signed by this many of validators 1 to 4.
    fn certificate(signers: u8) -> Certificate {
        let namespace = scheme::namespace(5, GENESIS);
        let participants = committee(1).participants();
        let sign = |index| Scheme::signer(&namespace, participants.clone(), scheme::private(&secret(index)));
        let schemes: Vec<Scheme> = (1..=signers).map(|index| sign(index).expect("a member")).collect();
        let round = Round::new(Epoch::new(2), View::new(9));
        let proposal = Proposal::new(round, View::new(8), scheme::digest(B256::repeat_byte(3)));
        let votes: Vec<_> =
            schemes.iter().map(|scheme| Finalize::sign(scheme, proposal.clone()).expect("it signs")).collect();
        let finalization =
            Finalization::from_finalizes(&schemes[0], non_empty![@&votes], &Sequential).expect("votes for one block");
        from_finalization(1, &finalization)
    }

    #[test]
    fn a_quorum_on_this_chain_is_accepted() {
        let certificate = certificate(3);
        assert_eq!((certificate.epoch, certificate.view, certificate.hash), (2, 9, B256::repeat_byte(3)));
        assert!(verify_certificate(&certificate, &committee(1), 5, GENESIS));
        assert_eq!(from_finalization(1, &to_finalization(&certificate).expect("decodes")), certificate);
    }

    #[test]
    fn another_committee_chain_or_block_is_refused() {
        let good = certificate(3);
        assert!(!verify_certificate(&good, &committee(2), 5, GENESIS));
        assert!(!verify_certificate(&good, &committee(1), 6, GENESIS));
        assert!(!verify_certificate(&good, &committee(1), 5, B256::ZERO));
        let other_block = Certificate { hash: B256::ZERO, ..good.clone() };
        assert!(!verify_certificate(&other_block, &committee(1), 5, GENESIS));
        let other_view = Certificate { view: 10, ..good.clone() };
        assert!(!verify_certificate(&other_view, &committee(1), 5, GENESIS));
        let longer = Certificate { bytes: [&good.bytes[..], &[0]].concat().into(), ..good };
        assert!(!verify_certificate(&longer, &committee(1), 5, GENESIS));
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let good = certificate(3);
        for at in 0..good.bytes.len() {
            let mut bytes = good.bytes.to_vec();
            bytes[at] ^= 1;
            let flipped = Certificate { bytes: bytes.into(), ..good.clone() };
            assert!(!verify_certificate(&flipped, &committee(1), 5, GENESIS), "byte {at}");
        }
    }

    #[test]
    fn what_votes_sign_is_frozen() {
        let expected = format!(
            "{}{}{}",
            "616c7468696e672f636f6e73656e7375732f766f74652f7631",
            "0000000000000005",
            "07".repeat(32)
        );
        assert_eq!(althing_primitives::hex::encode(scheme::namespace(5, GENESIS)), expected);
    }
}
