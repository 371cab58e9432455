use crate::rig::Rig;
use althing_primitives::B256;
use serde_json::json;

#[tokio::test]
async fn the_chain_and_the_node_name_themselves() {
    let rig = Rig::dev().await;
    assert_eq!(rig.call("eth_chainId", json!([])).await, "0xe3472");
    assert_eq!(rig.call("net_version", json!([])).await, "930930");
    assert_eq!(rig.call("net_listening", json!([])).await, true);
    assert_eq!(rig.call("net_peerCount", json!([])).await, "0x3");
    assert_eq!(rig.call("web3_clientVersion", json!([])).await, "Althing/test");
    assert_eq!(rig.call("eth_syncing", json!([])).await, false);
    assert_eq!(rig.call("eth_coinbase", json!([])).await, "0x0000000000000000000000000000000000000000");
    assert_eq!(rig.call("eth_blockNumber", json!([])).await, "0x0");
    assert_eq!(rig.call("rpc_modules", json!([])).await["eth"], "1.0");
}

#[tokio::test]
async fn hashing_is_keccak() {
    let rig = Rig::dev().await;
    let hash = rig.call("web3_sha3", json!(["0x68656c6c6f20776f726c64"])).await;
    assert_eq!(hash, "0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad");
    assert_eq!(rig.refused("web3_sha3", json!(["0x1"])).await.1, "invalid argument 0: hex string of odd length");
}

#[tokio::test]
async fn params_may_be_missing_null_or_empty() {
    let rig = Rig::dev().await;
    for params in ["", r#","params":null"#, r#","params":[]"#] {
        let (_, body) = rig.post(format!(r#"{{"jsonrpc":"2.0","id":1,"method":"net_version"{params}}}"#)).await;
        assert_eq!(body, r#"{"jsonrpc":"2.0","id":1,"result":"930930"}"#);
    }
}

#[tokio::test]
async fn unknown_methods_and_wrong_arguments_have_geths_codes() {
    let rig = Rig::dev().await;
    let unknown = rig.refused("anvil_nodeInfo", json!([])).await;
    assert_eq!(unknown, (-32601, "the method anvil_nodeInfo does not exist/is not available".into()));
    let missing = rig.refused("eth_getBalance", json!([])).await;
    assert_eq!(missing, (-32602, "missing value for required argument 0".into()));
    let many = rig.refused("eth_chainId", json!([1])).await;
    assert_eq!(many, (-32602, "too many arguments, want at most 0".into()));
    let named = rig.refused("eth_getBalance", json!({"address": "0x"})).await;
    assert_eq!(named, (-32602, "non-array args".into()));
}

#[tokio::test]
async fn a_chain_without_consensus_has_no_certificates() {
    let rig = Rig::dev().await;
    assert_eq!(rig.call("althing_getCertificate", json!(["latest"])).await, json!(null));
    assert_eq!(rig.refused("althing_getCertificate", json!(["0x5"])).await, (-32000, "header not found".into()));
}

#[tokio::test]
async fn proofs_of_equivocation_have_the_names_of_the_contracts_arguments() {
    let rig = Rig::dev().await;
    let expected = json!({
        "publicKey": B256::repeat_byte(1),
        "firstMessage": "0x02", "firstSignature": "0x03", "secondMessage": "0x04", "secondSignature": "0x05",
    });
    assert_eq!(rig.call("althing_getEquivocations", json!([])).await, json!([expected]));
}

#[tokio::test]
async fn the_rules_in_force_and_the_next_ones_are_named() {
    let mut genesis = althing_chainspec::Genesis::dev();
    genesis.config.osaka_time = Some(4_000_000_000);
    genesis.config.bpo1_time = Some(4_000_000_001);
    genesis.config.bpo2_time = None;
    let rig = Rig::with(genesis, |_| {}).await;
    let config = rig.call("eth_config", json!([])).await;
    assert_eq!((&config["current"]["activationTime"], &config["current"]["chainId"]), (&json!(0), &json!("0xe3472")));
    assert_eq!(config["current"]["blobSchedule"]["max"], 9);
    assert_eq!(config["next"]["activationTime"], 4_000_000_000_u64);
    assert_eq!(config["next"]["precompiles"]["P256VERIFY"], "0x0000000000000000000000000000000000000100");
    assert_eq!(config["last"]["blobSchedule"]["max"], 15);
    let ids: std::collections::BTreeSet<_> =
        ["current", "next", "last"].map(|fork| config[fork]["forkId"].to_string()).into();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn what_is_kept_is_said() {
    let rig = Rig::dev().await;
    let mined = rig.mine().await;
    let said = rig.call("eth_capabilities", json!([])).await;
    assert_eq!(said["head"], json!({"number": "0x1", "hash": mined.block.hash()}));
    for kind in ["state", "tx", "logs", "receipts", "blocks", "stateproofs"] {
        assert_eq!(said[kind], json!({"disabled": false, "oldestBlock": "0x0"}), "{kind}");
    }
}
