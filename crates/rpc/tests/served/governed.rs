//! What a client sees of the members' terms.

use crate::rig::{Rig, address, raw, transfer};
use althing_chainspec::Genesis;
use althing_contracts::PARAMETERS;
use althing_primitives::{Address, U256};
use serde_json::{Value, json};

/// Bits of the first slot of Parameters, as `ParametersLayout.sol` packs it.
const FEE_MODE_BIT: usize = 28 * 8;
const TRANSACTION_ALLOW_LIST_BIT: usize = 30 * 8;

async fn set_bit(rig: &Rig, bit: usize) {
    let word = rig.storage.latest().storage(&PARAMETERS, &U256::ZERO).unwrap();
    rig.write_slot(PARAMETERS, U256::ZERO, word | (U256::from(1) << bit)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_as_many_requests_as_the_members_agreed_on() {
    let mut genesis = Genesis::dev();
    let governance = genesis.althing.as_mut().unwrap().governance.as_mut().unwrap();
    governance.parameters.requests_per_second = 10;
    let rig = Rig::with(genesis, |_| {}).await;
    // One batch, so that it is asked for within moments; nineteen seconds would make all of it pass.
    let calls: Vec<_> =
        (0..200).map(|id| json!({"jsonrpc": "2.0", "id": id, "method": "eth_chainId", "params": []})).collect();
    let (_, body) = rig.post(json!(calls).to_string()).await;
    let answers: Vec<Value> = serde_json::from_str(&body).unwrap();
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.get("error")).collect();
    assert!(answers.len() == 200 && answers.len() - refused.len() >= 10, "{} refused", refused.len());
    assert_eq!(refused[0], &json!({"code": -32005, "message": "too many requests, limit: 10 per second"}));
    let raw = json!({"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": ["0x00"]});
    let (_, body) = rig.post(json!(vec![raw; 200]).to_string()).await;
    assert!(body.contains("-32005"), "batches of transactions count as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_off_the_list_is_told_so() {
    let rig = Rig::dev().await;
    let to = Address::repeat_byte(7);
    rig.submit(&transfer(&rig.spec, 3, 0, to)).await;
    set_bit(&rig, TRANSACTION_ALLOW_LIST_BIT).await;
    let text = format!("cannot issue transaction from non-allow listed address: {}", address(3));
    let refused = rig.refused("eth_sendRawTransaction", json!([raw(&transfer(&rig.spec, 3, 0, to))])).await;
    assert_eq!(refused, (-32007, text));
    assert_eq!(rig.call("txpool_status", json!([])).await, json!({"pending": "0x0", "queued": "0x0"}), "it left");
}

#[tokio::test(flavor = "multi_thread")]
async fn suggested_tips_follow_the_fee_mode() {
    let rig = Rig::dev().await;
    assert_eq!(rig.call("eth_maxPriorityFeePerGas", json!([])).await, json!("0x0"));
    set_bit(&rig, FEE_MODE_BIT).await;
    assert_eq!(rig.call("eth_maxPriorityFeePerGas", json!([])).await, json!("0x3b9aca00"));
}
