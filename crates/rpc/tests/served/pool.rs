use crate::rig::{Rig, address, transfer};
use serde_json::json;

#[tokio::test]
async fn the_pool_shows_what_waits_and_what_cannot_run_yet() {
    let rig = Rig::dev().await;
    let ready = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    let gap = rig.submit(&transfer(&rig.spec, 0, 2, address(1))).await;
    assert_eq!(rig.call("txpool_status", json!([])).await, json!({"pending": "0x1", "queued": "0x1"}));
    let sender = address(0).to_checksum(None);
    let content = rig.call("txpool_content", json!([])).await;
    assert_eq!(content["pending"][&sender]["0"]["hash"], json!(ready));
    assert_eq!(content["queued"][&sender]["2"]["hash"], json!(gap));
    let from = rig.call("txpool_contentFrom", json!([address(0)])).await;
    assert_eq!(from, json!({"pending": content["pending"][&sender], "queued": content["queued"][&sender]}));
    let nobody = rig.call("txpool_contentFrom", json!([address(5)])).await;
    assert_eq!(nobody, json!({"pending": {}, "queued": {}}));
    let line = format!("{}: 1000000000000000000 wei + 1000000 gas × 20000000000 wei", address(1).to_checksum(None));
    assert_eq!(rig.call("txpool_inspect", json!([])).await["pending"][&sender]["0"], line);
}
