//! A clone builds anywhere: no tracked file names a download address or a path of somebody's
//! machine.

use super::{Findings, source::Tree};

/// Written in two parts, so that this file passes its own check.
const MACHINE_PATHS: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Use", "rs/")];

pub(super) fn check(tree: &Tree) -> Findings {
    let mut findings = Findings::new();
    for path in &tree.paths {
        let Ok(text) = tree.read(path) else { continue }; // a binary file
        for (index, line) in text.lines().enumerate() {
            let found = MACHINE_PATHS.iter().find(|place| names_path(line, place));
            findings.extend(found.map(|place| format!("{path}:{}: names the path {place}", index + 1)));
        }
        if path.ends_with("package-lock.json") && text.contains("\"resolved\"") {
            findings.push(format!("{path}: records download addresses"));
        }
        if path.ends_with(".npmrc") && text.lines().any(|line| line.contains("registry=") || line.contains("_auth")) {
            findings.push(format!("{path}: names a registry"));
        }
    }
    findings
}

/// The path stands at the start of a word, so that `target/work/` is none.
fn names_path(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(index, _)| {
        !line[..index].ends_with(|before: char| before.is_alphanumeric() || "._-/$}".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_inside_another_is_no_machine_path() {
        let place = MACHINE_PATHS[0];
        assert!(names_path(&format!("cd {place}x"), place));
        assert!(!names_path(&format!("target{place}x"), place));
        assert!(!names_path(&format!("${{dir}}{place}x"), place));
    }
}
