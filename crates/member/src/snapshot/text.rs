use super::rule;
use crate::{abi::quoted, times::moment};
use serde_json::Value;
use std::fmt::Write;

/// The state as a page a person reads: constitution, members, nodes, parameters.
pub(crate) fn page(state: &Value) -> String {
    let sections = [
        constitution(&state["constitution"]),
        members(&state["members"]),
        nodes(&state["nodes"]),
        listed("Parameters", &state["parameters"]),
        listed("Access", &state["access"]),
        listed("Recovery", &state["recovery"]),
    ];
    sections.join("\n")
}

/// What a member acknowledges.
pub(crate) fn constitution(state: &Value) -> String {
    let mut text = format!("Constitution {}\n", plain(&state["constitutionHash"]));
    for entry in items(&state["rules"]) {
        let _ = writeln!(text, "  {}: {}", plain(&entry["function"]), rule::words(&entry["rule"]));
    }
    let _ = writeln!(text, "  everything else: {}", rule::words(&state["defaultRule"]));
    let _ = writeln!(text, "  what loosens never below: {}", rule::floor(&state["floor"]));
    let window = state["executionWindow"].as_u64().unwrap_or_default();
    let _ = writeln!(text, "  a proposal that succeeded may be executed for {}", crate::times::span(window));
    let contract = plain(&state["constitution"]);
    if contract.trim_start_matches("0x").contains(|digit| digit != '0') {
        let _ = writeln!(text, "  the contract {contract} decides where it answers");
    }
    text
}

/// `  1 Alpha  Active  0x…`
pub(crate) fn members(members: &Value) -> String {
    let mut text = String::from("Members\n");
    for member in items(members) {
        let (id, status, account) = (plain(&member["id"]), plain(&member["status"]), plain(&member["account"]));
        let since = moment(member["since"].as_u64().unwrap_or_default());
        let name = quoted(member["name"].as_str().unwrap_or_default());
        let _ = writeln!(
            text,
            "  {id:<4} {name:<20} {status:<10} class {} {account} since {since}",
            plain(&member["class"])
        );
        for other in items(&member["accounts"]).filter(|other| other["account"] != member["account"]) {
            let roles = items(&other["roles"]).map(plain).collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "       {} ({roles})", plain(&other["account"]));
        }
    }
    text
}

fn nodes(nodes: &Value) -> String {
    let mut text = String::from("Nodes\n");
    let rows = items(&nodes["validators"]).map(|node| ("validator", node));
    for (kind, node) in rows.chain(items(&nodes["followers"]).map(|node| ("follower", node))) {
        let suspended = if node["suspended"] == true { " suspended" } else { "" };
        let host = quoted(node["host"].as_str().unwrap_or_default());
        let key = plain(&node["publicKey"]);
        let _ = writeln!(text, "  {kind:<10} {key} of member {} at {host}{suspended}", plain(&node["member"]));
    }
    let _ = writeln!(text, "  measurements: {}", items(&nodes["measurements"]).count());
    let _ = writeln!(text, "  last change for an epoch in block {}", plain(&nodes["epochChange"]));
    text
}

/// Every field on a line of its own.
fn listed(title: &str, fields: &Value) -> String {
    let mut text = format!("{title}\n");
    for (name, value) in fields.as_object().into_iter().flatten() {
        let _ = writeln!(text, "  {name:<26} {}", plain(value));
    }
    text
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Text without quotes, everything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_constitution_reads_as_rules() {
        let rule = json!({"kind": "Unanimous", "votingPeriod": 60, "timelock": 0});
        let state = json!({
            "constitutionHash": "0xabc", "defaultRule": rule, "executionWindow": 60, "constitution": "0x0000",
            "rules": [{"function": "Nodes.addValidator(uint32,bytes32,string)", "rule": rule}],
            "floor": {"missing": 0, "timelock": 0, "veto": false},
        });
        let text = constitution(&state);
        assert!(text.contains("Nodes.addValidator(uint32,bytes32,string): every member; ballots for 1 min; at once"));
        assert!(!text.contains("decides where it answers"));
    }

    #[test]
    fn a_name_cannot_move_the_cursor() {
        let found = members(&json!([{"id": 1, "name": "A\u{1b}[2J", "status": "Active", "since": 0}]));
        assert!(!found.contains('\u{1b}'));
    }
}
