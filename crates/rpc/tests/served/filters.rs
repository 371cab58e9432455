use crate::{
    code::{LOGGER, words},
    rig::{Rig, address, constructor, eip1559, transfer},
};
use althing_chainspec::Genesis;
use althing_primitives::{B256, U256};
use serde_json::json;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_block_filter_reports_each_block_once() {
    let rig = Rig::dev().await;
    rig.mine().await;
    let id = rig.call("eth_newBlockFilter", json!([])).await;
    // A quantity: leading zeros are left out.
    assert!((20..=34).contains(&id.as_str().unwrap().len()) && !id.as_str().unwrap().starts_with("0x0"), "{id}");
    assert_eq!(rig.call("eth_getFilterChanges", json!([id])).await, json!([]));
    let hashes = [rig.mine().await.block.hash(), rig.mine().await.block.hash()];
    assert_eq!(rig.call("eth_getFilterChanges", json!([id])).await, json!(hashes));
    assert_eq!(rig.call("eth_getFilterChanges", json!([id])).await, json!([]));
}

#[tokio::test]
async fn a_log_filter_reports_new_logs_and_all_of_them() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&LOGGER)).await;
    let emit = |nonce, topic| eip1559(&rig.spec, 0, nonce, contract.into(), U256::ZERO, words(topic, 0));
    rig.submit(&emit(1, 1)).await;
    rig.mine().await;
    let topics = [[B256::with_last_byte(1), B256::with_last_byte(2)]];
    let id = rig.call("eth_newFilter", json!([{"fromBlock": "0x0", "address": contract, "topics": topics}])).await;
    rig.submit(&emit(2, 2)).await;
    rig.submit(&emit(3, 3)).await;
    rig.mine().await;
    let new = rig.call("eth_getFilterChanges", json!([id])).await;
    assert_eq!(new.as_array().unwrap().len(), 1);
    assert_eq!(new[0]["topics"], json!([B256::with_last_byte(2)]));
    assert_eq!(rig.call("eth_getFilterChanges", json!([id])).await, json!([]));
    assert_eq!(rig.call("eth_getFilterLogs", json!([id])).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_pending_filter_reports_hashes() {
    let rig = Rig::dev().await;
    let id = rig.call("eth_newPendingTransactionFilter", json!([])).await;
    let hash = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    let mut changes = json!([]);
    while changes == json!([]) {
        changes = rig.call("eth_getFilterChanges", json!([id])).await;
    }
    assert_eq!(changes, json!([hash]));
    assert_eq!(rig.refused("eth_getFilterLogs", json!([id])).await, (-32000, "filter not found".into()));
}

#[tokio::test]
async fn filters_end_when_dropped_or_forgotten() {
    let rig = Rig::dev().await;
    let dropped = rig.call("eth_newBlockFilter", json!([])).await;
    assert_eq!(rig.call("eth_uninstallFilter", json!([dropped])).await, true);
    assert_eq!(rig.call("eth_uninstallFilter", json!([dropped])).await, false);
    let forgotten = rig.call("eth_newBlockFilter", json!([])).await;
    rig.clock_ms.fetch_add(300_000, Ordering::Relaxed);
    for id in [dropped, forgotten, json!("0x1")] {
        assert_eq!(rig.refused("eth_getFilterChanges", json!([id])).await, (-32000, "filter not found".into()));
    }
}

#[tokio::test]
async fn filters_are_counted() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.filters = 2).await;
    for _ in 0..2 {
        rig.call("eth_newBlockFilter", json!([])).await;
    }
    assert_eq!(rig.refused("eth_newBlockFilter", json!([])).await, (-32005, "too many filters, at most 2".into()));
}
