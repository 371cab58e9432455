use crate::{
    code::{STORE, words},
    rig::{Rig, address, constructor, eip1559},
};
use althing_chainspec::{Genesis, GenesisAccount};
use althing_primitives::{Address, B256, U256, keccak256};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const STORING: Address = Address::repeat_byte(0x5a);

/// The development chain with an account of twenty slots.
fn storing() -> Genesis {
    let mut genesis = Genesis::dev();
    let storage = (1..=20u64).map(|n| (U256::from(n), U256::from(n * n))).collect();
    genesis.alloc.insert(STORING, GenesisAccount { nonce: 1, storage, ..Default::default() });
    genesis
}

#[tokio::test]
async fn storage_is_read_page_by_page() {
    let rig = Rig::with(storing(), |_| {}).await;
    rig.mine().await;
    let (mut found, mut next, mut pages) = (BTreeMap::new(), json!("0x"), 0);
    while !next.is_null() {
        let page = rig.call("debug_storageRangeAt", json!(["0x1", 0, STORING, next, 7])).await;
        for (key, entry) in page["storage"].as_object().unwrap() {
            found.insert(key.clone(), entry.clone());
        }
        next = page["nextKey"].clone();
        pages += 1;
    }
    assert_eq!((found.len(), pages), (20, 3));
    for n in 1..=20u64 {
        let slot = B256::from(U256::from(n));
        let entry = json!({"key": slot, "value": B256::from(U256::from(n * n))});
        assert_eq!(found[&keccak256(slot).to_string()], entry);
    }
}

#[tokio::test]
async fn storage_is_that_between_two_transactions() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&STORE)).await;
    for (nonce, value) in [(1, 42), (2, 0)] {
        rig.submit(&eip1559(&rig.spec, 0, nonce, contract.into(), U256::ZERO, words(value, 0))).await;
    }
    let hash = rig.mine().await.block.hash();
    let empty = json!({"storage": null, "nextKey": null});
    assert_eq!(rig.call("debug_storageRangeAt", json!([hash, 0, contract, "0x", 10])).await, empty);
    let between = rig.call("debug_storageRangeAt", json!([hash, 1, contract, "0x", 10])).await;
    let entry = json!({"key": B256::ZERO, "value": B256::with_last_byte(42)});
    assert_eq!(between, json!({"storage": {keccak256(B256::ZERO).to_string(): entry}, "nextKey": null}));
    let cut = rig.call("debug_storageRangeAt", json!([hash, 1, contract, "0x", 0])).await;
    assert_eq!(cut, json!({"storage": {}, "nextKey": keccak256(B256::ZERO)}));
    let after = rig.mine().await.block.hash();
    assert_eq!(rig.call("debug_storageRangeAt", json!([after, 0, contract, "0x", 10])).await, empty);
    for (params, code) in [
        (json!([hash, 2, contract, "0x", 10]), -32000),
        (json!(["0x0", 0, contract, "0x", 10]), -32000),
        (json!([B256::ZERO, 0, contract, "0x", 10]), -32000),
        (json!([hash, 0, contract, B256::ZERO.to_string() + "00", 10]), -32602),
        (json!([hash, -1, contract, "0x", 10]), -32602),
        (json!([hash, 0]), -32602),
    ] {
        assert_eq!(rig.refused("debug_storageRangeAt", params.clone()).await.0, code, "{params}");
    }
}

#[tokio::test]
async fn accounts_are_read_page_by_page() {
    let rig = Rig::with(storing(), |_| {}).await;
    let (mut found, mut next): (BTreeMap<String, Value>, _) = (BTreeMap::new(), json!("0x"));
    while !next.is_null() {
        let page = rig.call("debug_accountRange", json!(["0x0", next, 3, false, false, false])).await;
        assert_eq!(format!("0x{}", page["root"].as_str().unwrap()), rig.spec.genesis().header.state_root.to_string());
        let accounts = page["accounts"].as_object().unwrap();
        assert!(accounts.len() <= 3);
        found.extend(accounts.clone());
        next = page["next"].clone();
    }
    let wanted: BTreeSet<_> = rig.spec.alloc().keys().map(|address| address.to_checksum(None)).collect();
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), wanted);
    let rich = &found[&address(0).to_checksum(None)];
    assert_eq!((&rich["balance"], &rich["nonce"]), (&json!("10000000000000000000000"), &json!(0)));
    let storing = &found[&STORING.to_checksum(None)];
    assert_eq!(storing["storage"][B256::with_last_byte(16).to_string()], "0100");
    assert_eq!(storing["storage"].as_object().unwrap().len(), 20);
    let bare = rig.call("debug_accountRange", json!(["latest", keccak256(STORING), 1, true, true])).await;
    assert!(bare["accounts"][STORING.to_checksum(None)].get("storage").is_none());
}
