use super::{exceptions::Exceptions, functions, layers, licences, logs, roots, source::Tree, text};

/// What is wrong, one line each.
pub type Findings = Vec<String>;

/// A file past this has more than one subject.
const FILE_LINES_MAX: usize = 800;

/// Runs every check over the workspace this tool was built from.
///
/// # Errors
/// The tree cannot be read, or one of its Rust files does not parse.
pub fn tidy() -> eyre::Result<Findings> {
    let tree = Tree::of_workspace()?;
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(&tree.root).exec()?;
    let mut findings = layers::check(&metadata, &tree.read("ARCHITECTURE.md")?)?;
    findings.extend(licences::check(&metadata, &tree.read("deny.toml")?)?);
    findings.extend(text::check(&tree));
    let exceptions = tree.read("xtask/exceptions.txt")?;
    let exceptions = Exceptions::parse(&exceptions, &mut findings);
    for file in &tree.rust {
        if file.lines > FILE_LINES_MAX {
            findings.push(format!("{}: {} lines, at most {FILE_LINES_MAX}", file.path, file.lines));
        }
        findings.extend(functions::check(file, &exceptions));
        findings.extend(roots::check(file, &exceptions));
        findings.extend(logs::check(file));
    }
    findings.extend(exceptions.stale());
    Ok(findings)
}
