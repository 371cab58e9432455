use crate::rig::{Rig, address};
use alloy_signer::Signature;
use althing_chainspec::Genesis;
use althing_primitives::{Address, B256, hex, keccak256};
use serde_json::{Value, json};

fn signature(value: &Value) -> Signature {
    Signature::try_from(hex::decode(value.as_str().unwrap()).unwrap().as_slice()).unwrap()
}

#[tokio::test]
async fn the_published_accounts_are_listed() {
    let rig = Rig::dev().await;
    let accounts = rig.call("eth_accounts", json!([])).await;
    assert_eq!(accounts.as_array().unwrap().len(), 10);
    assert_eq!(accounts[0], "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
}

#[tokio::test]
async fn messages_are_signed_with_the_ethereum_prefix() {
    let rig = Rig::dev().await;
    let signed = rig.call("eth_sign", json!([address(0), "0x68656c6c6f"])).await;
    assert_eq!(signature(&signed).recover_address_from_msg("hello").unwrap(), address(0));
    let same = rig.call("personal_sign", json!(["0x68656c6c6f", address(0), "password"])).await;
    assert_eq!(signed, same);
}

#[tokio::test]
async fn typed_data_is_signed_by_eip712() {
    let rig = Rig::dev().await;
    let data = json!({
        "types": {
            "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
            "Mail": [{"name": "contents", "type": "string"}]
        },
        "primaryType": "Mail",
        "domain": {"name": "Post", "chainId": 930930},
        "message": {"contents": "hello"}
    });
    let typed: alloy_dyn_abi::TypedData = serde_json::from_value(data.clone()).unwrap();
    let hash = typed.eip712_signing_hash().unwrap();
    let signed = rig.call("eth_signTypedData_v4", json!([address(1), data])).await;
    assert_eq!(signature(&signed).recover_address_from_prehash(&hash).unwrap(), address(1));
    let text = rig.call("eth_signTypedData_v4", json!([address(1), data.to_string()])).await;
    assert_eq!(signed, text);
    assert_eq!(rig.refused("eth_signTypedData_v4", json!([address(1), {"types": 1}])).await.0, -32602);
}

#[tokio::test]
async fn a_transaction_is_completed_signed_and_sent() {
    let rig = Rig::dev().await;
    let request = json!({"from": address(0), "to": address(1), "value": "0x1"});
    let hash = rig.call("eth_sendTransaction", json!([request])).await;
    rig.mine().await;
    let receipt = rig.call("eth_getTransactionReceipt", json!([hash])).await;
    assert_eq!((&receipt["status"], &receipt["gasUsed"]), (&json!("0x1"), &json!("0x5208")));
    let signed = rig.call("eth_signTransaction", json!([request])).await;
    assert_eq!(signed["tx"]["nonce"], "0x1");
    let raw = hex::decode(signed["raw"].as_str().unwrap()).unwrap();
    assert_eq!(signed["tx"]["hash"], json!(keccak256(raw)));
}

#[tokio::test]
async fn strangers_keys_are_not_here() {
    let rig = Rig::dev().await;
    let stranger = Address::repeat_byte(9);
    assert_eq!(rig.refused("eth_sign", json!([stranger, "0x"])).await, (-32000, "unknown account".into()));
    let request = json!({"from": stranger, "to": stranger});
    assert_eq!(rig.refused("eth_sendTransaction", json!([request])).await, (-32000, "unknown account".into()));
}

#[tokio::test]
async fn a_network_that_is_not_insecure_signs_for_nobody() {
    let mut genesis = Genesis::dev();
    genesis.althing.as_mut().unwrap().insecure = false;
    let rig = Rig::with(genesis, |_| {}).await;
    assert_eq!(rig.call("eth_accounts", json!([])).await, json!([]));
    for method in ["eth_sign", "eth_sendTransaction", "eth_signTypedData_v4", "eth_signTransaction", "personal_sign"] {
        assert_eq!(rig.refused(method, json!([address(0), B256::ZERO])).await.0, -32601, "{method}");
    }
    assert!(rig.call("rpc_modules", json!([])).await.get("personal").is_none());
}
