use crate::case::same;

/// The cases a suite is expected to fail, from a reviewed file: lines `PATTERN: reason`, `#` begins
/// a remark. A pattern is part of a case's full name, or with `*` several parts in this order; a `$`
/// after it stands for the end of the name.
#[derive(Clone, Debug, Default)]
pub struct Expected(Vec<Line>);

#[derive(Clone, Debug)]
struct Line {
    parts: Vec<String>,
    at_end: bool,
}

impl Expected {
    /// Reads a file.
    ///
    /// # Errors
    /// The line that has no reason.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let parse = |line: &str| {
            let (pattern, reason) = line.split_once(": ").ok_or_else(|| format!("`{line}` gives no reason"))?;
            same("an empty pattern or reason", pattern.is_empty() || reason.trim().is_empty(), false)?;
            let (pattern, at_end) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
            Ok(Line { parts: pattern.split('*').map(str::to_owned).collect(), at_end })
        };
        lines.map(parse).collect::<Result<_, String>>().map(Self)
    }

    /// Whether a case is to fail.
    pub fn fails(&self, name: &str) -> bool {
        self.0.iter().any(|line| line.matches(name))
    }
}

impl Line {
    fn matches(&self, name: &str) -> bool {
        let mut rest = name;
        let ends = !self.at_end || self.parts.last().is_some_and(|last| name.ends_with(last.as_str()));
        ends && self.parts.iter().all(|part| match rest.find(part.as_str()) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_cases_and_every_line_has_a_reason() {
        let expected = Expected::parse("# remark\n\nstExample.json*Constantinople/: never in force\n").unwrap();
        assert!(expected.fails("a/stExample.json::add11/Constantinople/0"));
        assert!(!expected.fails("a/stExample.json::add11/Istanbul/0"));
        let at_end = Expected::parse("_Constantinople$: never in force").unwrap();
        assert!(at_end.fails("a.json::add_Constantinople") && !at_end.fails("a.json::add_ConstantinopleFix"));
        assert!(Expected::parse("only a pattern").is_err());
        assert!(Expected::parse(": a reason").is_err());
    }
}
