use crate::{
    code::{STORE, words},
    rig::{Rig, address, constructor, eip1559, transfer},
};
use alloy_trie::{Nibbles, proof::verify_proof};
use althing_primitives::{Address, B256, Bytes, U256, keccak256, rlp};
use serde_json::json;

const RICHES: &str = "0x21e19e0c9bab2400000";

#[tokio::test]
async fn balances_and_nonces_are_those_of_the_block_asked_for() {
    let rig = Rig::dev().await;
    let to = Address::repeat_byte(7);
    rig.submit(&transfer(&rig.spec, 0, 0, to)).await;
    let one = rig.mine().await;
    rig.submit(&transfer(&rig.spec, 0, 1, to)).await;
    rig.mine().await;
    let ether = "0xde0b6b3a7640000";
    let hash = one.block.hash();
    for (block, balance, nonce) in [
        (json!("earliest"), "0x0", "0x0"),
        (json!("0x1"), ether, "0x1"),
        (json!(hash), ether, "0x1"),
        (json!({"blockNumber": "0x1"}), ether, "0x1"),
        (json!({"blockHash": hash, "requireCanonical": true}), ether, "0x1"),
        (json!("latest"), "0x1bc16d674ec80000", "0x2"),
        (json!("finalized"), "0x1bc16d674ec80000", "0x2"),
        (json!("pending"), "0x1bc16d674ec80000", "0x2"),
        (json!(null), "0x1bc16d674ec80000", "0x2"),
    ] {
        assert_eq!(rig.call("eth_getBalance", json!([to, block])).await, balance, "{block}");
        assert_eq!(rig.call("eth_getTransactionCount", json!([address(0), block])).await, nonce, "{block}");
    }
    assert_eq!(rig.call("eth_getBalance", json!([address(0), "earliest"])).await, RICHES);
}

#[tokio::test]
async fn the_pending_nonce_counts_the_pool() {
    let rig = Rig::dev().await;
    rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    rig.submit(&transfer(&rig.spec, 0, 1, address(1))).await;
    assert_eq!(rig.call("eth_getTransactionCount", json!([address(0), "latest"])).await, "0x0");
    assert_eq!(rig.call("eth_getTransactionCount", json!([address(0), "pending"])).await, "0x2");
}

#[tokio::test]
async fn code_and_storage_are_read_back() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    rig.submit(&eip1559(&rig.spec, 0, 1, contract.into(), U256::ZERO, words(42, 0))).await;
    rig.mine().await;
    assert_eq!(rig.call("eth_getCode", json!([contract])).await, json!(Bytes::from(STORE)));
    assert_eq!(rig.call("eth_getCode", json!([contract, "0x0"])).await, "0x");
    for slot in ["0x0", "0x00", "0", &B256::ZERO.to_string()] {
        let value = rig.call("eth_getStorageAt", json!([contract, slot, "latest"])).await;
        assert_eq!(value, json!(B256::with_last_byte(42)), "{slot}");
    }
    assert_eq!(rig.call("eth_getStorageAt", json!([contract, "0x0", "0x1"])).await, json!(B256::ZERO));
    assert_eq!(rig.refused("eth_getStorageAt", json!([contract, "0xasdf"])).await.0, -32602);
}

#[tokio::test]
async fn an_account_is_read_in_one_call() {
    let rig = Rig::dev().await;
    let info = rig.call("eth_getAccountInfo", json!([address(0), "latest"])).await;
    assert_eq!(info, json!({"balance": RICHES, "nonce": "0x0", "code": "0x"}));
    let leaf = rig.call("eth_getAccount", json!([address(0), "latest"])).await;
    assert_eq!(leaf["codeHash"], json!(keccak256([])));
    assert_eq!(rig.call("eth_getAccount", json!([Address::repeat_byte(9), "latest"])).await, json!(null));
}

#[tokio::test]
async fn blocks_that_are_not_there_have_no_state() {
    let rig = Rig::dev().await;
    let beyond = rig.refused("eth_getBalance", json!([address(0), "0x1"])).await;
    assert_eq!(beyond, (-32000, "header not found".into()));
    let unknown = rig.refused("eth_getBalance", json!([address(0), B256::repeat_byte(1)])).await;
    assert_eq!(unknown, (-32000, "header for hash not found".into()));
    let malformed = rig.refused("eth_getBalance", json!([address(0), "2"])).await;
    assert_eq!(malformed, (-32602, "invalid argument 1: hex string without 0x prefix".into()));
}

#[tokio::test]
async fn a_committed_block_is_not_shown_before_it_is_announced() {
    let rig = Rig::dev().await;
    let hash = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    let block = rig.commit_unannounced();
    assert_eq!(rig.call("eth_blockNumber", json!([])).await, "0x0");
    assert_eq!(rig.call("eth_getTransactionCount", json!([address(0), "latest"])).await, "0x0");
    assert_eq!(rig.call("eth_getBlockByHash", json!([block.block.hash(), false])).await, json!(null));
    assert_eq!(rig.call("eth_getTransactionReceipt", json!([hash])).await, json!(null));
    let waiting = rig.call("eth_getTransactionByHash", json!([hash])).await;
    assert_eq!((&waiting["hash"], &waiting["blockHash"]), (&json!(hash), &json!(null)));
    rig.announce(block).await;
    assert_eq!(rig.call("eth_getTransactionReceipt", json!([hash])).await["blockNumber"], "0x1");
}

#[tokio::test]
async fn proofs_lead_to_the_state_root() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    rig.submit(&eip1559(&rig.spec, 0, 1, contract.into(), U256::ZERO, words(42, 0))).await;
    let block = rig.mine().await;
    let proof = rig.call("eth_getProof", json!([contract, ["0x0", B256::ZERO], "latest"])).await;
    let nodes: Vec<Bytes> = serde_json::from_value(proof["accountProof"].clone()).unwrap();
    let leaf = alloy_trie::TrieAccount {
        nonce: 1,
        balance: U256::ZERO,
        storage_root: serde_json::from_value(proof["storageHash"].clone()).unwrap(),
        code_hash: keccak256(STORE),
    };
    let key = Nibbles::unpack(keccak256(contract));
    verify_proof(block.block.header.state_root, key, Some(rlp::encode(leaf)), &nodes).unwrap();
    assert_eq!(
        (&proof["storageProof"][0]["key"], &proof["storageProof"][1]["key"]),
        (&json!("0x0"), &json!(B256::ZERO))
    );
    assert_eq!(proof["storageProof"][0]["value"], "0x2a");
    let many = vec!["0x0"; 1025];
    assert_eq!(rig.refused("eth_getProof", json!([contract, many, "latest"])).await.0, -32602);
}
