//! `althing account`: keystore files other tools can read.

use crate::support::run;
use alloy_signer_local::PrivateKeySigner;
use std::fs;

const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ADDRESS: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

#[test]
fn an_imported_key_is_listed_and_opens_with_its_password() {
    let dir = tempfile::tempdir().unwrap();
    let (root, key, password) = (dir.path().join("data"), dir.path().join("key"), dir.path().join("password"));
    fs::write(&key, format!("0x{KEY}\n")).unwrap();
    fs::write(&password, "secret\n").unwrap();
    let flags = ["--datadir", root.to_str().unwrap(), "--password", password.to_str().unwrap()];

    let imported = run(&[&["account", "import", key.to_str().unwrap()], &flags[..]].concat());
    assert_eq!(imported.code, Some(0), "{}", imported.talk);
    assert_eq!(imported.output.trim().to_lowercase(), ADDRESS);

    let listed = run(&["account", "list", flags[0], flags[1]]).output;
    let (address, path) = listed.trim().split_once(' ').unwrap();
    assert_eq!(address, ADDRESS);
    let signer = PrivateKeySigner::decrypt_keystore(path, "secret").unwrap();
    assert_eq!(signer.address().to_string().to_lowercase(), ADDRESS);
    assert!(!fs::read_to_string(path).unwrap().contains(KEY));

    let again = run(&[&["account", "import", key.to_str().unwrap()], &flags[..]].concat());
    assert_eq!(again.code, Some(1));
    assert!(again.talk.contains("already"), "{}", again.talk);

    let made = run(&[&["account", "new"], &flags[..]].concat());
    assert_eq!(made.code, Some(0), "{}", made.talk);
    assert_eq!(run(&["account", "list", flags[0], flags[1]]).output.lines().count(), 2);
}
