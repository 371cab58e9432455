use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// One verdict to be checked.
pub(crate) struct Case {
    /// Its name within its file.
    pub(crate) name: String,
    /// Plays it; the error says how we differ.
    pub(crate) play: Box<dyn FnOnce() -> Result<(), String> + Send>,
}

impl Case {
    pub(crate) fn new(name: impl Into<String>, play: impl FnOnce() -> Result<(), String> + Send + 'static) -> Self {
        Self { name: name.into(), play: Box::new(play) }
    }
}

/// The members of an object, unread, by name; those whose name begins with `_` are remarks.
pub(crate) fn members(json: &[u8]) -> Result<BTreeMap<String, Box<RawValue>>, String> {
    let mut members: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(json).map_err(|error| format!("no object of cases: {error}"))?;
    members.retain(|name, _| !name.starts_with('_'));
    Ok(members)
}

/// Equal, or said how not.
pub(crate) fn same<T: PartialEq + std::fmt::Display>(what: &str, found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what} is {found}, expected {expected}")) }
}
