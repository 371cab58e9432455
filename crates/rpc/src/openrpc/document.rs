use super::table::{Entry, Kind, Member, Table};
use serde_json::{Map, Value, json};

/// The OpenRPC document of the methods of these names; one that the table lacks has a name only.
pub(crate) fn document<'a>(names: impl IntoIterator<Item = &'a str>) -> Value {
    let table = Table::get();
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_unstable();
    let described = |name: &&str| table.methods.iter().find(|entry| entry.name == *name);
    let methods = names.iter().map(|name| match described(name) {
        Some(entry) => method(entry),
        None => json!({"name": name, "params": []}),
    });
    json!({
        "openrpc": "1.3.2",
        "info": {"title": "Althing JSON-RPC", "version": env!("CARGO_PKG_VERSION")},
        "methods": methods.collect::<Vec<_>>(),
        "components": {"schemas": table.types.iter().map(|entry| (entry.name.to_owned(), schema(entry))).collect::<Map<_, _>>()},
    })
}

fn method(entry: &Entry) -> Value {
    let result = match &entry.kind {
        Kind::Method(result) => result.schema(),
        Kind::Text(_) | Kind::Alias(_) | Kind::Object { .. } => json!({}),
    };
    let param =
        |member: &Member| json!({"name": member.name, "required": member.required, "schema": member.form.schema()});
    json!({
        "name": entry.name,
        "summary": entry.summary,
        "paramStructure": "by-position",
        "params": entry.members.iter().map(param).collect::<Vec<_>>(),
        "result": {"name": "result", "schema": result},
    })
}

fn schema(entry: &Entry) -> Value {
    let mut schema = match &entry.kind {
        Kind::Text(pattern) => json!({"type": "string", "pattern": pattern}),
        Kind::Alias(form) | Kind::Method(form) => form.schema(),
        Kind::Object { open } => object(&entry.members, *open),
    };
    schema["description"] = entry.summary.into();
    schema
}

fn object(members: &[Member], open: bool) -> Value {
    let properties: Map<_, _> = members.iter().map(|member| (member.name.to_owned(), member.form.schema())).collect();
    let required: Vec<_> = members.iter().filter(|member| member.required).map(|member| member.name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": open})
}
