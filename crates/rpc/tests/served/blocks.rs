use crate::rig::{Rig, address, transfer};
use althing_primitives::B256;
use serde_json::{Value, json};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn a_block_has_geths_fields_and_no_others() {
    let rig = Rig::dev().await;
    let hash = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    let mined = rig.mine().await;
    let block = rig.call("eth_getBlockByNumber", json!(["latest", false])).await;
    let expected = [
        "baseFeePerGas",
        "blobGasUsed",
        "difficulty",
        "excessBlobGas",
        "extraData",
        "gasLimit",
        "gasUsed",
        "hash",
        "logsBloom",
        "miner",
        "mixHash",
        "nonce",
        "number",
        "parentBeaconBlockRoot",
        "parentHash",
        "receiptsRoot",
        "requestsHash",
        "sha3Uncles",
        "size",
        "stateRoot",
        "timestamp",
        "transactions",
        "transactionsRoot",
        "uncles",
        "withdrawals",
        "withdrawalsRoot",
    ];
    assert_eq!(keys(&block), expected);
    assert_eq!(block["hash"], json!(mined.block.hash()));
    assert_eq!(block["nonce"], "0x0000000000000000");
    assert_eq!(block["transactions"], json!([hash]));
    assert_eq!(block["withdrawals"], json!([]));
    let size = althing_primitives::rlp::encode(mined.block.block()).len();
    assert_eq!(block["size"], format!("{size:#x}"));
}

#[tokio::test]
async fn tags_heights_and_hashes_lead_to_the_same_block() {
    let rig = Rig::dev().await;
    rig.mine().await;
    let mined = rig.mine().await;
    let by_hash = rig.call("eth_getBlockByHash", json!([mined.block.hash(), true])).await;
    for tag in ["latest", "safe", "finalized", "pending", "0x2"] {
        assert_eq!(rig.call("eth_getBlockByNumber", json!([tag, true])).await, by_hash, "{tag}");
    }
    let genesis = rig.call("eth_getBlockByNumber", json!(["earliest", false])).await;
    assert_eq!(genesis["hash"], json!(rig.spec.genesis().hash()));
}

#[tokio::test]
async fn whole_transactions_are_shown_in_their_block() {
    let rig = Rig::dev().await;
    let hash = rig.submit(&transfer(&rig.spec, 0, 0, address(1))).await;
    rig.mine().await;
    let block = rig.call("eth_getBlockByNumber", json!(["0x1", true])).await;
    assert_eq!(block["transactions"][0], rig.call("eth_getTransactionByHash", json!([hash])).await);
}

#[tokio::test]
async fn what_is_not_there_is_null() {
    let rig = Rig::dev().await;
    let unknown = B256::repeat_byte(1);
    for (method, params) in [
        ("eth_getBlockByNumber", json!(["0x1", true])),
        ("eth_getBlockByHash", json!([unknown, true])),
        ("eth_getBlockReceipts", json!(["0x1"])),
        ("eth_getBlockReceipts", json!([unknown])),
        ("eth_getBlockTransactionCountByHash", json!([unknown])),
        ("eth_getBlockTransactionCountByNumber", json!(["0x1"])),
        ("eth_getUncleCountByBlockHash", json!([unknown])),
        ("eth_getUncleByBlockNumberAndIndex", json!(["0x0", "0x0"])),
        ("eth_getUncleByBlockHashAndIndex", json!([rig.spec.genesis().hash(), "0x0"])),
    ] {
        assert_eq!(rig.call(method, params).await, json!(null), "{method}");
    }
}

#[tokio::test]
async fn transactions_receipts_and_uncles_are_counted() {
    let rig = Rig::dev().await;
    for nonce in 0..3 {
        rig.submit(&transfer(&rig.spec, 0, nonce, address(1))).await;
    }
    let hash = rig.mine().await.block.hash();
    assert_eq!(rig.call("eth_getBlockTransactionCountByHash", json!([hash])).await, "0x3");
    assert_eq!(rig.call("eth_getBlockTransactionCountByNumber", json!(["latest"])).await, "0x3");
    assert_eq!(rig.call("eth_getUncleCountByBlockHash", json!([hash])).await, "0x0");
    assert_eq!(rig.call("eth_getUncleCountByBlockNumber", json!(["0x1"])).await, "0x0");
    let receipts = rig.call("eth_getBlockReceipts", json!([{"blockHash": hash}])).await;
    assert_eq!(receipts.as_array().unwrap().len(), 3);
    assert_eq!(receipts[2]["cumulativeGasUsed"], "0xf618");
    assert_eq!(receipts[2]["gasUsed"], "0x5208");
}

#[tokio::test]
async fn raw_forms_decode_to_the_block() {
    let rig = Rig::dev().await;
    let tx = transfer(&rig.spec, 0, 0, address(1));
    rig.submit(&tx).await;
    let mined = rig.mine().await;
    let raw: althing_primitives::Bytes =
        serde_json::from_value(rig.call("debug_getRawBlock", json!(["0x1"])).await).unwrap();
    let block = <althing_primitives::Block as althing_primitives::rlp::Decodable>::decode(&mut raw.as_ref()).unwrap();
    assert_eq!(&block, mined.block.block());
    assert_eq!(rig.call("debug_getRawTransaction", json!([tx.tx_hash()])).await, json!(crate::rig::raw(&tx)));
    assert_eq!(rig.call("debug_getRawReceipts", json!(["0x1"])).await.as_array().unwrap().len(), 1);
    assert_eq!(rig.refused("debug_getRawHeader", json!(["0x2"])).await.0, -32000);
}
