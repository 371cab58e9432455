//! Reports of double signing; `consensus-core` shows that simplex signs such messages.

use crate::chain::{Chain, error};
use althing_contracts::{INodes::*, NODES};
use althing_governance::{BlockContext, committee, epoch_change};
use althing_primitives::B256;
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};

fn secret(member: u64) -> Scalar {
    Scalar::from(1_000 + member)
}

fn public(member: u64) -> B256 {
    B256::new(EdwardsPoint::mul_base(&secret(member)).compress().0)
}

fn sign(member: u64, message: &[u8]) -> Vec<u8> {
    let nonce = Scalar::from(77u64);
    let point = EdwardsPoint::mul_base(&nonce).compress().0;
    let hash = Sha512::new().chain_update(point).chain_update(public(member)).chain_update(message).finalize();
    let proof = nonce + Scalar::from_bytes_mod_order_wide(&hash.into()) * secret(member);
    [point, proof.to_bytes()].concat()
}

/// A notarization of a block in epoch 3, as simplex signs it.
fn notarize(view: u8, block: u8) -> Vec<u8> {
    let network = [&b"althing/consensus/vote/v1"[..], &5u64.to_be_bytes(), &[7; 32]].concat();
    [&[74][..], &network, b"_NOTARIZE", &[3, view, view - 1], &[block; 32]].concat()
}

fn report(member: u64, first: &[u8], second: &[u8]) -> reportEquivocationCall {
    reportEquivocationCall {
        publicKey: public(member),
        firstMessage: first.to_vec().into(),
        firstSignature: sign(member, first).into(),
        secondMessage: second.to_vec().into(),
        secondSignature: sign(member, second).into(),
    }
}

/// A network with two validators more, whose secrets are known here.
fn chain() -> Chain {
    let mut chain = Chain::new();
    for member in [1, 2] {
        let host = "new:1".to_owned();
        let call = addValidatorCall { member: member as u32, publicKey: public(member), host };
        chain.decided(NODES, &call).unwrap();
    }
    chain.block.number = 20;
    chain
}

#[test]
fn a_proof_by_anybody_is_noted_once_and_suspends() {
    let mut chain = chain();
    let anybody = crate::chain::account(0x99);
    let proof = report(1, &notarize(9, 1), &notarize(9, 2));
    chain.call(anybody, NODES, &proof).unwrap();
    assert_eq!(chain.view(NODES, &equivocationsCall { publicKey: public(1) }), 1);
    assert!(chain.view(NODES, &nodeCall { publicKey: public(1) }).suspended);
    assert!(committee(&chain).unwrap().iter().all(|node| node.public_key != public(1)));
    assert_eq!(epoch_change(&chain).unwrap(), 20);
    let swapped = report(1, &notarize(9, 2), &notarize(9, 1));
    for again in [proof, swapped, report(1, &notarize(9, 1), &notarize(9, 3))] {
        assert_eq!(chain.call(anybody, NODES, &again).err().unwrap(), error(&EvidenceKnown {}));
    }
    chain.call(anybody, NODES, &report(1, &notarize(10, 1), &notarize(10, 2))).unwrap();
    assert_eq!(chain.view(NODES, &equivocationsCall { publicKey: public(1) }), 2);
}

#[test]
fn another_key_does_not_save_a_validator_from_what_the_old_one_signed() {
    let mut chain = chain();
    let operator = crate::chain::account(1);
    for (old, new) in [(1, 11), (11, 12)] {
        chain.call(operator, NODES, &rotateKeyCall { publicKey: public(old), newPublicKey: public(new) }).unwrap();
    }
    let anybody = crate::chain::account(0x99);
    chain.call(anybody, NODES, &report(1, &notarize(9, 1), &notarize(9, 2))).unwrap();
    let node = chain.view(NODES, &nodeCall { publicKey: public(12) });
    assert!(node.suspended);
    assert_eq!(chain.view(NODES, &equivocationsCall { publicKey: public(12) }), 1);
    chain.call(anybody, NODES, &report(11, &notarize(9, 1), &notarize(9, 2))).unwrap();
    assert_eq!(chain.view(NODES, &equivocationsCall { publicKey: public(12) }), 2);
}

#[test]
fn the_last_deciding_validator_is_not_suspended() {
    let mut chain = chain();
    for number in 1..=4 {
        chain.decided(NODES, &removeNodeCall { publicKey: crate::chain::key(number) }).unwrap();
    }
    let anybody = crate::chain::account(0x99);
    for member in [1, 2] {
        chain.call(anybody, NODES, &report(member, &notarize(9, 1), &notarize(9, 2))).unwrap();
    }
    assert!(chain.view(NODES, &nodeCall { publicKey: public(1) }).suspended);
    assert!(!chain.view(NODES, &nodeCall { publicKey: public(2) }).suspended, "the network would stop");
    assert_eq!(committee(&chain).unwrap().len(), 1);
}

#[test]
fn without_the_members_wish_it_is_only_noted() {
    let mut chain = chain();
    chain.decided(NODES, &setSuspendOnEquivocationCall { suspend: false }).unwrap();
    let anybody = crate::chain::account(0x99);
    chain.call(anybody, NODES, &report(2, &notarize(9, 1), &notarize(9, 2))).unwrap();
    let node = chain.view(NODES, &nodeCall { publicKey: public(2) });
    assert!(node.seat && !node.suspended);
    assert_eq!(chain.view(NODES, &equivocationsCall { publicKey: public(2) }), 1);
}

#[test]
fn votes_of_another_network_prove_nothing() {
    let mut chain = chain();
    let anybody = crate::chain::account(0x99);
    let proof = report(1, &notarize(9, 1), &notarize(9, 2));
    let here = chain.block;
    // The same validators under the same chain id, but another genesis; and the other way round.
    for elsewhere in [
        BlockContext { genesis_hash: B256::repeat_byte(8), ..here },
        BlockContext { genesis_hash: B256::ZERO, ..here },
        BlockContext { chain_id: here.chain_id + 1, ..here },
    ] {
        chain.block = elsewhere;
        assert_eq!(chain.call(anybody, NODES, &proof).err().unwrap(), error(&EvidenceNotValid {}));
    }
    chain.block = here;
    assert_eq!(chain.view(NODES, &equivocationsCall { publicKey: public(1) }), 0);
    chain.call(anybody, NODES, &proof).unwrap();
}

#[test]
fn what_proves_nothing_is_refused() {
    let mut chain = chain();
    let anybody = crate::chain::account(0x99);
    let good = report(1, &notarize(9, 1), &notarize(9, 2));
    let forged = reportEquivocationCall { publicKey: public(2), ..good.clone() };
    let short = reportEquivocationCall { firstSignature: good.firstSignature[..63].to_vec().into(), ..good.clone() };
    let same = report(1, &notarize(9, 1), &notarize(9, 1));
    let views = report(1, &notarize(9, 1), &notarize(10, 2));
    let free = report(1, b"anything", b"anything else");
    for bad in [forged, short, same, views, free] {
        assert_eq!(chain.call(anybody, NODES, &bad).err().unwrap(), error(&EvidenceNotValid {}));
    }
    let unknown = reportEquivocationCall { publicKey: public(3), ..good };
    let expected = error(&UnknownNode { publicKey: public(3) });
    assert_eq!(chain.call(anybody, NODES, &unknown).err().unwrap(), expected);
}
