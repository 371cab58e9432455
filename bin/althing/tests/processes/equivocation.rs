//! A validator's conflicting votes, reported by a member with `althing member report`.

use crate::support::{Althing, Finished, Rpc, run};
use alloy_sol_types::SolCall;
use althing_consensus_core::scheme;
use althing_contracts::{INodes, NODES};
use althing_primitives::{B256, Bytes, U256, hex};
use curve25519_dalek::{EdwardsPoint, Scalar, scalar::clamp_integer};
use serde_json::{Value, json};
use sha2::{Digest, Sha512};
use std::{fs, path::Path};

/// Of the first published account, the member of a development chain.
const MEMBER: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/// Published: of the one validator of every development chain (RFC 8032, section 7.1, test 1).
const VALIDATOR: [u8; 32] = hex!("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

/// Ed25519, as RFC 8032 says.
struct Validator {
    scalar: Scalar,
    prefix: [u8; 32],
    public_key: B256,
}

impl Validator {
    fn new(secret: [u8; 32]) -> Self {
        let hash: [u8; 64] = Sha512::digest(secret).into();
        let (low, prefix) = (hash[..32].try_into().unwrap(), hash[32..].try_into().unwrap());
        let scalar = Scalar::from_bytes_mod_order(clamp_integer(low));
        Self { scalar, prefix, public_key: B256::new(EdwardsPoint::mul_base(&scalar).compress().0) }
    }

    fn sign(&self, message: &[u8]) -> Bytes {
        let reduced = |parts: [&[u8]; 3]| {
            let hash = Sha512::new().chain_update(parts[0]).chain_update(parts[1]).chain_update(parts[2]).finalize();
            Scalar::from_bytes_mod_order_wide(&hash.into())
        };
        let nonce = reduced([&self.prefix, message, &[]]);
        let point = EdwardsPoint::mul_base(&nonce).compress().0;
        let proof = nonce + reduced([&point, &self.public_key[..], message]) * self.scalar;
        [point, proof.to_bytes()].concat().into()
    }

    /// A vote to notarize a block in view 9 of epoch 3.
    fn notarize(&self, genesis: B256, block: u8) -> (Bytes, Bytes) {
        let namespace = [&scheme::namespace(930_930, genesis)[..], b"_NOTARIZE"].concat();
        let length = u8::try_from(namespace.len()).unwrap();
        let message = [&[length], &namespace[..], &[3, 9, 8], &[block; 32]].concat();
        let signature = self.sign(&message);
        (message.into(), signature)
    }

    /// What a node's `althing_getEquivocations` would answer, in a file.
    fn equivocate(&self, genesis: B256, file: &Path) {
        let ((one, by), (other, also_by)) = (self.notarize(genesis, 1), self.notarize(genesis, 2));
        let proof = json!({
            "publicKey": self.public_key,
            "firstMessage": one, "firstSignature": by, "secondMessage": other, "secondSignature": also_by,
        });
        fs::write(file, json!([proof]).to_string()).unwrap();
    }
}

fn report(rpc: &Rpc, evidence: &[&str]) -> Finished {
    let url = format!("http://{}", rpc.0);
    run(&[&["member", "report", "--rpc", &url, "--private-key", MEMBER], evidence].concat())
}

/// How often the validator was reported.
fn reported(rpc: &Rpc, validator: &Validator) -> Value {
    let input = Bytes::from(INodes::equivocationsCall { publicKey: validator.public_key }.abi_encode());
    rpc.get("eth_call", json!([{"to": NODES, "input": input}, "latest"]))
}

#[test]
fn a_member_reports_conflicting_votes_of_this_network_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(&dir.path().join("node"), &[]);
    let rpc = node.rpc();
    let (validator, file) = (Validator::new(VALIDATOR), dir.path().join("evidence.json"));
    let evidence = ["--evidence", file.to_str().unwrap()];
    let genesis: B256 = rpc.block(0)["hash"].as_str().unwrap().parse().unwrap();

    let honest = report(&rpc, &[]);
    assert_eq!((honest.code, honest.output.as_str()), (Some(0), ""), "{}", honest.talk);
    assert!(honest.talk.contains("no validator was seen to sign conflicting votes"), "{}", honest.talk);

    // The same key on another network, with the same chain id.
    validator.equivocate(B256::repeat_byte(7), &file);
    let foreign = report(&rpc, &evidence);
    assert_eq!(foreign.code, Some(1), "{}", foreign.output);
    assert!(foreign.talk.contains("EvidenceNotValid"), "{}", foreign.talk);
    assert_eq!(reported(&rpc, &validator), json!(B256::ZERO));

    validator.equivocate(genesis, &file);
    let accepted = report(&rpc, &evidence);
    assert_eq!(accepted.code, Some(0), "{}", accepted.talk);
    assert!(accepted.output.contains("EquivocationReported"), "{}", accepted.output);
    assert_eq!(reported(&rpc, &validator), json!(B256::from(U256::from(1))));

    let again = report(&rpc, &evidence);
    assert_eq!((again.code, again.output.as_str()), (Some(0), ""), "{}", again.talk);
    assert!(again.talk.contains("reported before"), "{}", again.talk);
    assert_eq!(node.stop().code, Some(0));
}
