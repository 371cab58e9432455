//! `init`, `import`, `export`, `node --no-consensus`, and what they refuse.

use crate::support::{Althing, Finished, Wallet, hex_u64, run};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A chain of a few blocks as a file, and its data folder.
fn exported(dir: &Path) -> (PathBuf, PathBuf) {
    let (data, file) = (dir.join("data"), dir.join("chain.rlp"));
    let mut node = Althing::dev(&data, &[]);
    let rpc = node.rpc();
    let mut wallet = Wallet::published(0, &rpc);
    for value in 1..4 {
        let hash = wallet.transfer(&rpc, "0x0000000000000000000000000000000000000b0b".parse().unwrap(), value);
        rpc.receipt(&hash);
    }
    node.stop();
    let done = run(&["export", "--datadir", path(&data), path(&file)]);
    assert_eq!(done.code, Some(0), "{}", done.talk);
    (data, file)
}

/// A folder of the same network without its blocks.
fn prepared(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::copy(from.join("network.key"), to.join("network.key")).unwrap();
    let done = run(&["init", "--datadir", path(to), "--genesis", path(&from.join("genesis.json"))]);
    assert_eq!(done.code, Some(0), "{}", done.talk);
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn head(finished: &Finished) -> u64 {
    let line = finished.output.lines().find(|line| line.starts_with("head ")).unwrap();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn an_exported_chain_imports_again_and_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = exported(dir.path());
    let copy = dir.path().join("copy");
    prepared(&data, &copy);
    let imported = run(&["import", "--datadir", path(&copy), path(&file)]);
    assert_eq!(imported.code, Some(0), "{}", imported.talk);
    assert!(head(&imported) >= 3);
    // A second time changes nothing.
    let again = run(&["import", "--datadir", path(&copy), path(&file)]);
    assert_eq!((again.code, head(&again)), (Some(0), head(&imported)));

    let second = dir.path().join("again.rlp");
    run(&["export", "--datadir", path(&copy), path(&second)]);
    assert_eq!(fs::read(&file).unwrap(), fs::read(&second).unwrap());

    let mut node = Althing::start(&["node", "--datadir", path(&copy), "--no-consensus", "--http", "--http.port", "0"]);
    let rpc = node.rpc();
    assert_eq!(rpc.height(), head(&imported));
    let balance = rpc.get("eth_getBalance", json!(["0x0000000000000000000000000000000000000b0b", "latest"]));
    assert_eq!(hex_u64(&balance), 6);
    assert_eq!(node.stop().code, Some(0));
}

#[test]
fn an_import_stops_at_the_first_invalid_block_and_keeps_those_before() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = exported(dir.path());
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 40;
    bytes[last] ^= 1;
    let damaged = dir.path().join("damaged.rlp");
    fs::write(&damaged, bytes).unwrap();

    let copy = dir.path().join("copy");
    prepared(&data, &copy);
    let imported = run(&["import", "--datadir", path(&copy), path(&damaged)]);
    assert_eq!(imported.code, Some(1));
    assert!(imported.talk.contains("block"), "{}", imported.talk);
    let kept = head(&imported);
    let whole = run(&["import", "--datadir", path(&copy), path(&file)]);
    assert_eq!(whole.code, Some(0), "{}", whole.talk);
    assert!(kept < head(&whole));
}

#[test]
fn a_genesis_with_an_unknown_field_is_refused_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let genesis = dir.path().join("genesis.json");
    fs::write(&genesis, r#"{"config":{"chainId":1,"frontierTime":5},"gasLimit":"0x1","alloc":{}}"#).unwrap();
    let refused = run(&["init", "--datadir", path(&dir.path().join("data")), "--genesis", path(&genesis)]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains("frontierTime"), "{}", refused.talk);
    assert!(refused.talk.contains("genesis.json"), "{}", refused.talk);
}

#[test]
fn a_node_without_genesis_says_how_to_get_one() {
    let dir = tempfile::tempdir().unwrap();
    let refused = run(&["node", "--datadir", path(dir.path())]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains("althing init --genesis"), "{}", refused.talk);
}

#[test]
fn the_configuration_file_counts_less_than_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let (data, _) = exported(dir.path());
    let config = dir.path().join("node.toml");
    fs::write(&config, format!("datadir = '{}'\nno-consensus = true\n[http]\nenabled = true\nport = 1\n", path(&data)))
        .unwrap();
    let mut node = Althing::start(&["node", "--config", path(&config), "--http.port", "0"]);
    assert!(node.rpc().height() >= 3);
    assert_eq!(node.stop().code, Some(0));

    fs::write(&config, "no-such-flag = true\n").unwrap();
    let refused = run(&["node", "--config", path(&config)]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.talk.contains("no-such-flag"), "{}", refused.talk);
}

#[test]
fn a_damaged_ledger_of_a_lone_validator_names_the_last_good_height() {
    let dir = tempfile::tempdir().unwrap();
    let (data, _) = exported(dir.path());
    let segment = data.join("ledger/truth/00000000.seg");
    let mut bytes = fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let refused = run(&["dev", "--datadir", path(&data), "--http.port", "0"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains("last good height"), "{}", refused.talk);
    let refused = run(&["node", "--datadir", path(&data), "--heal", "--p2p.addr", "127.0.0.1", "--p2p.port", "0"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains("no other validator"), "{}", refused.talk);
}
