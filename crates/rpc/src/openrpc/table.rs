use super::form::Form;
use std::sync::LazyLock;

/// The table's text; its head says how it is written.
const TEXT: &str = include_str!("table.txt");

static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::parse(TEXT).unwrap_or_else(|line| panic!("the tests read this table: {line}")));

/// Every method and every named form.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) methods: Vec<Entry>,
    pub(super) types: Vec<Entry>,
}

/// A method or a type.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) summary: &'static str,
    /// Parameters or members.
    pub(super) members: Vec<Member>,
}

/// What an entry is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A string of this pattern.
    Text(&'static str),
    /// Another name.
    Alias(Form),
    /// An object; whether it may have members that are not named.
    Object { open: bool },
    /// A method with its result.
    Method(Form),
}

/// A parameter or member.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) form: Form,
}

impl Table {
    /// The one table.
    pub(super) fn get() -> &'static Self {
        &TABLE
    }

    /// The error is the line that cannot be read.
    fn parse(text: &'static str) -> Result<Self, &'static str> {
        let mut entries: Vec<Entry> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix("  ") {
                None => entries.push(Entry::open(line).ok_or(line)?),
                Some(detail) => {
                    let (last, before) = entries.split_last_mut().ok_or(line)?;
                    last.add(detail, before).ok_or(line)?;
                }
            }
        }
        let (methods, types) = entries.into_iter().partition(|entry| matches!(entry.kind, Kind::Method(_)));
        Ok(Self { methods, types })
    }

    /// The type of a name.
    #[cfg(test)]
    pub(super) fn find(&self, name: &str) -> Option<&Entry> {
        self.types.iter().find(|entry| entry.name == name)
    }
}

impl Entry {
    /// An entry's first line.
    fn open(line: &'static str) -> Option<Self> {
        let (word, rest) = line.split_once(' ')?;
        let (name, kind) = match word {
            "text" => rest.split_once(' ').map(|(name, pattern)| (name, Kind::Text(pattern)))?,
            "type" => rest.split_once(" = ").and_then(|(name, form)| Some((name, Kind::Alias(Form::parse(form)?))))?,
            "object" => (rest, Kind::Object { open: false }),
            "open" => (rest.strip_prefix("object ")?, Kind::Object { open: true }),
            "method" => (rest, Kind::Method(Form::Any)),
            _ => return None,
        };
        Some(Self { name, kind, summary: "", members: Vec::new() })
    }

    /// One of its further lines; `before` are the entries above.
    fn add(&mut self, line: &'static str, before: &[Self]) -> Option<()> {
        if self.summary.is_empty() {
            self.summary = line;
        } else if let Some(form) = line.strip_prefix("-> ") {
            self.kind = Kind::Method(Form::parse(form)?);
        } else if let Some(name) = line.strip_prefix("+ ") {
            self.members.extend_from_slice(&before.iter().find(|entry| entry.name == name)?.members);
        } else {
            let (name, form) = line.split_once(": ")?;
            let (name, required) = name.strip_suffix('?').map_or((name, true), |name| (name, false));
            self.members.push(Member { name, required, form: Form::parse(form)? });
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_and_every_name_in_it_has_a_meaning() {
        let table = Table::parse(TEXT).unwrap();
        for entry in table.methods.iter().chain(&table.types) {
            let own = match &entry.kind {
                Kind::Alias(form) | Kind::Method(form) => Some(form),
                Kind::Text(_) | Kind::Object { .. } => None,
            };
            for name in own.into_iter().chain(entry.members.iter().map(|member| &member.form)).flat_map(Form::names) {
                assert!(table.find(name).is_some(), "{}: {name}", entry.name);
            }
            assert!(entry.summary.ends_with('.'), "{}", entry.name);
        }
    }

    #[test]
    fn names_are_distinct_and_all_used() {
        let table = Table::get();
        let mut names: Vec<_> = table.methods.iter().chain(&table.types).map(|entry| entry.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        for entry in &table.types {
            let word = |form: &Form| form.names().contains(&entry.name);
            let others = table.methods.iter().chain(&table.types).filter(|other| other.name != entry.name);
            let used = others.into_iter().any(|other| {
                let own = matches!(&other.kind, Kind::Alias(form) | Kind::Method(form) if word(form));
                own || other.members.iter().any(|member| word(&member.form))
            });
            assert!(used || TEXT.contains(&format!("  + {}\n", entry.name)), "{} is not used", entry.name);
        }
    }

    #[test]
    fn lines_that_are_no_table_are_named() {
        for text in ["nonsense", "type A = [B", "object A\n  A.\n  + B", "method a\n  A.\n  b = c", "  lost"] {
            assert!(Table::parse(text).is_err(), "{text}");
        }
    }
}
