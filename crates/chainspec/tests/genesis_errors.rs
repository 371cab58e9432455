//! A genesis file that is wrong says where.

use althing_chainspec::{ChainSpec, Genesis, Validator};
use althing_primitives::{B256, b256};

const MINIMAL: &str =
    r#"{ "config": { "chainId": 7 }, "gasLimit": "0x1000000", "difficulty": "0x20000", "alloc": {} }"#;

fn load(json: &str) -> Result<ChainSpec, String> {
    Genesis::from_json(json).and_then(Genesis::into_spec).map_err(|error| error.to_string())
}

/// The development genesis with a field replaced, by its JSON pointer.
fn dev_with(pointer: &str, value: serde_json::Value) -> Result<ChainSpec, String> {
    let mut json: serde_json::Value = serde_json::from_str(&Genesis::dev().to_json()).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    json.pointer_mut(parent).unwrap()[key] = value;
    load(&json.to_string())
}

fn refused(pointer: &str, value: serde_json::Value, expected: &str) {
    let error = dev_with(pointer, value).expect_err("is refused");
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_minimal_frontier_genesis_loads() {
    assert_eq!(load(MINIMAL).unwrap().chain_id(), 7);
}

#[test]
fn presets_survive_their_own_text() {
    let genesis = Genesis::dev();
    assert_eq!(Genesis::from_json(&genesis.to_json()).unwrap(), genesis);
}

#[test]
fn unknown_fields_are_named() {
    refused("/gasLimlt", 1.into(), "unknown field `gasLimlt`");
    refused("/config/homsteadBlock", 1.into(), "unknown field `homsteadBlock`");
    refused("/config/amsterdamTime", 1.into(), "unknown field `amsterdamTime`");
    refused("/althing/blockTime", 1.into(), "unknown field `blockTime`");
    refused("/althing/timeouts/leader", 1.into(), "unknown field `leader`");
    let account = serde_json::json!({ "balance": "1", "nounce": 1 });
    refused("/alloc/0x0000000000000000000000000000000000000001", account, "unknown field `nounce`");
}

#[test]
fn missing_and_malformed_values_are_named() {
    let missing = |field: &str| {
        let mut json: serde_json::Value = serde_json::from_str(MINIMAL).unwrap();
        json.as_object_mut().unwrap().remove(field);
        load(&json.to_string()).unwrap_err()
    };
    assert!(missing("gasLimit").contains("missing field `gasLimit`"));
    assert!(missing("difficulty").contains("difficulty: is missing"));
    assert!(missing("alloc").contains("missing field `alloc`"));
    refused("/timestamp", "soon".into(), "`soon` is no number");
    refused("/alloc/0x12", serde_json::json!({ "balance": "1" }), "`0x12` is no address");
}

#[test]
fn contradictions_are_named() {
    refused("/baseFeePerGas", "0x1".into(), "baseFeePerGas: is not 0 while `althing.feeMode` is `zero`");
    refused("/stateRoot", B256::ZERO.to_string().into(), "stateRoot: the file says 0x00");
    refused("/difficulty", "0x1".into(), "difficulty: must be 0");
    refused("/excessBlobGas", "0xffffffffffff".into(), "excessBlobGas: gives a blob price out of all range");
    let bare = serde_json::json!({ "balance": "1", "storage": { "0x1": "0x1" } });
    refused("/alloc/0x0000000000000000000000000000000000000001", bare, "01.storage: an account without code");
    refused("/config/londonBlock", 5.into(), "config.londonBlock: must be 0");
    refused("/config/pragueTime", 5.into(), "config.osakaTime: 0 is before `pragueTime` at 5");
    refused("/config/eip155Block", 5.into(), "config.eip158Block: differs");
    refused("/extraData", "0x01".into(), "extraData: commits to the `althing` section");
    refused("/number", 5.into(), "number: a genesis block has number 0");
    refused("/althing/blockTimeMs", 0.into(), "althing.blockTimeMs: 0 is not from 10 to 60000");
}

/// The `number`th of the byte patterns that are Ed25519 public keys; 0 is none.
fn key_of(number: u8) -> B256 {
    let patterns = (0..=255).map(B256::repeat_byte).filter(|key| althing_governance::is_public_key(&key.0));
    if number == 0 { B256::ZERO } else { patterns.take(number.into()).last().unwrap() }
}

#[test]
fn validators_are_checked() {
    let validator =
        |key: u8, address: &str| Validator { public_key: key_of(key), address: address.into(), member: None };
    let error = |validators| ChainSpec::testnet(validators).unwrap_err().to_string();
    let twice = vec![validator(1, "a:1"), validator(1, "b:2")];
    assert_eq!(error(twice), "genesis: althing.validators[1].publicKey: appears twice");
    assert_eq!(error(vec![validator(1, "host")]), "genesis: althing.validators[0].address: is not `host:port`");
    assert_eq!(error(vec![validator(0, "a:1")]), "genesis: althing.validators[0].publicKey: is zero");
    assert!(ChainSpec::testnet((1..=16).map(|key| validator(key, "a:1")).collect()).is_ok());
}

#[test]
fn a_consortium_needs_the_request_contracts() {
    let error = dev_with("/alloc", serde_json::json!({})).unwrap_err();
    assert!(error.contains("alloc.0x00000961Ef480Eb55e80D19ad83579A64c007002"), "{error}");
}

#[test]
fn the_genesis_block_commits_to_the_consortium_but_not_to_where_its_nodes_are() {
    let hash_of = |change: fn(&mut Genesis)| {
        let mut genesis = Genesis::dev();
        // With the system contracts, addresses stand in the state.
        genesis.althing.as_mut().unwrap().governance = None;
        change(&mut genesis);
        genesis.into_spec().unwrap().genesis().hash()
    };
    let dev = hash_of(|_| {});
    assert_eq!(dev, hash_of(|genesis| genesis.althing.as_mut().unwrap().validators[0].address = "other:1".into()));
    assert_ne!(dev, hash_of(|genesis| genesis.althing.as_mut().unwrap().validators[0].public_key = key_of(1)));
    assert_ne!(dev, hash_of(|genesis| genesis.althing.as_mut().unwrap().epoch_length += 1));
}

#[test]
fn the_commitment_to_the_consortium_is_frozen() {
    let spec = Genesis::dev().into_spec().unwrap();
    let digest = b256!("0xdda1a5ec108a924e96684fca62932947e5e02e9de0aa50400c8508faf5446d7c");
    assert_eq!(spec.consortium().unwrap().digest(), digest);
    assert_eq!(spec.genesis().header.extra_data[..], digest[..]);
    let mut stated = Genesis::dev();
    stated.extra_data = digest.into();
    assert_eq!(stated.into_spec().unwrap().genesis().hash(), spec.genesis().hash());
}
