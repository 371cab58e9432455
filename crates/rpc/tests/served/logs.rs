use crate::{
    code::{LOGGER, words},
    rig::{Rig, constructor, eip1559},
};
use althing_chainspec::Genesis;
use althing_primitives::{Address, B256, U256};
use serde_json::{Value, json};

/// Two contracts; blocks 3, 4 and 5 hold one log of each, with the block's number as topic.
async fn logs(rig: &Rig) -> [Address; 2] {
    let contracts = [rig.deploy(0, 0, constructor(&LOGGER)).await, rig.deploy(0, 1, constructor(&LOGGER)).await];
    for block in 3..6_u8 {
        for (contract, nonce) in contracts.into_iter().zip(0..) {
            let nonce = 2 * u64::from(block - 2) + nonce;
            rig.submit(&eip1559(&rig.spec, 0, nonce, contract.into(), U256::ZERO, words(block, 9))).await;
        }
        rig.mine().await;
    }
    contracts
}

fn blocks(found: &Value) -> Vec<&str> {
    found.as_array().unwrap().iter().map(|log| log["blockNumber"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn logs_are_found_by_place_address_and_topic() {
    let rig = Rig::dev().await;
    let [first, second] = logs(&rig).await;
    let topic = |block: u8| B256::with_last_byte(block);
    for (filter, expected) in [
        (json!({"fromBlock": "earliest"}), vec!["0x3", "0x3", "0x4", "0x4", "0x5", "0x5"]),
        (json!({"fromBlock": "0x0", "toBlock": "0x3"}), vec!["0x3", "0x3"]),
        (json!({}), vec!["0x5", "0x5"]),
        (json!({"fromBlock": "0x0", "address": first}), vec!["0x3", "0x4", "0x5"]),
        (json!({"fromBlock": "0x0", "address": [first, second], "topics": [topic(4)]}), vec!["0x4", "0x4"]),
        (json!({"fromBlock": "0x0", "address": second, "topics": [[topic(3), topic(5)]]}), vec!["0x3", "0x5"]),
        (json!({"fromBlock": "0x0", "topics": [null, topic(3)]}), vec![]),
        (json!({"fromBlock": "0x0", "address": Address::ZERO}), vec![]),
    ] {
        let found = rig.call("eth_getLogs", json!([filter])).await;
        assert_eq!(blocks(&found), expected, "{filter}");
    }
    let block = rig.call("eth_getBlockByNumber", json!(["0x4", false])).await;
    let found = rig.call("eth_getLogs", json!([{"blockHash": block["hash"], "address": second}])).await;
    assert_eq!(found[0]["logIndex"], "0x1");
    assert_eq!(found[0]["blockTimestamp"], block["timestamp"]);
}

#[tokio::test]
async fn wrong_ranges_and_filters_are_refused() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.log_blocks = 3).await;
    logs(&rig).await;
    for (filter, code) in [
        (json!({"fromBlock": "0x4", "toBlock": "0x3"}), -32602),
        (json!({"fromBlock": "0x4", "toBlock": "0x9"}), -32602),
        (json!({"blockHash": B256::ZERO, "fromBlock": "0x1"}), -32602),
        (json!({"blockHash": B256::ZERO}), -32000),
        (json!({"fromBlock": "0x0", "toBlock": "0x3"}), -32005),
        (json!({"address": vec![Address::ZERO; 1001]}), -32602),
        (json!({"topics": [[], [], [], [], []]}), -32602),
        (json!("latest"), -32602),
    ] {
        assert_eq!(rig.refused("eth_getLogs", json!([filter])).await.0, code, "{filter}");
    }
}

#[tokio::test]
async fn too_many_logs_name_the_range_that_fits() {
    let rig = Rig::with(Genesis::dev(), |config| config.limits.logs = 3).await;
    logs(&rig).await;
    let refused = rig.refused("eth_getLogs", json!([{"fromBlock": "0x0"}])).await;
    let message = "query returned more than 3 results. Try with this block range [0x0, 0x3].";
    assert_eq!(refused, (-32005, message.into()));
    assert_eq!(blocks(&rig.call("eth_getLogs", json!([{"fromBlock": "0x0", "toBlock": "0x3"}])).await).len(), 2);
}
