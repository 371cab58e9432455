//! Every dependency's licence is one that deny.toml allows: what `cargo deny check licenses` would
//! say, without that program.

use super::Findings;
use cargo_metadata::Metadata;
use eyre::WrapErr;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
    #[serde(default)]
    clarify: Vec<Clarified>,
}

/// A package whose manifest names a file instead of a licence.
#[derive(Deserialize)]
struct Clarified {
    #[serde(rename = "crate")]
    name: String,
    expression: String,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    name: String,
}

pub(super) fn check(metadata: &Metadata, deny: &str) -> eyre::Result<Findings> {
    let deny: Deny = toml::from_str(deny).wrap_err("deny.toml")?;
    let mut findings = Findings::new();
    for package in &metadata.packages {
        let clarified = deny.licenses.clarify.iter().find(|entry| package.name == entry.name);
        let expression = clarified.map(|entry| &entry.expression).or(package.license.as_ref());
        match expression {
            Some(expression) if satisfied(expression, &deny.licenses.allow) => {}
            Some(expression) => {
                findings.push(format!("{}: licence `{expression}` is not allowed by deny.toml", package.name))
            }
            None => findings.push(format!("{}: states no licence", package.name)),
        }
        if deny.bans.deny.iter().any(|banned| package.name == banned.name) {
            findings.push(format!("{}: banned by deny.toml", package.name));
        }
    }
    Ok(findings)
}

/// SPDX: `AND` binds tighter than `OR`, and `/` is an old spelling of `OR`.
fn satisfied(expression: &str, allow: &BTreeSet<String>) -> bool {
    let expression = expression.trim();
    if let Some((left, operator, right)) = split(expression) {
        return match operator {
            Operator::Or => satisfied(left, allow) || satisfied(right, allow),
            Operator::And => satisfied(left, allow) && satisfied(right, allow),
        };
    }
    match expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => satisfied(inner, allow),
        None => allow.contains(expression),
    }
}

enum Operator {
    Or,
    And,
}

/// At the weakest operator outside parentheses.
fn split(expression: &str) -> Option<(&str, Operator, &str)> {
    let at = |needle: &str| {
        expression.match_indices(needle).map(|(index, _)| index).find(|&index| {
            let before = &expression[..index];
            before.matches('(').count() == before.matches(')').count()
        })
    };
    let or = at(" OR ").map(|index| (index, 4)).or_else(|| at("/").map(|index| (index, 1)));
    if let Some((index, width)) = or {
        return Some((&expression[..index], Operator::Or, &expression[index + width..]));
    }
    at(" AND ").map(|index| (&expression[..index], Operator::And, &expression[index + 5..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allow = BTreeSet::from(["MIT", "ISC"].map(str::to_owned));
        for good in ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "MIT AND ISC", "(MIT OR GPL-3.0) AND ISC"] {
            assert!(satisfied(good, &allow), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "GPL-3.0 AND (MIT OR ISC)", ""] {
            assert!(!satisfied(bad, &allow), "{bad}");
        }
    }
}
