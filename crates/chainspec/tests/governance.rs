//! The section `althing.governance`: what follows from it, and what is wrong with it.

use althing_chainspec::{ChainSpec, Genesis, genesis_files};
use althing_contracts::{
    GOVERNANCE, IAccess::ReadPolicy, MEMBERS, MULTICALL3_ADDRESS, PARAMETERS, SYSTEM_CONTRACTS, TRAMPOLINE_CODE,
};
use althing_governance::{
    Reader, Role, committee, deployer_role, epoch_change, followers, fork_times, is_member_account, may_deploy,
    may_send, read_policy, sponsor_of, terms,
};
use althing_primitives::{Address, U256, address};
use serde_json::{Value, json};
use std::convert::Infallible;

const FIRST: Address = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
const SECOND: Address = address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");

/// The genesis state of a chain.
struct State(ChainSpec);

impl Reader for State {
    type Error = Infallible;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, Infallible> {
        let account = self.0.alloc().get(&contract);
        Ok(account.and_then(|account| account.storage.get(&slot)).copied().unwrap_or_default())
    }
}

fn load(json: &Value) -> Result<State, String> {
    let spec = Genesis::from_json(&json.to_string()).and_then(Genesis::into_spec);
    spec.map(State).map_err(|error| error.to_string())
}

fn preset(name: &str) -> Value {
    let (_, genesis) = genesis_files().into_iter().find(|(file, _)| *file == name).unwrap();
    serde_json::from_str(&genesis.to_json()).unwrap()
}

/// A preset with a field replaced, by its JSON pointer.
fn with(name: &str, pointer: &str, value: Value) -> Result<State, String> {
    let mut json = preset(name);
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        object => object[key] = value,
    }
    load(&json)
}

fn refused(pointer: &str, value: Value, expected: &str) {
    let error = with("four-members.json", pointer, value).err().expect("is refused");
    assert!(error.contains(expected), "{error}");
}

#[test]
fn system_contracts_are_born_with_what_the_genesis_says() {
    let state = load(&preset("four-members.json")).unwrap();
    for contract in SYSTEM_CONTRACTS {
        let account = &state.0.alloc()[&contract];
        assert_eq!((account.nonce, account.balance), (1, U256::ZERO));
        assert!(account.storage.values().all(|value| !value.is_zero()));
    }
    assert_eq!(state.0.alloc()[&GOVERNANCE].code, *TRAMPOLINE_CODE);
    let consortium = state.0.consortium().unwrap();
    let seats: Vec<_> = committee(&state).unwrap().into_iter().map(|node| (node.public_key, node.host)).collect();
    let expected: Vec<_> = consortium.validators.iter().map(|node| (node.public_key, node.address.clone())).collect();
    assert_eq!(seats, expected);
    assert_eq!(committee(&state).unwrap().iter().map(|node| node.member).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(followers(&state).unwrap().is_empty());
    assert_eq!(epoch_change(&state).unwrap(), 0);
    assert_eq!(terms(&state).unwrap(), state.0.governance().unwrap().terms);
    assert_eq!(terms(&state).unwrap().gas_limit, 100_000_000);
    assert_eq!(terms(&state).unwrap().system_lane, 10);
    assert_eq!(fork_times(&state).unwrap(), [Some(0), None, None, None, None, None]);
    assert_eq!(read_policy(&state).unwrap(), ReadPolicy::Open);
}

#[test]
fn members_of_the_genesis_are_active_and_nobody_else() {
    let state = load(&preset("four-members.json")).unwrap();
    assert!(is_member_account(&state, FIRST).unwrap() && is_member_account(&state, SECOND).unwrap());
    assert_eq!(sponsor_of(&state, SECOND).unwrap(), Some(2));
    assert!(!is_member_account(&state, MULTICALL3_ADDRESS).unwrap());
    assert_eq!(sponsor_of(&state, MULTICALL3_ADDRESS).unwrap(), None);
}

#[test]
fn allow_lists_of_the_genesis_are_in_force() {
    let lists =
        json!({ "senders": { (SECOND.to_string()): "enabled" }, "deployers": { (FIRST.to_string()): "admin" } });
    let mut json = preset("four-members.json");
    json["althing"]["governance"]["allowLists"] = lists;
    json["althing"]["governance"]["parameters"] = json!({ "transactionAllowList": true, "deployerAllowList": true });
    let state = load(&json).unwrap();
    assert_eq!(deployer_role(&state, FIRST).unwrap(), Role::Admin);
    assert!(may_deploy(&state, FIRST).unwrap() && !may_deploy(&state, SECOND).unwrap());
    assert!(may_send(&state, SECOND, None).unwrap());
    assert!(!may_send(&state, FIRST, Some(SECOND)).unwrap());
    assert!(may_send(&state, FIRST, Some(MEMBERS)).unwrap(), "members always reach the system contracts");
}

#[test]
fn without_the_section_there_are_no_system_contracts() {
    let mut json = preset("development.json");
    json["althing"].as_object_mut().unwrap().remove("governance");
    let state = load(&json).unwrap();
    assert!(state.0.governance().is_none());
    assert!(SYSTEM_CONTRACTS.iter().all(|contract| !state.0.alloc().contains_key(contract)));
}

#[test]
fn without_the_section_code_at_a_system_address_is_refused_but_on_imported_chains() {
    let mut json = preset("development.json");
    json["althing"].as_object_mut().unwrap().remove("governance");
    json["alloc"][GOVERNANCE.to_string()] = json!({ "balance": "1", "code": TRAMPOLINE_CODE.to_string() });
    let error = load(&json).err().unwrap();
    assert_eq!(
        error,
        format!(
            "genesis: alloc.{GOVERNANCE}.code: a system contract comes with `althing.governance`, which is missing"
        )
    );
    json.as_object_mut().unwrap().remove("althing");
    json["extraData"] = json!("0x");
    let imported = load(&json).unwrap().0;
    assert!(imported.governance().is_none() && imported.alloc()[&GOVERNANCE].code == *TRAMPOLINE_CODE);
}

#[test]
fn the_state_root_commits_to_the_section() {
    let hash = |value: u64| {
        let state = with("four-members.json", "/althing/governance/executionWindow", value.into()).unwrap();
        state.0.genesis().hash()
    };
    assert_ne!(hash(604_800), hash(604_801));
}

#[test]
fn a_system_contract_has_what_follows_from_the_section_and_nothing_else() {
    let account = json!({ "balance": "1" });
    let error = with("development.json", &format!("/alloc/{PARAMETERS}"), account).err().unwrap();
    assert!(error.contains("follows from `althing.governance`: leave it out"), "{error}");
}

#[test]
fn errors_name_the_field() {
    let section = "/althing/governance";
    let at = |field: &str| format!("{section}/{field}");
    refused(&at("members"), json!([]), "althing.governance.members: 0 entries");
    refused(&at("members/1/account"), FIRST.to_string().into(), "althing.governance.members[1].account: appears twice");
    refused(&at("members/1/class"), 2.into(), "althing.governance.members[1].class: is not 0 or 1");
    refused(&at("members/1/name"), "".into(), "althing.governance.members[1]: the system contracts refuse it");
    refused(&at("members/1/nickname"), "".into(), "unknown field `nickname`");
    refused(&at("defaultRule/kind"), "dictator".into(), "unknown variant `dictator`");
    refused(&at("defaultRule/quorum"), 101.into(), "althing.governance.rules: the system contracts refuse it");
    refused(
        &at("rules/0/contract"),
        "Parliament".into(),
        "althing.governance.rules[0].contract: is no system contract",
    );
    refused(&at("rules/0/function"), "setHost(bytes32,string)".into(), "rules[0].function: is no governed function");
    refused(&at("rules/0/function"), "addFollower".into(), "rules[0].function: is no `name(types)`");
    refused(&at("rules/0/function"), "f(address,uint)".into(), "rules[0].function: is no `name(types)`");
    let twice = preset("four-members.json").pointer(&at("rules/0")).unwrap().clone();
    refused(&at("rules"), json!([twice, twice]), "althing.governance.rules[1]: is the second rule of a function");
    refused(&at("recoveryThreshold"), 5.into(), "althing.governance.recoveryThreshold: the system contracts refuse it");
    refused(&at("parameters/systemLane"), 0.into(), "althing.governance.parameters.systemLane: 0 is not from 1 to 50");
    refused(
        &at("joinPolicy"),
        json!({ "platforms": 8 }),
        "althing.governance.joinPolicy: the system contracts refuse it",
    );
    refused("/althing/validators/2/member", 5.into(), "althing.validators[2].member: 5 is not from 1 to 4");
    let identity = format!("0x01{:062x}", 0);
    refused(
        "/althing/validators/2/publicKey",
        identity.into(),
        "althing.validators[2].publicKey: is no Ed25519 public key",
    );
    refused("/gasLimit", "0x3b9aca01".into(), "genesis: gasLimit: 1000000001 is not from 5000000 to 1000000000");
}

#[test]
fn genesis_files_are_what_the_command_writes() {
    let stored = [
        ("development.json", include_str!("../../../genesis/development.json")),
        ("four-members.json", include_str!("../../../genesis/four-members.json")),
        ("two-classes.json", include_str!("../../../genesis/two-classes.json")),
    ];
    let written = genesis_files();
    assert_eq!(stored.len(), written.len());
    for ((name, text), (file, genesis)) in stored.into_iter().zip(written) {
        assert_eq!(name, file);
        assert_eq!(text, genesis.to_json() + "\n", "cargo run -p xtask -- genesis");
        genesis.into_spec().unwrap();
    }
}
