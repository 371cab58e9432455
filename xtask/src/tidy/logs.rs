//! A log line is a letter to the host: none of its fields may name what belongs to one account or
//! one client.

use super::{Findings, source::RustFile};
use proc_macro2::{TokenStream, TokenTree};
use syn::{spanned::Spanned, visit::Visit};

/// Macros whose arguments leave the process.
const LOGGING: [&str; 11] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
];

/// Names that say what a log line must not.
const FORBIDDEN: [&str; 22] = [
    "address",
    "account",
    "sender",
    "signer",
    "recipient",
    "beneficiary",
    "from",
    "to",
    "tx",
    "tx_hash",
    "transaction",
    "transaction_hash",
    "value",
    "amount",
    "balance",
    "calldata",
    "input",
    "slot",
    "storage_key",
    "ip",
    "client_ip",
    "remote_addr",
];

pub(super) fn check(file: &RustFile) -> Findings {
    let mut letters = Letters { path: &file.path, findings: Findings::new() };
    if !file.path.starts_with("xtask/") {
        letters.visit_file(&file.syntax);
    }
    letters.findings
}

struct Letters<'a> {
    path: &'a str,
    findings: Findings,
}

impl<'ast> Visit<'ast> for Letters<'_> {
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if LOGGING.contains(&name.as_str()) {
            let mut words = Vec::new();
            words_of(call.tokens.clone(), &mut words);
            words.retain(|word| FORBIDDEN.contains(&word.as_str()));
            for word in words {
                self.findings.push(format!("{}:{}: a log line names `{word}`", self.path, call.span().start().line));
            }
        }
        syn::visit::visit_macro(self, call);
    }
}

/// Field names, variables and methods of a macro call, and the names in braces of its format string.
fn words_of(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Group(group) => words_of(group.stream(), words),
            TokenTree::Literal(literal) => words.extend(placeholders(&literal.to_string())),
            TokenTree::Punct(_) => {}
        }
    }
}

fn placeholders(text: &str) -> Vec<String> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split(['}', ':', '.']).next());
    inside.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> usize {
        check(&RustFile::parse("crates/a/src/b.rs", &format!("fn f() {{ {line} }}")).unwrap()).len()
    }

    #[test]
    fn fields_variables_and_placeholders_are_read() {
        assert_eq!(found("tracing::info!(height, count = n, \"committed\");"), 0);
        assert_eq!(found("info!(sender = %s, \"admitted\");"), 1);
        assert_eq!(found("warn!(who = ?tx.address, \"odd\");"), 2);
        assert_eq!(found("debug!(\"dropped {tx_hash:?}\");"), 1);
        assert_eq!(found("format!(\"{address}\");"), 0);
    }
}
