use clap::Args;
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

pub(crate) use althing_node::ConfigFileError as ConfigError;

/// The configuration file; read before the command line is parsed.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConfigArg {
    /// TOML file with the names of these flags (`http.port = 8545`); the command line wins
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Puts what the file of `--config` says right after the subcommand, ahead of the flags given.
///
/// # Errors
/// The file cannot be read or is no TOML.
pub(crate) fn with_config_file(mut arguments: Vec<OsString>) -> Result<Vec<OsString>, ConfigError> {
    let Some(file) = config_file(&arguments) else { return Ok(arguments) };
    let Some(command) = arguments.iter().skip(1).position(|item| !item.to_string_lossy().starts_with('-')) else {
        return Ok(arguments);
    };
    let at = command + 2;
    arguments.splice(at..at, althing_node::config_file_arguments(Path::new(&file))?);
    Ok(arguments)
}

fn config_file(arguments: &[OsString]) -> Option<OsString> {
    let mut items = arguments.iter();
    while let Some(item) = items.next() {
        if item == "--" {
            return None;
        }
        if item == "--config" {
            return items.next().cloned();
        }
        if let Some(value) = item.to_str().and_then(|item| item.strip_prefix("--config=")) {
            return Some(OsStr::new(value).to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test's own file")]
    fn the_file_stands_before_the_flags() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("node.toml");
        std::fs::write(&file, "http.port = 1\n").unwrap();
        let line = ["althing", "node", "--http.port=2", "--config"].map(OsString::from);
        let line = line.into_iter().chain([file.clone().into_os_string()]).collect::<Vec<_>>();
        let found = with_config_file(line).unwrap();
        assert_eq!(found[..4], ["althing", "node", "--http.port=1", "--http.port=2"].map(OsString::from));
    }
}
