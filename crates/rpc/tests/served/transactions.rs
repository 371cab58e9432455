use crate::{
    code::{LOGGER, words},
    rig::{Rig, address, constructor, eip1559, legacy, raw, signer, transfer},
};
use alloy_signer::SignerSync;
use althing_primitives::{
    Address, B256, Transaction, U256,
    consensus::{SignableTransaction, TxEip2930, TxEip7702},
    eips::{
        eip2930::{AccessList, AccessListItem},
        eip7702::Authorization,
    },
};
use serde_json::{Value, json};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

const COMMON: [&str; 17] = [
    "blockHash",
    "blockNumber",
    "blockTimestamp",
    "chainId",
    "from",
    "gas",
    "gasPrice",
    "hash",
    "input",
    "nonce",
    "r",
    "s",
    "to",
    "transactionIndex",
    "type",
    "v",
    "value",
];

fn with(more: &[&'static str]) -> Vec<&'static str> {
    let mut keys = [COMMON.as_slice(), more].concat();
    keys.sort_unstable();
    keys
}

fn access_list_transaction(rig: &Rig, nonce: u64) -> Transaction {
    let item = AccessListItem { address: address(3), storage_keys: vec![B256::ZERO] };
    let tx = TxEip2930 {
        chain_id: rig.spec.chain_id(),
        nonce,
        gas_limit: 50_000,
        gas_price: 20_000_000_000,
        to: address(1).into(),
        access_list: AccessList(vec![item]),
        ..TxEip2930::default()
    };
    let signature = signer(0).sign_hash_sync(&tx.signature_hash()).unwrap();
    tx.into_signed(signature).into()
}

fn delegation(rig: &Rig, nonce: u64) -> Transaction {
    let authorization = Authorization { chain_id: U256::from(rig.spec.chain_id()), address: address(4), nonce: 0 };
    let signature = signer(5).sign_hash_sync(&authorization.signature_hash()).unwrap();
    let tx = TxEip7702 {
        chain_id: rig.spec.chain_id(),
        nonce,
        gas_limit: 100_000,
        max_fee_per_gas: 20_000_000_000,
        to: address(1),
        authorization_list: vec![authorization.into_signed(signature)],
        ..TxEip7702::default()
    };
    let signature = signer(0).sign_hash_sync(&tx.signature_hash()).unwrap();
    tx.into_signed(signature).into()
}

#[tokio::test]
async fn each_type_has_its_fields() {
    let rig = Rig::dev().await;
    let sent = [
        legacy(&rig.spec, 0, 0, address(1)),
        access_list_transaction(&rig, 1),
        transfer(&rig.spec, 0, 2, address(1)),
        delegation(&rig, 3),
    ];
    for tx in &sent {
        rig.submit(tx).await;
    }
    rig.mine().await;
    let fees = ["maxFeePerGas", "maxPriorityFeePerGas"];
    let expected = [
        with(&[]),
        with(&["accessList", "yParity"]),
        with(&[&["accessList", "yParity"], fees.as_slice()].concat()),
        with(&[&["accessList", "authorizationList", "yParity"], fees.as_slice()].concat()),
    ];
    for ((tx, expected), kind) in sent.iter().zip(expected).zip(["0x0", "0x1", "0x2", "0x4"]) {
        let shown = rig.call("eth_getTransactionByHash", json!([tx.tx_hash()])).await;
        assert_eq!(keys(&shown), expected, "type {kind}");
        assert_eq!(shown["type"], kind);
        assert_eq!(shown["from"], json!(address(0)));
        assert_eq!(shown["blockNumber"], "0x1");
        let receipt = rig.call("eth_getTransactionReceipt", json!([tx.tx_hash()])).await;
        assert_eq!((&receipt["type"], &receipt["status"]), (&json!(kind), &json!("0x1")));
    }
    let first = rig.call("eth_getTransactionByHash", json!([sent[0].tx_hash()])).await;
    let v = u64::from_str_radix(first["v"].as_str().unwrap().trim_start_matches("0x"), 16).unwrap();
    assert!(v == 35 + 2 * 930_930 || v == 36 + 2 * 930_930, "EIP-155: {v}");
}

#[tokio::test]
async fn a_pooled_transaction_has_no_block_yet() {
    let rig = Rig::dev().await;
    let tx = transfer(&rig.spec, 0, 0, address(1));
    let hash = rig.submit(&tx).await;
    let shown = rig.call("eth_getTransactionByHash", json!([hash])).await;
    for field in ["blockHash", "blockNumber", "blockTimestamp", "transactionIndex"] {
        assert_eq!(shown[field], json!(null), "{field}");
    }
    assert_eq!(shown["gasPrice"], shown["maxFeePerGas"]);
    assert_eq!(rig.call("eth_getTransactionReceipt", json!([hash])).await, json!(null));
    assert_eq!(rig.call("eth_getRawTransactionByHash", json!([hash])).await, json!(raw(&tx)));
}

#[tokio::test]
async fn a_transaction_is_found_by_place_and_by_hash() {
    let rig = Rig::dev().await;
    let tx = transfer(&rig.spec, 0, 0, address(1));
    let hash = rig.submit(&tx).await;
    let block = rig.mine().await.block.hash();
    let shown = rig.call("eth_getTransactionByHash", json!([hash])).await;
    assert_eq!(rig.call("eth_getTransactionByBlockHashAndIndex", json!([block, "0x0"])).await, shown);
    assert_eq!(rig.call("eth_getTransactionByBlockNumberAndIndex", json!(["latest", "0x0"])).await, shown);
    assert_eq!(rig.call("eth_getTransactionByBlockNumberAndIndex", json!(["latest", "0x1"])).await, json!(null));
    assert_eq!(rig.call("eth_getTransactionByBlockNumberAndIndex", json!(["0x9", "0x0"])).await, json!(null));
    for (method, block) in [
        ("eth_getRawTransactionByBlockHashAndIndex", json!(block)),
        ("eth_getRawTransactionByBlockNumberAndIndex", json!("0x1")),
    ] {
        assert_eq!(rig.call(method, json!([block, "0x0"])).await, json!(raw(&tx)));
        assert_eq!(rig.call(method, json!([block, "0x1"])).await, "0x");
    }
    assert_eq!(rig.call("eth_getRawTransactionByHash", json!([hash])).await, json!(raw(&tx)));
    assert_eq!(rig.call("eth_getTransactionByHash", json!([B256::ZERO])).await, json!(null));
}

#[tokio::test]
async fn a_receipt_has_geths_fields_and_its_logs_their_place() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&LOGGER)).await;
    rig.submit(&transfer(&rig.spec, 1, 0, address(2))).await;
    let first = rig.submit(&eip1559(&rig.spec, 0, 1, contract.into(), U256::ZERO, words(1, 2))).await;
    let second = rig.submit(&eip1559(&rig.spec, 0, 2, contract.into(), U256::ZERO, words(3, 4))).await;
    let mined = rig.mine().await;
    let receipt = rig.call("eth_getTransactionReceipt", json!([second])).await;
    let expected = [
        "blockHash",
        "blockNumber",
        "contractAddress",
        "cumulativeGasUsed",
        "effectiveGasPrice",
        "from",
        "gasUsed",
        "logs",
        "logsBloom",
        "status",
        "to",
        "transactionHash",
        "transactionIndex",
        "type",
    ];
    assert_eq!(keys(&receipt), expected);
    assert_eq!(receipt["contractAddress"], json!(null));
    assert_eq!(
        receipt["logs"],
        json!([{
            "address": contract,
            "topics": [B256::with_last_byte(3)],
            "data": B256::with_last_byte(4),
            "blockNumber": "0x2",
            "transactionHash": second,
            "transactionIndex": "0x2",
            "blockHash": mined.block.hash(),
            "blockTimestamp": format!("{:#x}", mined.block.header.timestamp),
            "logIndex": "0x1",
            "removed": false,
        }])
    );
    let earlier = rig.call("eth_getTransactionReceipt", json!([first])).await;
    assert_eq!(earlier["logs"][0]["logIndex"], "0x0");
}

#[tokio::test]
async fn a_deployment_names_its_contract_and_a_failure_its_status() {
    let rig = Rig::dev().await;
    let contract = rig.deploy(0, 0, constructor(&crate::code::REVERTER)).await;
    let block = rig.call("eth_getBlockReceipts", json!(["0x1"])).await;
    assert_eq!((&block[0]["contractAddress"], &block[0]["to"]), (&json!(contract), &json!(null)));
    let failed = rig.submit(&eip1559(&rig.spec, 0, 1, contract.into(), U256::ZERO, words(1, 1))).await;
    rig.mine().await;
    let receipt = rig.call("eth_getTransactionReceipt", json!([failed])).await;
    assert_eq!((&receipt["status"], &receipt["logs"]), (&json!("0x0"), &json!([])));
    assert_eq!(receipt["to"], json!(contract));
    assert_ne!(contract, Address::ZERO);
}
