use serde_json::{Map, Value};

/// Fields by which the items of a list are recognised.
const KEYS: [&str; 4] = ["publicKey", "id", "account", "selector"];

/// A value that two states disagree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// `parameters.gasLimit`, `members[3].status`
    pub(crate) path: String,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// Every value that differs, in the order of the first state; null stands for what one has not.
pub(crate) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(String::new(), before, after, &mut found);
    found
}

fn walk(path: String, before: &Value, after: &Value, found: &mut Vec<Difference>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(before), Value::Object(after)) => walk_object(&path, before, after, found),
        (Value::Array(before), Value::Array(after)) => walk_list(&path, before, after, found),
        _ => found.push(Difference { path, before: before.clone(), after: after.clone() }),
    }
}

fn walk_object(path: &str, before: &Map<String, Value>, after: &Map<String, Value>, found: &mut Vec<Difference>) {
    let added = after.keys().filter(|key| !before.contains_key(*key));
    for key in before.keys().chain(added) {
        let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let side = |side: &Map<String, Value>| side.get(key).cloned().unwrap_or_default();
        walk(at, &side(before), &side(after), found);
    }
}

/// Items are matched by what names them, so that one that goes does not shift the others.
fn walk_list(path: &str, before: &[Value], after: &[Value], found: &mut Vec<Difference>) {
    let keyed = |list: &[Value]| list.iter().map(|item| (name(item), item.clone())).collect::<Map<_, _>>();
    let (before, after) = (keyed(before), keyed(after));
    let added = after.keys().filter(|key| !before.contains_key(*key));
    for key in before.keys().chain(added) {
        let side = |side: &Map<String, Value>| side.get(key).cloned().unwrap_or_default();
        walk(format!("{path}[{key}]"), &side(&before), &side(&after), found);
    }
}

fn name(item: &Value) -> String {
    let key = KEYS.iter().find_map(|key| item.get(key)).unwrap_or(item);
    key.as_str().map_or_else(|| key.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_items_and_fields_are_compared_by_name() {
        let before = json!({"gas": 1, "nodes": [{"id": 1, "seat": true}, {"id": 2, "seat": true}], "kept": [1]});
        let after = json!({"gas": 2, "nodes": [{"id": 2, "seat": false}, {"id": 3}], "kept": [1]});
        let found = differences(&before, &after);
        let texts = found.iter().map(|d| format!("{}: {} -> {}", d.path, d.before, d.after)).collect::<Vec<_>>();
        let expected = [
            "gas: 1 -> 2",
            "nodes[1]: {\"id\":1,\"seat\":true} -> null",
            "nodes[2].seat: true -> false",
            "nodes[3]: null -> {\"id\":3}",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn equal_states_have_no_differences() {
        let state = json!({"list": ["0x01", "0x02"]});
        assert_eq!(differences(&state, &state.clone()), []);
        let fewer = json!({"list": ["0x02"]});
        assert_eq!(differences(&state, &fewer)[0].path, "list[0x01]");
    }
}
