use super::Findings;
use std::{cell::Cell, collections::BTreeMap};

const FILE: &str = "xtask/exceptions.txt";

/// Reviewed places where a rule does not hold: lines `rule place: reason`.
pub(super) struct Exceptions<'a>(BTreeMap<&'a str, Cell<bool>>);

impl<'a> Exceptions<'a> {
    /// Reads the list; an entry without a reason is a finding.
    pub(super) fn parse(text: &'a str, findings: &mut Findings) -> Self {
        let mut entries = BTreeMap::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split_once(": ") {
                Some((place, reason)) if !reason.trim().is_empty() => {
                    entries.insert(place, Cell::new(false));
                }
                _ => findings.push(format!("{FILE}: `{line}` gives no reason")),
            }
        }
        Self(entries)
    }

    /// Whether the place is excepted from the rule.
    pub(super) fn allow(&self, rule: &str, place: &str) -> bool {
        let used = self.0.get(format!("{rule} {place}").as_str());
        used.is_some_and(|used| {
            used.set(true);
            true
        })
    }

    /// Entries nothing asked for: the list only shrinks.
    pub(super) fn stale(self) -> Findings {
        let unused = self.0.into_iter().filter(|(_, used)| !used.get());
        unused.map(|(place, _)| format!("{FILE}: `{place}` is not needed any more")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_has_a_reason_and_is_needed() {
        let mut findings = Findings::new();
        let exceptions =
            Exceptions::parse("# why\nlong a.rs big: one table\nroot b/mod.rs: entry\nroot c/mod.rs", &mut findings);
        assert_eq!(findings, ["xtask/exceptions.txt: `root c/mod.rs` gives no reason"]);
        assert!(exceptions.allow("long", "a.rs big"));
        assert!(!exceptions.allow("root", "a.rs"));
        assert_eq!(exceptions.stale(), ["xtask/exceptions.txt: `root b/mod.rs` is not needed any more"]);
    }
}
