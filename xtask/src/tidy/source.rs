use eyre::{WrapErr, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The tracked (and not yet added) files of the workspace.
pub(super) struct Tree {
    pub(super) root: PathBuf,
    /// Paths relative to the root, in order.
    pub(super) paths: Vec<String>,
    /// The Rust files among them, parsed.
    pub(super) rust: Vec<RustFile>,
}

/// One parsed Rust file.
pub(super) struct RustFile {
    pub(super) path: String,
    pub(super) lines: usize,
    pub(super) syntax: syn::File,
}

impl Tree {
    pub(super) fn of_workspace() -> eyre::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_owned();
        let paths = listed(&root)?;
        let rust = paths.iter().filter(|path| path.ends_with(".rs")).map(|path| RustFile::read(&root, path));
        let rust = rust.collect::<eyre::Result<_>>()?;
        Ok(Self { root, paths, rust })
    }

    pub(super) fn read(&self, path: &str) -> eyre::Result<String> {
        fs::read_to_string(self.root.join(path)).wrap_err_with(|| path.to_owned())
    }
}

impl RustFile {
    fn read(root: &Path, path: &str) -> eyre::Result<Self> {
        let text = fs::read_to_string(root.join(path)).wrap_err_with(|| path.to_owned())?;
        Self::parse(path, &text)
    }

    pub(super) fn parse(path: &str, text: &str) -> eyre::Result<Self> {
        let syntax = syn::parse_file(text).wrap_err_with(|| path.to_owned())?;
        Ok(Self { path: path.to_owned(), lines: text.lines().count(), syntax })
    }
}

fn listed(root: &Path) -> eyre::Result<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(arguments).current_dir(root).output().wrap_err("git ls-files")?;
    ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout)?;
    let mut paths: Vec<_> = names.split('\0').filter(|path| root.join(path).is_file()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}
