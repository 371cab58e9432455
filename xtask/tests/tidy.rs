//! The house rules, as a test of the whole tree.

#[test]
fn the_tree_keeps_the_house_rules() {
    let findings = xtask::tidy().expect("the tree can be read");
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}
