//! Arrows between crates point down: the table of layers in ARCHITECTURE.md is the law.

use super::Findings;
use cargo_metadata::{DependencyKind, Metadata};
use eyre::ensure;
use std::collections::BTreeMap;

/// `package -> row`, read from the rows `| L3 | `evm`, `txpool` | … |`, lowest layer first.
fn table(architecture: &str) -> eyre::Result<BTreeMap<String, usize>> {
    let rows = architecture.lines().filter(|line| line.starts_with("| L"));
    let mut layers = BTreeMap::new();
    for (number, row) in rows.enumerate() {
        let names = row.split('|').nth(2).unwrap_or_default();
        layers.extend(names.split('`').skip(1).step_by(2).map(|name| (name.to_owned(), number)));
    }
    ensure!(!layers.is_empty(), "ARCHITECTURE.md has no layer table");
    Ok(layers)
}

pub(super) fn check(metadata: &Metadata, architecture: &str) -> eyre::Result<Findings> {
    let layers = table(architecture)?;
    let mut findings = Findings::new();
    for package in metadata.workspace_packages() {
        let Some(own) = layers.get(short(&package.name)) else {
            findings.push(format!("{}: not in the layer table of ARCHITECTURE.md", package.name));
            continue;
        };
        let arrows = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
        for target in arrows.filter_map(|dependency| Some((&dependency.name, layers.get(short(&dependency.name))?))) {
            if target.1 >= own {
                findings.push(format!("{} depends on {}, which is not in a lower layer", package.name, target.0));
            }
        }
    }
    Ok(findings)
}

fn short(package: &str) -> &str {
    package.strip_prefix("althing-").unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_crates_in_backticks() {
        let layers =
            table("| layer | crates |\n|---|---|\n| L0 | `primitives` | |\n| L1 | `keys`, `trie` | x `y` |").unwrap();
        assert_eq!(layers, BTreeMap::from([("keys".into(), 1), ("trie".into(), 1), ("primitives".into(), 0)]));
    }
}
