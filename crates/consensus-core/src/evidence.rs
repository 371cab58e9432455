//! Proof that a validator signed two conflicting votes, in plain bytes and plain Ed25519.
//!
//! ```text
//!   message   = varint(namespace length) ‖ namespace ‖ body          what the signature is over
//!   namespace = "althing/consensus/vote/v1" ‖ chain id, 8 bytes big-endian ‖ genesis hash, 32 bytes
//!               ‖ "_NOTARIZE" or "_NULLIFY" or "_FINALIZE"
//!   body      = varint(epoch) ‖ varint(view)                                        nullify
//!             | varint(epoch) ‖ varint(view) ‖ varint(parent view) ‖ block hash     notarize, finalize
//! ```
//!
//! A varint has seven bits a byte, the lowest first, and the top bit set in all bytes but the last.
//! Two votes of one key conflict where epoch and view are equal and they are two different
//! notarizes, two different finalizes, or a nullify and a finalize: no honest validator signs both.

use crate::{
    PublicKey,
    scheme::{self, Digest, Key, Scheme},
};
use althing_primitives::{B256, Bytes};
use commonware_codec::{Copying, DecodeExt, Encode, FixedSize, ReadExt};
use commonware_consensus::simplex::types::{Finalize, Notarize, Nullify};
use commonware_cryptography::{Verifier as _, certificate::Attestation, ed25519::Signature};
use commonware_utils::union_unique;

/// A vote as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedVote {
    /// What the signature is over.
    pub message: Bytes,
    /// Ed25519, 64 bytes.
    pub signature: Bytes,
}

/// Two conflicting votes of one validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Who signed both.
    pub validator: PublicKey,
    /// The vote that was seen first.
    pub first: SignedVote,
    /// The one that conflicts with it.
    pub second: SignedVote,
}

/// What a vote says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Its epoch.
    pub epoch: u64,
    /// Its view in the epoch.
    pub view: u64,
    /// For or against what.
    pub subject: Subject,
}

/// What a vote is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The block may be certified.
    Notarize(Choice),
    /// The view is given up.
    Nullify,
    /// The block is final.
    Finalize(Choice),
}

/// The block a vote is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// View of its parent.
    pub parent_view: u64,
    /// Its hash.
    pub hash: B256,
}

const NOTARIZE: &[u8] = b"_NOTARIZE";
const NULLIFY: &[u8] = b"_NULLIFY";
const FINALIZE: &[u8] = b"_FINALIZE";

/// Whether two votes of one validator prove that it is faulty.
pub fn conflict(first: &Vote, second: &Vote) -> bool {
    use Subject::{Finalize, Notarize, Nullify};
    let faulty = match (first.subject, second.subject) {
        (Notarize(first), Notarize(second)) | (Finalize(first), Finalize(second)) => first != second,
        (Nullify, Finalize(_)) | (Finalize(_), Nullify) => true,
        _ => false,
    };
    faulty && (first.epoch, first.view) == (second.epoch, second.view)
}

/// Reads what was signed back. `None` if it is no vote of the network whose `namespace` this is
/// ([`scheme::namespace`]).
pub fn read_vote(message: &[u8], namespace: &[u8]) -> Option<Vote> {
    [NOTARIZE, NULLIFY, FINALIZE].into_iter().find_map(|suffix| {
        let prefix = union_unique(&[namespace, suffix].concat(), &[]);
        read_body(message.strip_prefix(&prefix[..])?, suffix)
    })
}

fn read_body(mut body: &[u8], suffix: &[u8]) -> Option<Vote> {
    let (epoch, view) = (varint(&mut body)?, varint(&mut body)?);
    let mut choice = || {
        let parent_view = varint(&mut body)?;
        let (hash, rest) = body.split_first_chunk::<32>()?;
        body = rest;
        Some(Choice { parent_view, hash: B256::from(*hash) })
    };
    let subject = match suffix {
        NOTARIZE => Subject::Notarize(choice()?),
        FINALIZE => Subject::Finalize(choice()?),
        _ => Subject::Nullify,
    };
    body.is_empty().then_some(Vote { epoch, view, subject })
}

/// The shortest encoding only.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for index in 0..10 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        value |= part.checked_shl(7 * index).filter(|shifted| shifted >> (7 * index) == part)?;
        if byte & 0x80 == 0 {
            return (byte != 0 || index == 0).then_some(value);
        }
    }
    None
}

impl Evidence {
    /// Whether both signatures are the validator's and the votes conflict, on the network whose
    /// `namespace` this is ([`scheme::namespace`]).
    pub fn proves(&self, namespace: &[u8]) -> bool {
        let Some(key) = scheme::key(&self.validator) else { return false };
        let read = |vote: &SignedVote| read_vote(&vote.message, namespace);
        let votes = read(&self.first).zip(read(&self.second));
        votes.is_some_and(|(first, second)| conflict(&first, &second))
            && self.first.is_signed_by(&key)
            && self.second.is_signed_by(&key)
    }

    /// From the engine's encoding of two conflicting notarizes, one after the other. `None` if they
    /// prove nothing: the engine does not check signatures before it tells of a conflict.
    pub fn from_notarizes(validator: PublicKey, namespace: &[u8], conflict: &impl Encode) -> Option<Self> {
        let encoded = conflict.encode();
        let mut bytes = Copying(encoded.as_ref());
        let mut vote = || {
            let Notarize { proposal, attestation } = Notarize::<Scheme, Digest>::read(&mut bytes).ok()?;
            SignedVote::new(namespace, NOTARIZE, &proposal, &attestation)
        };
        Self { validator, first: vote()?, second: vote()? }.proven(namespace)
    }

    /// As [`Self::from_notarizes`], for two conflicting finalizes.
    pub fn from_finalizes(validator: PublicKey, namespace: &[u8], conflict: &impl Encode) -> Option<Self> {
        let encoded = conflict.encode();
        let mut bytes = Copying(encoded.as_ref());
        let mut vote = || {
            let Finalize { proposal, attestation } = Finalize::<Scheme, Digest>::read(&mut bytes).ok()?;
            SignedVote::new(namespace, FINALIZE, &proposal, &attestation)
        };
        Self { validator, first: vote()?, second: vote()? }.proven(namespace)
    }

    /// As [`Self::from_notarizes`], for a nullify and a finalize.
    pub fn from_nullify_finalize(validator: PublicKey, namespace: &[u8], conflict: &impl Encode) -> Option<Self> {
        let encoded = conflict.encode();
        let mut bytes = Copying(encoded.as_ref());
        let nullify = Nullify::<Scheme>::read(&mut bytes).ok()?;
        let finalize = Finalize::<Scheme, Digest>::read(&mut bytes).ok()?;
        let first = SignedVote::new(namespace, NULLIFY, &nullify.round, &nullify.attestation)?;
        let second = SignedVote::new(namespace, FINALIZE, &finalize.proposal, &finalize.attestation)?;
        Self { validator, first, second }.proven(namespace)
    }

    fn proven(self, namespace: &[u8]) -> Option<Self> {
        self.proves(namespace).then_some(self)
    }
}

impl SignedVote {
    fn new(namespace: &[u8], suffix: &[u8], body: &impl Encode, attestation: &Attestation<Scheme>) -> Option<Self> {
        let signature = attestation.signature.get()?;
        let message = union_unique(&[namespace, suffix].concat(), &body.encode());
        Some(Self { message: message.into(), signature: signature.encode().to_vec().into() })
    }

    /// The engine signs a namespace and a body; which is which is told by the message itself.
    fn is_signed_by(&self, key: &Key) -> bool {
        let mut rest = &self.message[..];
        let split = varint(&mut rest).and_then(|length| rest.split_at_checked(usize::try_from(length).ok()?));
        let signature = (self.signature.len() == Signature::SIZE)
            .then(|| Signature::decode(Copying(self.signature.as_ref())).ok())
            .flatten();
        split.zip(signature).is_some_and(|((namespace, body), signature)| key.verify(namespace, body, &signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Committee, SecretKey};
    use commonware_consensus::{
        simplex::types::{ConflictingFinalize, ConflictingNotarize, NullifyFinalize, Proposal},
        types::{Epoch, Round, View},
    };

    const GENESIS: B256 = B256::repeat_byte(7);
    const CHAIN_ID: u64 = 5;

    fn secret(index: u8) -> SecretKey {
        SecretKey::new([index; 32])
    }

    fn signer() -> Scheme {
        let committee =
            Committee::new((1..5).map(|index| secret(index).public_key()).collect()).expect("distinct keys");
        Scheme::signer(&namespace(), committee.participants(), scheme::private(&secret(2))).expect("a member")
    }

    fn namespace() -> Vec<u8> {
        scheme::namespace(CHAIN_ID, GENESIS)
    }

    fn round(view: u64) -> Round {
        Round::new(Epoch::new(300), View::new(view))
    }

    fn proposal(view: u64, block: u8) -> Proposal<Digest> {
        Proposal::new(round(view), View::new(view - 1), scheme::digest(B256::repeat_byte(block)))
    }

    fn notarize(view: u64, block: u8) -> Notarize<Scheme, Digest> {
        Notarize::sign(&signer(), proposal(view, block)).expect("it signs")
    }

    fn finalize(view: u64, block: u8) -> Finalize<Scheme, Digest> {
        Finalize::sign(&signer(), proposal(view, block)).expect("it signs")
    }

    /// One of each kind, from the engine's own votes and conflicts.
    fn conflicts() -> [Evidence; 3] {
        let (validator, namespace) = (secret(2).public_key(), namespace());
        let notarizes = ConflictingNotarize::new(notarize(9, 1), notarize(9, 2));
        let finalizes = ConflictingFinalize::new(finalize(200, 1), finalize(200, 2));
        let nullify = Nullify::sign::<Digest>(&signer(), round(7)).expect("it signs");
        let both = NullifyFinalize::new(nullify, finalize(7, 1));
        [
            Evidence::from_notarizes(validator, &namespace, &notarizes).expect("two notarizes"),
            Evidence::from_finalizes(validator, &namespace, &finalizes).expect("two finalizes"),
            Evidence::from_nullify_finalize(validator, &namespace, &both).expect("a nullify and a finalize"),
        ]
    }

    #[test]
    fn conflicting_votes_prove_a_fault_on_their_network_only() {
        for evidence in conflicts() {
            assert!(evidence.proves(&namespace()), "{evidence:?}");
            assert!(!evidence.proves(&scheme::namespace(CHAIN_ID + 1, GENESIS)));
            assert!(!evidence.proves(&scheme::namespace(CHAIN_ID, B256::ZERO)));
            let other = Evidence { validator: secret(3).public_key(), ..evidence.clone() };
            assert!(!other.proves(&namespace()), "another validator's");
            let twice = Evidence { second: evidence.first.clone(), ..evidence };
            assert!(!twice.proves(&namespace()), "one vote twice");
        }
    }

    #[test]
    fn what_is_signed_is_told_from_the_bytes() {
        let [notarizes, finalizes, both] = conflicts();
        let read = |vote: &SignedVote| read_vote(&vote.message, &namespace()).expect("a vote");
        let choice = |view: u64, block| Choice { parent_view: view - 1, hash: B256::repeat_byte(block) };
        let vote = |view, subject| Vote { epoch: 300, view, subject };
        assert_eq!(read(&notarizes.first), vote(9, Subject::Notarize(choice(9, 1))));
        assert_eq!(read(&finalizes.second), vote(200, Subject::Finalize(choice(200, 2))));
        assert_eq!(read(&both.first), vote(7, Subject::Nullify));
    }

    #[test]
    fn a_conflict_with_a_forged_signature_is_no_evidence() {
        let mut forged = notarize(9, 2);
        forged.attestation = notarize(9, 3).attestation;
        let conflict = ConflictingNotarize::new(notarize(9, 1), forged);
        assert_eq!(Evidence::from_notarizes(secret(2).public_key(), &namespace(), &conflict), None);
    }

    #[test]
    fn votes_that_an_honest_validator_casts_prove_nothing() {
        let validator = secret(2).public_key();
        let signed = |suffix, body: &Proposal<Digest>, attestation| {
            SignedVote::new(&namespace(), suffix, body, &attestation).expect("signed")
        };
        let first = signed(NOTARIZE, &proposal(9, 1), notarize(9, 1).attestation);
        let finalized = signed(FINALIZE, &proposal(9, 1), finalize(9, 1).attestation);
        let later = signed(NOTARIZE, &proposal(10, 2), notarize(10, 2).attestation);
        for second in [finalized, later] {
            assert!(!Evidence { validator, first: first.clone(), second }.proves(&namespace()));
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        for evidence in conflicts() {
            for at in 0..evidence.first.message.len() {
                let mut message = evidence.first.message.to_vec();
                message[at] ^= 1;
                let first = SignedVote { message: message.into(), ..evidence.first.clone() };
                assert!(!Evidence { first, ..evidence.clone() }.proves(&namespace()), "byte {at}");
            }
            for length in 0..64 {
                let signature = evidence.first.signature.slice(..length);
                let first = SignedVote { signature, ..evidence.first.clone() };
                assert!(!Evidence { first, ..evidence.clone() }.proves(&namespace()), "{length} bytes");
            }
        }
    }

    #[test]
    fn varints_are_the_engines_own_and_the_shortest_only() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let encoded = Epoch::new(value).encode();
            let mut bytes = encoded.as_ref();
            assert_eq!((varint(&mut bytes), bytes.len()), (Some(value), 0));
        }
        for bad in
            [&[][..], &[0x80], &[0x80, 0], &[0xff; 10], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]]
        {
            assert_eq!(varint(&mut &*bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_signed_bytes_are_frozen() {
        let message = &conflicts()[0].first.message;
        let expected = format!(
            "4a{}{}{}{}{}{}{}",
            "616c7468696e672f636f6e73656e7375732f766f74652f7631",
            "0000000000000005",
            "07".repeat(32),
            "5f4e4f544152495a45",
            "ac02", // epoch 300
            "0908", // view 9, parent view 8
            "01".repeat(32),
        );
        assert_eq!(althing_primitives::hex::encode(message), expected);
    }
}
