//! `althing dev` as a user runs it.

use crate::support::{Althing, Rpc, Wallet, hex_u64, run};
use serde_json::json;
use std::{fs, net::TcpListener, path::Path};

const EMPTY: &str = "0x0000000000000000000000000000000000000b0b";

#[test]
fn a_new_chain_answers_and_makes_transfers_final() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(dir.path(), &[]);
    let rpc = node.rpc();
    assert_eq!(rpc.get("eth_chainId", json!([])), json!("0xe3472"));
    assert_eq!(rpc.get("eth_accounts", json!([])).as_array().unwrap().len(), 10);
    let before = rpc.height();

    let mut wallet = Wallet::published(0, &rpc);
    let hash = wallet.transfer(&rpc, EMPTY.parse().unwrap(), 7);
    let receipt = rpc.receipt(&hash);
    assert_eq!(receipt["status"], json!("0x1"));
    assert!(hex_u64(&receipt["blockNumber"]) > before);
    assert_eq!(rpc.get("eth_getBalance", json!([EMPTY, "latest"])), json!("0x7"));
    let finalized = rpc.get("eth_getBlockByNumber", json!(["finalized", false]));
    assert!(hex_u64(&finalized["number"]) >= hex_u64(&receipt["blockNumber"]));

    assert!(node.output().contains("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));
    assert!(node.output().contains("930930") && node.output().contains("MetaMask"));
    assert_eq!(node.stop().code, Some(0));
}

#[test]
fn data_survives_a_restart_and_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(dir.path(), &[]);
    let rpc = node.rpc();
    let hash = Wallet::published(1, &rpc).transfer(&rpc, EMPTY.parse().unwrap(), 1);
    let included = rpc.receipt(&hash)["blockHash"].clone();
    assert_eq!(node.stop().code, Some(0));

    let mut node = Althing::dev(dir.path(), &[]);
    let rpc = node.rpc();
    assert_eq!(rpc.receipt(&hash)["blockHash"], included);
    assert_eq!(rpc.get("eth_getBalance", json!([EMPTY, "latest"])), json!("0x1"));
    let hash = Wallet::published(1, &rpc).transfer(&rpc, EMPTY.parse().unwrap(), 1);
    rpc.receipt(&hash);
    node.kill();

    let mut node = Althing::dev(dir.path(), &[]);
    let rpc = node.rpc();
    assert_eq!(rpc.receipt(&hash)["status"], json!("0x1"));
    assert_eq!(rpc.get("eth_getBalance", json!([EMPTY, "latest"])), json!("0x2"));
}

#[test]
fn an_ephemeral_chain_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(ephemeral(dir.path()).stop().code, Some(0));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn what_a_killed_ephemeral_chain_leaves_goes_with_the_next() {
    let dir = tempfile::tempdir().unwrap();
    ephemeral(dir.path()).kill();
    assert_eq!(ephemeral(dir.path()).stop().code, Some(0));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

/// A chain in memory that made a block, with `dir` for everything it might write.
fn ephemeral(dir: &Path) -> Althing {
    let mut node = Althing::start_with(&["dev", "--ephemeral", "--http.port", "0"], |command| {
        command.env("HOME", dir).env("TMPDIR", dir).current_dir(dir);
    });
    let rpc = node.rpc();
    let hash = Wallet::published(0, &rpc).transfer(&rpc, EMPTY.parse().unwrap(), 1);
    rpc.receipt(&hash);
    node
}

#[test]
fn the_default_folder_is_in_the_users_home() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::start_with(&["dev", "--http.port", "0"], |command| {
        command.env("HOME", dir.path());
    });
    node.rpc().height();
    assert_eq!(node.stop().code, Some(0));
    assert!(dir.path().join(".althing/dev/genesis.json").exists());
}

#[test]
fn a_locked_folder_is_one_clear_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(dir.path(), &[]);
    node.rpc();
    let second = run(&["dev", "--datadir", dir.path().to_str().unwrap(), "--http.port", "0"]);
    assert_eq!(second.code, Some(1));
    assert!(second.talk.contains("is in use by another althing process"), "{}", second.talk);
    assert!(second.talk.contains(&node.id().to_string()), "{}", second.talk);
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = run(&["dev", "--datadir", dir.path().to_str().unwrap(), "--http.port", &port]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains(&format!("127.0.0.1:{port}")), "{}", refused.talk);
    assert!(refused.talk.contains("in use"), "{}", refused.talk);
}

#[test]
fn another_genesis_is_one_clear_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(dir.path(), &[]);
    node.rpc();
    node.stop();
    let path = dir.path().to_str().unwrap();
    let refused = run(&["dev", "--datadir", path, "--http.port", "0", "--fee-mode", "eip1559"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains("genesis differs"), "{}", refused.talk);
}

#[test]
fn ordinary_fees_where_the_genesis_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(dir.path(), &["--fee-mode", "eip1559", "--block-time", "100"]);
    let rpc = node.rpc();
    assert_ne!(rpc.get("eth_gasPrice", json!([])), json!("0x0"));
    let latest = rpc.get("eth_getBlockByNumber", json!(["latest", false]));
    assert_ne!(latest["baseFeePerGas"], json!("0x0"));
    node.stop();

    // Without the flags the folder's own genesis counts.
    let mut node = Althing::dev(dir.path(), &[]);
    assert_ne!(node.rpc().get("eth_gasPrice", json!([])), json!("0x0"));
}

#[test]
fn health_readiness_and_metrics_are_served() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(dir.path(), &["--metrics", "127.0.0.1:0", "--log.json"]);
    let rpc = node.rpc();
    let hash = Wallet::published(0, &rpc).transfer(&rpc, EMPTY.parse().unwrap(), 1);
    rpc.receipt(&hash);
    let metrics = node.address("Metrics    http://");
    let (status, health) = Rpc::http_get(metrics, "/health").unwrap();
    assert_eq!((status, health.contains("\"phase\":\"running\"")), (200, true), "{health}");
    assert_eq!(Rpc::http_get(metrics, "/ready").unwrap().0, 200);
    let (_, text) = Rpc::http_get(metrics, "/metrics").unwrap();
    assert!(text.contains("althing_chain_height"), "{text}");
}

#[test]
fn nothing_is_on_disk_in_the_clear() {
    // In calldata of a creation whose code stores it, logs it and returns it as code.
    let marker = b"a marker nobody may find in any file 0123456789";
    let word = &marker[..32];
    let mut code = vec![0x7f];
    code.extend_from_slice(word); // push32 word
    code.extend_from_slice(&[0x80, 0x60, 0x00, 0x55]); // dup1, sstore(0, word)
    code.extend_from_slice(&[0x60, 0x00, 0x52]); // mstore(0, word)
    code.extend_from_slice(&[0x60, 0x20, 0x60, 0x00, 0xa0]); // log0(0, 32)
    code.extend_from_slice(&[0x60, 0x20, 0x60, 0x00, 0xf3]); // return(0, 32)

    let dir = tempfile::tempdir().unwrap();
    let mut node = Althing::dev(dir.path(), &["-v"]);
    let rpc = node.rpc();
    let mut wallet = Wallet::published(0, &rpc);
    let raw = wallet.sign(althing_primitives::TxKind::Create, 0, 1_000_000, code.into());
    let hash = rpc.get("eth_sendRawTransaction", json!([raw]));
    let receipt = rpc.receipt(hash.as_str().unwrap());
    assert_eq!(receipt["status"], json!("0x1"));
    assert_eq!(receipt["logs"].as_array().unwrap().len(), 1);
    let contract = receipt["contractAddress"].as_str().unwrap().to_owned();
    let talk = node.stop().talk;

    let address = althing_primitives::hex::decode(&contract).unwrap();
    let transaction = althing_primitives::hex::decode(hash.as_str().unwrap()).unwrap();
    let needles = [word.to_vec(), address, wallet.address().to_vec(), transaction];
    let genesis = dir.path().join("genesis.json");
    for file in files(dir.path()) {
        let bytes = fs::read(&file).unwrap();
        for needle in &needles {
            // The funded accounts are public: the genesis names them.
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found || Path::new(&file) == genesis, "{file} shows {}", althing_primitives::hex::encode(needle));
        }
    }
    for needle in &needles {
        assert!(!talk.contains(&althing_primitives::hex::encode(needle)), "the log shows {needle:?}");
    }
}

/// Every file below a folder.
fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.display().to_string()),
            }
        }
    }
    found
}
