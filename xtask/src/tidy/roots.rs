//! `lib.rs` and `mod.rs` hold docs, declarations and re-exports; the code stands in files named
//! after it.

use super::{Findings, exceptions::Exceptions, source::RustFile};
use syn::{Item, spanned::Spanned};

pub(super) fn check(file: &RustFile, exceptions: &Exceptions<'_>) -> Findings {
    let Some(item) = file.syntax.items.iter().find(|item| !is_declaration(item)) else { return Findings::new() };
    if !is_root(&file.path) || exceptions.allow("root", &file.path) {
        return Findings::new();
    }
    vec![format!("{}:{}: code in a file of declarations", file.path, item.span().start().line)]
}

fn is_root(path: &str) -> bool {
    let tests = path.contains("/tests/") || path.contains("/benches/");
    !tests && (path.ends_with("/lib.rs") || path.ends_with("/mod.rs"))
}

fn is_declaration(item: &Item) -> bool {
    match item {
        Item::Use(_) | Item::ExternCrate(_) | Item::Type(_) => true,
        Item::Mod(module) => module.content.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_declarations_pass() {
        let exceptions = Exceptions::parse("", &mut Findings::new());
        let check = |path, text| check(&RustFile::parse(path, text).unwrap(), &exceptions);
        assert!(check("crates/a/src/lib.rs", "//! Doc.\nmod b;\npub use b::B;").is_empty());
        assert_eq!(
            check("crates/a/src/lib.rs", "mod b;\nfn c() {}"),
            ["crates/a/src/lib.rs:2: code in a file of declarations"]
        );
        assert!(check("crates/a/src/c.rs", "fn c() {}").is_empty());
    }
}
