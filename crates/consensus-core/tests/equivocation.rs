//! What the contract of nodes takes as proof is what simplex signs, and takes as an offence.

use althing_consensus_core::{
    Committee, SecretKey,
    scheme::{self, Digest, Scheme},
};
use althing_governance::equivocation;
use althing_primitives::{B256, hex, keccak256};
use commonware_codec::Encode;
use commonware_consensus::{
    simplex::types::{Finalize, Notarize, Nullify, Proposal},
    types::{Epoch, Round, View},
};
use commonware_utils::union_unique;

const CHAIN: u64 = 5;
const GENESIS: B256 = B256::repeat_byte(7);
const EPOCH: u64 = 300;

/// A signed message and its signature.
type Vote = (Vec<u8>, Vec<u8>);

struct Signer {
    scheme: Scheme,
    namespace: Vec<u8>,
    key: B256,
}

impl Signer {
    fn new(index: u8, genesis: B256) -> Self {
        let secret = SecretKey::new([index; 32]);
        let committee = Committee::new((1..=4).map(|index| SecretKey::new([index; 32]).public_key()).collect());
        let namespace = scheme::namespace(CHAIN, genesis);
        let participants = committee.expect("distinct keys").participants();
        let scheme = Scheme::signer(&namespace, participants, scheme::private(&secret)).expect("a member");
        Self { scheme, namespace, key: secret.public_key().into() }
    }

    /// What was signed, and the signature: the last 64 bytes of a vote on the wire.
    fn vote(&self, suffix: &str, subject: &impl Encode, vote: &impl Encode) -> Vote {
        let namespace = [&self.namespace, suffix.as_bytes()].concat();
        let wire = vote.encode();
        (union_unique(&namespace, &subject.encode()), wire[wire.len() - 64..].to_vec())
    }

    fn notarize(&self, view: u64, block: u8) -> Vote {
        let proposal = proposal(view, block);
        let vote: Notarize<Scheme, Digest> = Notarize::sign(&self.scheme, proposal.clone()).expect("it signs");
        self.vote("_NOTARIZE", &proposal, &vote)
    }

    fn finalize(&self, view: u64, block: u8) -> Vote {
        let proposal = proposal(view, block);
        let vote: Finalize<Scheme, Digest> = Finalize::sign(&self.scheme, proposal.clone()).expect("it signs");
        self.vote("_FINALIZE", &proposal, &vote)
    }

    fn nullify(&self, view: u64) -> Vote {
        let round = Round::new(Epoch::new(EPOCH), View::new(view));
        let vote = Nullify::sign::<Digest>(&self.scheme, round).expect("it signs");
        self.vote("_NULLIFY", &round, &vote)
    }

    fn proves(&self, first: &Vote, second: &Vote) -> Option<(u64, u64)> {
        let borrow = |vote: &'_ Vote| (vote.0.clone(), vote.1.clone());
        let (first, second) = (borrow(first), borrow(second));
        equivocation(&self.key, [(&first.0, &first.1), (&second.0, &second.1)], CHAIN, GENESIS)
    }
}

fn proposal(view: u64, block: u8) -> Proposal<Digest> {
    let round = Round::new(Epoch::new(EPOCH), View::new(view));
    Proposal::new(round, View::new(view - 1), scheme::digest(B256::repeat_byte(block)))
}

#[test]
fn conflicting_votes_of_one_view_are_a_proof() {
    let signer = Signer::new(1, GENESIS);
    let expected = Some((EPOCH, 1_000));
    let (one, other) = (signer.notarize(1_000, 1), signer.notarize(1_000, 2));
    assert_eq!(signer.proves(&one, &other), expected);
    assert_eq!(signer.proves(&other, &one), expected);
    assert_eq!(signer.proves(&signer.finalize(1_000, 1), &signer.finalize(1_000, 2)), expected);
    assert_eq!(signer.proves(&signer.finalize(1_000, 1), &signer.nullify(1_000)), expected);
    assert_eq!(signer.proves(&signer.nullify(1_000), &signer.finalize(1_000, 1)), expected);
}

#[test]
fn what_an_honest_validator_signs_is_none() {
    let signer = Signer::new(1, GENESIS);
    let notarize = signer.notarize(1_000, 1);
    for other in [
        signer.notarize(1_000, 1),
        signer.notarize(1_001, 2),
        signer.nullify(1_000),
        signer.finalize(1_000, 1),
        Signer::new(1, B256::repeat_byte(8)).notarize(1_000, 2),
        Signer::new(2, GENESIS).notarize(1_000, 2),
    ] {
        assert_eq!(signer.proves(&notarize, &other), None);
    }
}

#[test]
fn no_flipped_bit_of_a_proof_is_accepted() {
    let signer = Signer::new(1, GENESIS);
    let (first, second) = (signer.notarize(1_000, 1), signer.notarize(1_000, 2));
    for at in 0..first.0.len() + 64 {
        let mut flipped = first.clone();
        match at.checked_sub(first.0.len()) {
            None => flipped.0[at] ^= 1,
            Some(at) => flipped.1[at] ^= 1,
        }
        assert_eq!(signer.proves(&flipped, &second), None, "byte {at}");
    }
    let votes = [(&first.0[..], &first.1[..]), (&second.0, &second.1)];
    assert_eq!(equivocation(&signer.key, votes, CHAIN + 1, GENESIS), None);
    assert_eq!(equivocation(&signer.key, votes, CHAIN, B256::repeat_byte(8)), None, "another network's validators");
}

#[test]
fn the_signed_bytes_are_frozen() {
    let (message, signature) = Signer::new(1, GENESIS).notarize(1_000, 1);
    let expected = format!(
        "4a{}{}{}{}{}",
        "616c7468696e672f636f6e73656e7375732f766f74652f7631",
        "0000000000000005",
        "07".repeat(32),
        "5f4e4f544152495a45ac02e807e707",
        "01".repeat(32)
    );
    assert_eq!(hex::encode(&message), expected);
    let digest = "cb53aad452eb0f4b7cded9f1598ed9b5fb1061f155babe2c1fc01615150bdcdc";
    assert_eq!(hex::encode(keccak256([message, signature].concat())), digest);
}
