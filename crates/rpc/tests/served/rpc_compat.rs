//! The `.io` files of execution-apis' rpc-compat suite, on the chain they were made with.

#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "reads test data and says when there is none")]

use crate::{
    rig::{Parts, Rig},
    schemas::Schemas,
};
use althing_chainspec::Genesis;
use althing_primitives::{Block, rlp::Decodable};
use althing_rpc::Edition;
use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A recorded suite: its name, the edition of geth it was recorded with, and how many files it has.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) edition: Edition,
    files: usize,
}

const PRAGUE_GENESIS: Suite = Suite { name: "rpc-compat-prague-genesis", edition: Edition::Geth115, files: 95 };
pub(crate) const LADDER: Suite = Suite { name: "rpc-compat-ladder-prague", edition: Edition::Current, files: 226 };

#[tokio::test]
async fn answers_on_a_chain_of_today_equal_the_recorded_ones() {
    run(&PRAGUE_GENESIS).await;
}

#[tokio::test]
async fn answers_on_a_chain_of_every_fork_equal_the_recorded_ones() {
    run(&LADDER).await;
}

async fn run(suite: &Suite) {
    let Some(folder) = unpack(suite.name) else { return };
    let tests = folder.path().join(suite.name).join("tests");
    let rig = chain(&tests, suite.edition).await;
    let forms = Forms::read(&folder.path().join(suite.name), &rig).await;
    let (mut passed, mut failed) = (0, Vec::new());
    for file in files(&tests) {
        let name = file.strip_prefix(&tests).unwrap().display().to_string();
        match play(&rig, &forms, &name, &fs::read_to_string(&file).unwrap()).await {
            Ok(()) => passed += 1,
            Err(difference) => failed.push(format!("{name}: {difference}")),
        }
    }
    eprintln!("{}: {passed} passed, {} failed", suite.name, failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert_eq!(passed, suite.files, "the archive has other files than it had");
}

/// Unpacks an archive of the test data; says so where there is none.
pub(crate) fn unpack(name: &str) -> Option<tempfile::TempDir> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = env::var_os("ALTHING_TEST_DATA").map_or(default, PathBuf::from);
    let archive = data.join("ethereum").join(format!("{name}.tar.zst"));
    if !archive.exists() {
        eprintln!("SKIPPED: no test data at {}; set ALTHING_TEST_DATA", archive.display());
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("tar").arg("--zstd").arg("-xf").arg(&archive).current_dir(folder.path()).status();
    assert!(status.unwrap().success(), "tar --zstd failed on {}", archive.display());
    Some(folder)
}

pub(crate) async fn chain(tests: &Path, edition: Edition) -> Rig {
    let genesis = Genesis::from_json(&fs::read_to_string(tests.join("genesis.json")).unwrap()).unwrap();
    let parts = Parts::new(genesis);
    let rlp = fs::read(tests.join("chain.rlp")).unwrap();
    let mut rest = rlp.as_slice();
    while !rest.is_empty() {
        parts.commit(Block::decode(&mut rest).unwrap());
    }
    Rig::serve(parts, |config| config.edition = edition).await
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match entry.is_dir() {
            true => found.extend(files(&entry)),
            false if entry.extension().is_some_and(|extension| extension == "io") => found.push(entry),
            false => {}
        }
    }
    found.sort();
    found
}

/// Recorded answers that contradict the suite's own schema: it demands data of every error, and
/// running out of gas has none.
const CONTRADICTORY: [&str; 2] = [
    "eth_simulateV1/ethSimulate-run-out-of-gas-in-block-38015.io",
    "eth_simulateV1/ethSimulate-use-as-many-features-as-possible.io",
];

/// What the suite and what we say of every method's result.
struct Forms {
    theirs: Schemas,
    ours: Schemas,
}

impl Forms {
    async fn read(folder: &Path, rig: &Rig) -> Self {
        let theirs = fs::read_to_string(folder.join("openrpc.json")).unwrap();
        let ours = rig.call("rpc_discover", serde_json::json!([])).await;
        Self { theirs: Schemas::of(&serde_json::from_str(&theirs).unwrap()), ours: Schemas::of(&ours) }
    }

    /// Holds an exchange of a file against them: our answer against both, the recorded one against theirs.
    fn check(&self, name: &str, method: &str, recorded: &Value, answer: &Value) -> Result<(), String> {
        let check = |schemas: &Schemas, answer: &Value| match answer.get("result") {
            Some(result) => schemas.check_result(method, result),
            None => Ok(()),
        };
        check(&self.ours, answer).map_err(|error| format!("of another form than ours: {error}"))?;
        if CONTRADICTORY.contains(&name) {
            return check(&self.theirs, recorded).map_or(Ok(()), |()| Err("no longer contradicts its schema".into()));
        }
        check(&self.theirs, recorded).map_err(|error| format!("recorded in another form: {error}"))?;
        check(&self.theirs, answer).map_err(|error| format!("of another form: {error}"))
    }
}

/// Plays one file; the first difference is the error.
async fn play(rig: &Rig, forms: &Forms, name: &str, text: &str) -> Result<(), String> {
    let spec_only = text.lines().any(|line| line.starts_with("//") && line.contains("speconly:"));
    let (mut answer, mut method) = (Value::Null, String::new());
    for line in text.lines() {
        if let Some(request) = line.strip_prefix(">> ") {
            answer = serde_json::from_str(&rig.post(request).await.1).map_err(|error| error.to_string())?;
            let request: Value = serde_json::from_str(request).unwrap();
            method = request["method"].as_str().unwrap_or_default().to_owned();
        } else if let Some(expected) = line.strip_prefix("<< ") {
            let expected: Value = serde_json::from_str(expected).unwrap();
            forms.check(name, &method, &expected, &answer)?;
            if spec_only && expected.get("error").is_some() == answer.get("error").is_some() {
                continue;
            }
            compare(&expected, &answer)?;
        }
    }
    Ok(())
}

/// Everything equal, numbers by value; of two errors only the message may differ.
fn compare(expected: &Value, found: &Value) -> Result<(), String> {
    let (mut expected, mut found) = (expected.clone(), found.clone());
    if let (Some(error), Some(other)) = (expected.get_mut("error"), found.get_mut("error")) {
        error["message"].take();
        other["message"].take();
    }
    same("", &expected, &found)
}

fn same(path: &str, expected: &Value, found: &Value) -> Result<(), String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let extra = found.keys().find(|key| !expected.contains_key(*key));
            if let Some(key) = extra {
                return Err(format!("{path}/{key} is extra"));
            }
            for (key, value) in expected {
                let other = found.get(key).ok_or_else(|| format!("{path}/{key} is missing"))?;
                same(&format!("{path}/{key}"), value, other)?;
            }
            Ok(())
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let pairs = expected.iter().zip(found).enumerate();
            pairs.into_iter().try_for_each(|(index, (one, other))| same(&format!("{path}/{index}"), one, other))
        }
        (Value::Number(expected), Value::Number(found)) if expected.as_f64() == found.as_f64() => Ok(()),
        _ if expected == found => Ok(()),
        _ => Err(format!("{path} is {found}, recorded {expected}")),
    }
}
