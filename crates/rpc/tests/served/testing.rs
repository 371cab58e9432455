use crate::rig::{Parts, Rig, address, raw, transfer, with_fees};
use althing_chainspec::Genesis;
use althing_primitives::{
    B256, Block, Body, Bytes, EMPTY_OMMER_ROOT_HASH, Header, Transaction, U256,
    consensus::proofs,
    eips::{eip2718::Decodable2718, eip7685::EMPTY_REQUESTS_HASH},
};
use serde_json::{Value, json};

/// The development accounts on a chain as `import` brings one.
fn imported() -> Genesis {
    Genesis { althing: None, ..with_fees() }
}

fn attributes(timestamp: u64) -> Value {
    json!({"timestamp": format!("{timestamp:#x}"), "prevRandao": B256::repeat_byte(3), "withdrawals": [],
        "suggestedFeeRecipient": address(9), "parentBeaconBlockRoot": B256::repeat_byte(4)})
}

fn number(value: &Value) -> u64 {
    u64::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

fn take<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

/// A payload as the block it stands for.
fn block(payload: &Value) -> Block {
    let raw: Vec<Bytes> = take(&payload["transactions"]);
    let transactions: Vec<_> = raw.iter().map(|raw| Transaction::decode_2718_exact(raw).unwrap()).collect();
    let header = Header {
        parent_hash: take(&payload["parentHash"]),
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        beneficiary: take(&payload["feeRecipient"]),
        state_root: take(&payload["stateRoot"]),
        transactions_root: proofs::calculate_transaction_root(&transactions),
        receipts_root: take(&payload["receiptsRoot"]),
        logs_bloom: take(&payload["logsBloom"]),
        number: number(&payload["blockNumber"]),
        gas_limit: number(&payload["gasLimit"]),
        gas_used: number(&payload["gasUsed"]),
        timestamp: number(&payload["timestamp"]),
        extra_data: take(&payload["extraData"]),
        mix_hash: take(&payload["prevRandao"]),
        base_fee_per_gas: Some(number(&payload["baseFeePerGas"])),
        withdrawals_root: Some(proofs::calculate_withdrawals_root(&[])),
        blob_gas_used: Some(number(&payload["blobGasUsed"])),
        excess_blob_gas: Some(number(&payload["excessBlobGas"])),
        parent_beacon_block_root: Some(B256::repeat_byte(4)),
        requests_hash: Some(EMPTY_REQUESTS_HASH),
        ..Default::default()
    };
    Block::new(header, Body { transactions, withdrawals: Some(Default::default()), ..Default::default() })
}

#[tokio::test]
async fn a_built_payload_is_a_block_the_chain_would_import() {
    let genesis = imported();
    let rig = Rig::with(genesis.clone(), |_| {}).await;
    let head = rig.spec.genesis().hash();
    let txs = [transfer(&rig.spec, 0, 0, address(1)), transfer(&rig.spec, 0, 1, address(2))];
    let list: Vec<_> = txs.iter().map(raw).collect();
    let at = rig.spec.genesis().header.timestamp + 12;
    let built = rig.call("testing_buildBlockV1", json!([head, attributes(at), list, "0x6869"])).await;
    let payload = &built["executionPayload"];
    assert_eq!((&payload["gasUsed"], &payload["extraData"]), (&json!("0xa410"), &json!("0x6869")));
    let tip = U256::from(42_000u64) * U256::from(1_500_000_000u64);
    assert_eq!(built["blockValue"], json!(tip));
    let block = block(payload);
    assert_eq!(payload["blockHash"], json!(block.hash()));
    // Checks header rules, every root and the state root.
    let other = Parts::new(genesis);
    let parent = &other.spec.genesis().header;
    let terms = althing_evm::Terms::genesis(&other.spec);
    other.executor.validate_header(&block.header, parent, althing_evm::HeaderRules::Imported, &terms).unwrap();
    other.commit(block);
    assert_eq!(rig.call("eth_blockNumber", json!([])).await, "0x0");
}

#[tokio::test]
async fn without_a_list_the_pool_is_asked_and_keeps_what_it_has() {
    let rig = Rig::with(imported(), |_| {}).await;
    let head = rig.spec.genesis().hash();
    let at = rig.spec.genesis().header.timestamp + 12;
    let tx = transfer(&rig.spec, 0, 0, address(1));
    rig.submit(&tx).await;
    let built = rig.call("testing_buildBlockV1", json!([head, attributes(at), null, "0x"])).await;
    assert_eq!(built["executionPayload"]["transactions"], json!([raw(&tx)]));
    let empty = rig.call("testing_buildBlockV1", json!([head, attributes(at), [], "0x"])).await;
    assert_eq!(empty["executionPayload"]["transactions"], json!([]));
    assert_eq!(rig.call("txpool_status", json!([])).await["pending"], "0x1");
}

#[tokio::test]
async fn what_cannot_be_built_is_refused() {
    let rig = Rig::with(imported(), |_| {}).await;
    let head = rig.spec.genesis().hash();
    let born = rig.spec.genesis().header.timestamp;
    let gap = raw(&transfer(&rig.spec, 0, 7, address(1)));
    let mut no_root = attributes(born + 1);
    no_root["parentBeaconBlockRoot"].take();
    for (params, code) in [
        (json!([B256::ZERO, attributes(born + 1), []]), -32000),
        (json!([head, attributes(born), []]), -32000),
        (json!([head, attributes(born + 1), [gap]]), -32000),
        (json!([head, attributes(born + 1), ["0x02"]]), -32000),
        (json!([head, attributes(born + 1), [], Bytes::from(vec![0; 33])]), -32000),
        (json!([head, no_root, []]), -32602),
        (json!([head, {}, []]), -32602),
        (json!([head]), -32602),
    ] {
        assert_eq!(rig.refused("testing_buildBlockV1", params.clone()).await.0, code, "{params}");
    }
}

#[tokio::test]
async fn only_insecure_networks_have_it() {
    let mut genesis = Genesis::dev();
    genesis.althing.as_mut().unwrap().insecure = false;
    let rig = Rig::with(genesis, |_| {}).await;
    assert_eq!(rig.refused("testing_buildBlockV1", json!([])).await.0, -32601);
    assert!(rig.call("rpc_modules", json!([])).await.get("testing").is_none());
}
