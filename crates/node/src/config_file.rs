use std::{ffi::OsString, path::Path};
use thiserror::Error;
use toml::{Table, Value};

/// Bytes of a configuration file read at most; a real one has a few hundred.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why a configuration file cannot be used.
#[derive(Debug, Error)]
pub enum ConfigFileError {
    /// The operating system refused.
    #[error("configuration file {0}: {1}")]
    Io(String, std::io::Error),
    /// Larger than any configuration.
    #[error("configuration file {0}: larger than {FILE_BYTES_MAX} bytes")]
    Size(String),
    /// No TOML.
    #[error("configuration file {0}: {1}")]
    Toml(String, toml::de::Error),
    /// A value no flag can have.
    #[error("configuration file {0}: {1} must be a string, a number or true/false")]
    Value(String, String),
}

/// Reads a TOML file as the command line it stands for, so that both know the same names and
/// refuse the same mistakes.
///
/// `http.port = 8545` stands for `--http.port=8545`, `http = true` for `--http=true`. In a table,
/// `enabled` stands for the table's own name: `[http]` `enabled = true` is `--http=true`.
///
/// # Errors
/// The file cannot be read or is no TOML. Unknown names are left to the command line's parser.
pub fn arguments(path: &Path) -> Result<Vec<OsString>, ConfigFileError> {
    let name = path.display().to_string();
    let size = std::fs::metadata(path).map_err(|error| ConfigFileError::Io(name.clone(), error))?.len();
    if size > FILE_BYTES_MAX {
        return Err(ConfigFileError::Size(name));
    }
    let text = std::fs::read_to_string(path).map_err(|error| ConfigFileError::Io(name.clone(), error))?;
    let table = text.parse::<Table>().map_err(|error| ConfigFileError::Toml(name.clone(), error))?;
    let mut out = Vec::new();
    flatten(&table, "", &mut out).map_err(|key| ConfigFileError::Value(name, key))?;
    Ok(out)
}

fn flatten(table: &Table, prefix: &str, out: &mut Vec<OsString>) -> Result<(), String> {
    for (key, value) in table {
        let name = match (prefix, key.as_str()) {
            ("", key) => key.to_owned(),
            (prefix, "enabled") => prefix.to_owned(),
            (prefix, key) => format!("{prefix}.{key}"),
        };
        let text = match value {
            Value::Table(inner) => {
                flatten(inner, &name, out)?;
                continue;
            }
            Value::Array(items) => items.iter().map(scalar).collect::<Option<Vec<_>>>().map(|items| items.join(",")),
            value => scalar(value),
        };
        out.push(format!("--{name}={}", text.ok_or_else(|| name.clone())?).into());
    }
    Ok(())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments_of(text: &str) -> Result<Vec<String>, String> {
        let mut out = Vec::new();
        flatten(&text.parse::<Table>().unwrap(), "", &mut out)?;
        Ok(out.into_iter().map(|item| item.into_string().unwrap()).collect())
    }

    #[test]
    fn names_are_those_of_the_flags() {
        let text =
            "datadir = 'd'\nmetrics = '127.0.0.1:9001'\n[http]\nenabled = true\nport = 8545\ncorsdomain = ['a', 'b']\n";
        let expected =
            ["--datadir=d", "--metrics=127.0.0.1:9001", "--http=true", "--http.port=8545", "--http.corsdomain=a,b"];
        let mut found = arguments_of(text).unwrap();
        let mut expected = expected.map(String::from).to_vec();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_no_flag_can_have_is_named() {
        assert_eq!(arguments_of("[http]\nport = 1979-05-27\n"), Err("http.port".into()));
    }
}
