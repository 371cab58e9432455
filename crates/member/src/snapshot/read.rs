use crate::{
    abi::contract_named,
    node::{At, Node},
    proposal::Proposal,
};
use alloy_dyn_abi::DynSolValue;
use althing_contracts::{ACCESS, GOVERNANCE, IAccess, IGovernance, IMembers, MEMBERS};
use althing_primitives::{Address, U256, hex};
use serde_json::{Value, json};

/// Members asked for in one call: each takes some hundred bytes.
const PAGE: u32 = 100;

/// Constitution, members, nodes, access, parameters and recovery as views tell them; no logs are read, so it
/// works on a state with overrides.
///
/// # Errors
/// The node does not answer, or has no system contracts at that block.
pub(crate) async fn read(node: &Node, at: &At) -> eyre::Result<Value> {
    Ok(json!({
        "constitution": read_constitution(node, at).await?,
        "members": read_members(node, at).await?,
        "nodes": views(node, at, "Nodes", &["validators", "followers", "measurements", "joinPolicy", "suspendOnEquivocation", "epochChange"]).await?,
        "access": access(node, at).await?,
        "parameters": parameters(node, at).await?,
        "recovery": views(node, at, "Recovery", &["threshold", "keyEpoch"]).await?,
    }))
}

/// What a member acknowledges.
pub(crate) async fn read_constitution(node: &Node, at: &At) -> eyre::Result<Value> {
    let names = ["constitutionHash", "constitution", "defaultRule", "rules", "floor", "executionWindow", "generation"];
    let mut found = views(node, at, "Governance", &names).await?;
    for rule in found["rules"].as_array_mut().into_iter().flatten() {
        rule["function"] = function_of(rule).into();
    }
    Ok(found)
}

/// `Nodes.addValidator(uint32,bytes32,string)` of a rule's target and selector.
fn function_of(rule: &Value) -> String {
    let (target, selector) =
        (rule["target"].as_str().unwrap_or_default(), rule["selector"].as_str().unwrap_or_default());
    let contract = target.parse::<Address>().ok().and_then(crate::abi::contract_at);
    let selector = hex::decode_to_array::<_, 4>(selector).unwrap_or_default();
    match contract {
        Some(contract) => match contract.function_by_selector(selector) {
            Some(function) => format!("{}.{}", contract.name, function.signature()),
            None => format!("{}.{}", contract.name, hex::encode_prefixed(selector)),
        },
        None => format!("{target}.{}", hex::encode_prefixed(selector)),
    }
}

/// Every member ever invited.
pub(crate) async fn read_members(node: &Node, at: &At) -> eyre::Result<Value> {
    let count = node.ask(MEMBERS, &IMembers::memberCountCall {}, at).await?;
    let mut found = Vec::new();
    for from in (1..=count).step_by(PAGE as usize) {
        let page = node.read("Members", "members", &[uint32(from), uint32(PAGE)], at).await?;
        found.extend(page.as_array().cloned().unwrap_or_default());
    }
    for (member, id) in found.iter_mut().zip(1..) {
        let accounts = node.ask(MEMBERS, &IMembers::accountsOfCall { id }, at).await?;
        let each = accounts.accounts.iter().zip(&accounts.roles);
        member["accounts"] =
            each.map(|(account, roles)| json!({"account": account.to_string(), "roles": roles_of(*roles)})).collect();
    }
    Ok(found.into())
}

/// The words of a set of roles.
fn roles_of(bits: u8) -> Vec<&'static str> {
    let words = ["admin", "voter", "operator"].into_iter().enumerate();
    words.filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, word)| word).collect()
}

async fn access(node: &Node, at: &At) -> eyre::Result<Value> {
    let mut found = views(node, at, "Access", &["readPolicy"]).await?;
    let count = node.ask(ACCESS, &IAccess::grantCountCall {}, at).await?.saturating_to::<u64>();
    let mut grants = Vec::new();
    for id in 1..=count {
        let mut grant = node.read("Access", "grant", &[uint256(id)], at).await?;
        grant["id"] = id.into();
        grants.push(grant);
    }
    found["grants"] = grants.into();
    Ok(found)
}

async fn parameters(node: &Node, at: &At) -> eyre::Result<Value> {
    let mut found = node.read("Parameters", "terms", &[], at).await?;
    found["scheduledSoftware"] = node.read("Parameters", "scheduledSoftware", &[], at).await?;
    Ok(found)
}

/// Views without arguments, by name.
async fn views(node: &Node, at: &At, contract: &str, names: &[&str]) -> eyre::Result<Value> {
    let mut found = json!({});
    for name in names {
        found[*name] = node.read(contract, name, &[], at).await?;
    }
    Ok(found)
}

/// Every proposal ever made, oldest first, without what only logs know.
pub(crate) async fn read_proposals(node: &Node, at: &At) -> eyre::Result<Value> {
    let count = node.ask(GOVERNANCE, &IGovernance::proposalCountCall {}, at).await?.saturating_to::<u64>();
    let mut found = Vec::new();
    for index in 0..count {
        let details = IGovernance::proposalDetailsAtCall { index: U256::from(index) };
        let id = node.ask(GOVERNANCE, &details, at).await?._0;
        found.push(Proposal::read(node, id, at).await?.json());
    }
    Ok(found.into())
}

/// What no view lists and the events name: participants, roles of the allow-lists, contracts anybody admitted
/// reads; each as the state has it now.
pub(crate) async fn read_named_in_events(node: &Node, to: u64, at: &At) -> eyre::Result<Value> {
    let mut found = json!({});
    let lists = [
        ("participants", "Members", "ParticipantAdded", "sponsorOf"),
        ("deployers", "Deployers", "RoleSet", "readAllowList"),
        ("senders", "Senders", "RoleSet", "readAllowList"),
        ("visibleContracts", "Access", "ContractVisibilitySet", "isVisible"),
    ];
    for (key, contract, event, view) in lists {
        let mut entries = Vec::new();
        for account in accounts_in(node, contract, event, to).await? {
            let value = node.read(contract, view, &[DynSolValue::Address(account)], at).await?;
            entries.push(json!({"account": account.to_string(), view: value}));
        }
        found[key] = entries.into();
    }
    Ok(found)
}

/// The accounts that an event of a contract ever named, in order of their first time.
async fn accounts_in(node: &Node, contract: &str, event: &str, to: u64) -> eyre::Result<Vec<Address>> {
    let Some(contract) = contract_named(contract) else { return Ok(Vec::new()) };
    let topic = contract.abi.event(event).and_then(|events| events.first()).map(alloy_json_abi::Event::selector);
    let mut found = Vec::new();
    for log in node.logs(&[contract.address], topic, 0, to).await? {
        let arguments = crate::abi::happening(log.address, &log.topics, &log.data).map(|event| event.arguments);
        let account = arguments.and_then(|named| named.get("account").or(named.get("target"))?.as_str()?.parse().ok());
        found.extend(account.filter(|account| !found.contains(account)));
    }
    Ok(found)
}

fn uint32(value: u32) -> DynSolValue {
    DynSolValue::Uint(U256::from(value), 32)
}

fn uint256(value: u64) -> DynSolValue {
    DynSolValue::Uint(U256::from(value), 256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_contracts::NODES;

    #[test]
    fn rules_name_the_function_they_are_about() {
        let selector = contract_named("Nodes").unwrap().function("addValidator").unwrap().selector();
        let rule = json!({"target": NODES.to_string(), "selector": hex::encode_prefixed(selector)});
        assert_eq!(function_of(&rule), "Nodes.addValidator(uint32,bytes32,string)");
        let foreign = json!({"target": "0x00000000000000000000000000000000000a17e5", "selector": "0x01020304"});
        assert_eq!(function_of(&foreign), "0x00000000000000000000000000000000000a17e5.0x01020304");
    }

    #[test]
    fn roles_are_words() {
        assert_eq!(roles_of(7), ["admin", "voter", "operator"]);
        assert_eq!(roles_of(2), ["voter"]);
    }
}
