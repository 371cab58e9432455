use super::table::{Entry, Kind, Member, Table};
use std::fmt::Write;

/// What the page opens with.
const HEAD: &str = "# Every method

This page is written by `make openrpc` from the table that a running node answers `rpc_discover` with; the tests call every method and hold \
its answer against it. A name with `?` may be missing. `[A]` is a list of A, `{A}` an object whose values are A, `A | B` either.
";

/// The manual's page of every method, as Markdown.
pub fn page() -> String {
    let table = Table::get();
    let mut methods: Vec<_> = table.methods.iter().collect();
    methods.sort_unstable_by_key(|entry| entry.name);
    let mut types: Vec<_> = table.types.iter().collect();
    types.sort_unstable_by_key(|entry| entry.name);
    let mut out = HEAD.to_owned();
    let mut last = "";
    for entry in methods {
        let namespace = entry.name.split('_').next().unwrap_or_default();
        if namespace != last {
            last = namespace;
            add(&mut out, format_args!("\n## {namespace}_\n"));
        }
        method(&mut out, entry);
    }
    out.push_str("\n## Types\n");
    types.into_iter().for_each(|entry| named(&mut out, entry));
    out
}

/// Writing to a string does not fail.
fn add(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn method(out: &mut String, entry: &Entry) {
    add(out, format_args!("\n### {}\n\n{}\n", entry.name, entry.summary));
    members(out, &entry.members);
    if let Kind::Method(result) = &entry.kind {
        add(out, format_args!("\nResult: `{result}`\n"));
    }
}

fn members(out: &mut String, members: &[Member]) {
    for (index, member) in members.iter().enumerate() {
        let blank = if index == 0 { "\n" } else { "" };
        let mark = if member.required { "" } else { "?" };
        add(out, format_args!("{blank}- `{}{mark}`: `{}`\n", member.name, member.form));
    }
}

fn named(out: &mut String, entry: &Entry) {
    add(out, format_args!("\n### {}\n\n{}", entry.name, entry.summary));
    match &entry.kind {
        Kind::Text(pattern) => add(out, format_args!(" Text of the form `{pattern}`.\n")),
        Kind::Alias(form) | Kind::Method(form) => add(out, format_args!(" `{form}`\n")),
        Kind::Object { open } => {
            add(out, format_args!("{}\n", if *open { " There may be other members." } else { "" }));
            members(out, &entry.members);
        }
    }
}
