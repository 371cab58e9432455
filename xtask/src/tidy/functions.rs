//! A function past 70 lines is split, or stands in `xtask/long_functions.txt` with its reason.

use super::{Findings, source::RustFile};
use std::collections::BTreeMap;
use syn::{spanned::Spanned, visit::Visit};

const FUNCTION_LINES_MAX: usize = 70;

/// `allowed`: lines `path function: reason`; an entry that is no longer needed is a finding too.
pub(super) fn check(files: &[RustFile], allowed: &str) -> Findings {
    let mut findings = Findings::new();
    let mut allowed: BTreeMap<&str, bool> =
        entries(allowed, &mut findings).into_iter().map(|key| (key, false)).collect();
    for file in files {
        for (name, line, lines) in long(file) {
            match allowed.get_mut(format!("{} {name}", file.path).as_str()) {
                Some(used) => *used = true,
                None => findings
                    .push(format!("{}:{line}: `{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}", file.path)),
            }
        }
    }
    let stale = allowed.into_iter().filter(|(_, used)| !used);
    findings.extend(stale.map(|(key, _)| format!("xtask/long_functions.txt: `{key}` is not long any more")));
    findings
}

fn entries<'a>(text: &'a str, findings: &mut Findings) -> Vec<&'a str> {
    let mut keys = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(": ") {
            Some((key, reason)) if !reason.trim().is_empty() => keys.push(key),
            _ => findings.push(format!("xtask/long_functions.txt: `{line}` gives no reason")),
        }
    }
    keys
}

/// Functions over the limit: name, first line, number of lines.
fn long(file: &RustFile) -> Vec<(String, usize, usize)> {
    let mut functions = Functions(Vec::new());
    functions.visit_file(&file.syntax);
    functions.0.retain(|(_, _, lines)| *lines > FUNCTION_LINES_MAX);
    functions.0
}

struct Functions(Vec<(String, usize, usize)>);

impl Functions {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.span().start().line;
        let last = block.brace_token.span.close().end().line;
        self.0.push((signature.ident.to_string(), first, last + 1 - first));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(lines: usize) -> RustFile {
        let body = "    step();\n".repeat(lines - 2);
        RustFile::parse("a.rs", &format!("struct S;\nimpl S {{\n/// Doc.\nfn big() {{\n{body}}}\n}}\n")).unwrap()
    }

    #[test]
    fn a_function_of_71_lines_is_reported_with_its_place() {
        assert!(check(&[file(70)], "").is_empty());
        assert_eq!(check(&[file(71)], ""), ["a.rs:4: `big` has 71 lines, at most 70"]);
    }

    #[test]
    fn an_allowed_function_needs_a_reason_and_must_still_be_long() {
        assert!(check(&[file(71)], "# why\na.rs big: one table").is_empty());
        assert_eq!(
            check(&[file(70)], "a.rs big: one table"),
            ["xtask/long_functions.txt: `a.rs big` is not long any more"]
        );
        assert_eq!(check(&[file(71)], "a.rs big").len(), 2);
    }
}
