//! A fixed sample of every stored suite, spread over all its files, and the small ones whole;
//! `make conformance` plays everything.
#![allow(clippy::print_stdout, reason = "says how many cases it played")]

#[path = "../../chainspec/tests/test_data/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod test_data;

use althing_conformance::{Selection, Suite, run};

/// Plays cases of an archive's folder, so many of each file; at least so many have to be there.
fn play(archive: &str, folder: &str, suite: Suite, per_file: Option<usize>, at_least: usize) {
    let Some(unpacked) = test_data::unpack(archive) else { return };
    let selection = Selection { per_file, expected: suite.expected(), ..Selection::default() };
    let report = run(suite, &unpacked.path().join(folder), &selection).unwrap();
    println!("{archive} {folder}: {}", report.closing_line());
    let failures: Vec<String> = report.failures().take(100).collect();
    assert!(failures.is_empty(), "{}\n{}", report.closing_line(), failures.join("\n"));
    assert!(report.passed() >= at_least, "{} {folder}: only {}", archive, report.closing_line());
}

#[test]
fn a_sample_of_the_state_tests_passes() {
    play("eest-v5.4.0.tar.zst", "eest-v5.4.0/state_tests", Suite::State, Some(4), 700);
}

#[test]
fn a_sample_of_every_fork_s_blockchain_tests_passes() {
    play("eest-v5.4.0.tar.zst", "eest-v5.4.0/blockchain_tests", Suite::Blockchain, Some(4), 700);
}

#[test]
fn a_sample_of_prague_s_blockchain_tests_passes() {
    play("eest-for_prague.tar.zst", "eest-for_prague", Suite::Blockchain, Some(1), 2_000);
}

#[test]
fn ethereum_s_transaction_tests_pass() {
    play("ethereum-tests.tar.zst", "ethereum-tests/TransactionTests", Suite::Transactions, None, 2_665);
}

#[test]
fn ethereum_s_decoding_tests_pass() {
    for (folder, suite, at_least) in [
        ("TrieTests", Suite::Trie, 20),
        ("RLPTests", Suite::Rlp, 50),
        ("BasicTests", Suite::Basic, 15),
        ("ABITests", Suite::Abi, 3),
        ("KeyStoreTests", Suite::Keystore, 5),
    ] {
        play("ethereum-tests.tar.zst", &format!("ethereum-tests/{folder}"), suite, None, at_least);
    }
}

#[test]
fn wallet_vectors_pass() {
    play("wallet-vectors.tar.zst", "wallet-vectors", Suite::Wallet, None, 4_800);
}
