//! A function past 70 lines is split, or excepted with its reason.

use super::{Findings, exceptions::Exceptions, source::RustFile};
use syn::{spanned::Spanned, visit::Visit};

const FUNCTION_LINES_MAX: usize = 70;

pub(super) fn check(file: &RustFile, exceptions: &Exceptions<'_>) -> Findings {
    let long = long(file).into_iter().filter(|(name, ..)| !exceptions.allow("long", &format!("{} {name}", file.path)));
    long.map(|(name, line, lines)| {
        format!("{}:{line}: `{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}", file.path)
    })
    .collect()
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
    fn a_function_of_71_lines_is_reported_with_its_place_unless_excepted() {
        let check = |lines, text| check(&file(lines), &Exceptions::parse(text, &mut Findings::new()));
        assert!(check(70, "").is_empty());
        assert_eq!(check(71, ""), ["a.rs:4: `big` has 71 lines, at most 70"]);
        assert!(check(71, "long a.rs big: one table").is_empty());
    }
}
