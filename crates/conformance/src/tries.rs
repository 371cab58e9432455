//! Roots of tries: those of accounts by our state trie, all others by the builder our roots of
//! transactions and receipts come from.

use crate::{
    case::{Case, members, same},
    json::Blob,
};
use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, Nibbles, TrieAccount};
use althing_primitives::{Account, AccountChange, Address, B256, Changes, keccak256, rlp::Decodable};
use althing_trie::{Root, StateTrie};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{collections::BTreeMap, path::Path};

#[derive(Deserialize)]
struct Fixture {
    #[serde(rename = "in")]
    content: Value,
    root: Option<Blob>,
    /// Keys with their neighbours.
    tests: Option<Value>,
}

pub(crate) fn cases(file: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let secure = name.contains("secure");
    let case = |(name, raw): (String, Box<RawValue>)| Case::new(name, move || play(&raw, secure));
    Ok(members(json)?.into_iter().map(case).collect())
}

fn play(raw: &RawValue, secure: bool) -> Result<(), String> {
    let fixture: Fixture = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    if fixture.tests.is_some() {
        return Err("our tries have no walk from key to key".into());
    }
    let entries = entries(&fixture.content)?;
    if !secure && entries.keys().zip(entries.keys().skip(1)).any(|(key, next)| next.starts_with(key)) {
        return Err("a key begins with another one, which no trie of a chain has".into());
    }
    let root = fixture.root.ok_or("has no `root`")?.word()?;
    same("the root", plain_root(&entries, secure), root)?;
    match accounts(&entries).filter(|_| secure) {
        Some(changes) => same("the state trie's root", state_root(changes), root),
        None => Ok(()),
    }
}

/// The entries that are left after all were written in order; no value deletes.
fn entries(content: &Value) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, String> {
    let mut entries = BTreeMap::new();
    let mut write = |key: &str, value: &Value| {
        match value {
            Value::String(value) => entries.insert(text(key), text(value)),
            Value::Null => entries.remove(&text(key)),
            other => return Err(format!("{other} is no value")),
        };
        Ok(())
    };
    match content {
        Value::Object(members) => members.iter().try_for_each(|(key, value)| write(key, value))?,
        Value::Array(pairs) => pairs.iter().try_for_each(|pair| match pair.as_array().map(Vec::as_slice) {
            Some([Value::String(key), value]) => write(key, value),
            _ => Err(format!("{pair} is no entry")),
        })?,
        other => return Err(format!("{other} is no content")),
    }
    Ok(entries)
}

/// Hexadecimal with its prefix, else the characters themselves.
fn text(text: &str) -> Vec<u8> {
    match text.starts_with("0x").then(|| crate::json::bytes(text)).flatten() {
        Some(bytes) => bytes.to_vec(),
        None => text.as_bytes().to_vec(),
    }
}

fn plain_root(entries: &BTreeMap<Vec<u8>, Vec<u8>>, secure: bool) -> B256 {
    let key = |key: &Vec<u8>| if secure { keccak256(key).to_vec() } else { key.clone() };
    let sorted: BTreeMap<Vec<u8>, &Vec<u8>> = entries.iter().map(|(path, value)| (key(path), value)).collect();
    let mut builder = HashBuilder::default();
    for (key, value) in sorted {
        builder.add_leaf(Nibbles::unpack(&key), value);
    }
    builder.root()
}

/// The content as a state, where every entry is an account without storage.
fn accounts(entries: &BTreeMap<Vec<u8>, Vec<u8>>) -> Option<Changes> {
    let mut changes = Changes::default();
    for (key, value) in entries {
        let address = Address::try_from(key.as_slice()).ok()?;
        let TrieAccount { nonce, balance, storage_root, code_hash } =
            TrieAccount::decode(&mut value.as_slice()).ok()?;
        if storage_root != EMPTY_ROOT_HASH {
            return None;
        }
        let account = Some(Account { nonce, balance, code_hash });
        changes.accounts.insert(address, AccountChange { account, ..AccountChange::default() });
    }
    Some(changes)
}

/// By one change, and again account by account: the root is the same in any order.
fn state_root(changes: Changes) -> B256 {
    let whole = StateTrie::default().prepare(Root::EMPTY, &changes).hash();
    let (mut trie, mut root) = (StateTrie::default(), Root::EMPTY);
    for (address, change) in changes.accounts {
        let mut one = Changes::default();
        one.accounts.insert(address, change);
        let prepared = trie.prepare(root, &one);
        root = trie.install(prepared).root;
    }
    if root.hash() == whole { whole } else { B256::ZERO }
}
