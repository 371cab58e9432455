//! The blockchain tests of execution-spec-tests: every fork from Frontier to Osaka, valid and
//! invalid blocks, through genesis reading, header rules, execution and roots.

mod memory;
#[path = "../../chainspec/tests/test_data/mod.rs"]
mod test_data;

use althing_chainspec::{ChainSpec, Genesis};
use althing_evm::{Executor, HeaderRules};
use althing_primitives::{B256, Block, Bytes, rlp::Decodable};
use memory::MemoryState;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, sync::Arc};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    network: String,
    config: Config,
    genesis_block_header: Value,
    pre: Value,
    blocks: Vec<CaseBlock>,
    lastblockhash: B256,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    chainid: Value,
    blob_schedule: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaseBlock {
    rlp: Bytes,
    expect_exception: Option<String>,
}

/// The block forks in order; each network has a prefix of them at block 0.
const BLOCK_FORKS: [(&str, &[&str]); 7] = [
    ("Homestead", &["homesteadBlock"]),
    ("Byzantium", &["eip150Block", "eip155Block", "eip158Block", "byzantiumBlock"]),
    ("ConstantinopleFix", &["constantinopleBlock", "petersburgBlock"]),
    ("Istanbul", &["istanbulBlock"]),
    ("Berlin", &["berlinBlock"]),
    ("London", &["londonBlock"]),
    ("Paris", &["terminalTotalDifficulty"]),
];
const TIME_FORKS: [(&str, &str); 4] =
    [("Shanghai", "shanghaiTime"), ("Cancun", "cancunTime"), ("Prague", "pragueTime"), ("Osaka", "osakaTime")];

fn config(network: &str) -> Value {
    let (network, next) = match network.split_once("To") {
        Some((from, to)) => (from, to.strip_suffix("AtTime15k")),
        None => (network, None),
    };
    let mut config = serde_json::Map::new();
    if network == "Frontier" {
        return config.into();
    }
    for (fork, fields) in BLOCK_FORKS {
        config.extend(fields.iter().map(|field| (field.to_string(), json!(0))));
        if fork == network {
            return config.into();
        }
    }
    for (fork, field) in TIME_FORKS {
        config.insert(field.to_owned(), json!(0));
        if fork == network {
            break;
        }
    }
    let next = next.and_then(|next| TIME_FORKS.iter().find(|(fork, _)| *fork == next));
    config.extend(next.map(|(_, field)| ((*field).to_owned(), json!(15_000))));
    config.into()
}

fn genesis(case: &Case) -> ChainSpec {
    let mut genesis = case.genesis_block_header.clone();
    let mut config = config(&case.network);
    config["chainId"] = case.config.chainid.clone();
    config["depositContractAddress"] = "0x00000000219ab540356cBB839Cbe05303d7705Fa".into();
    if let Some(schedule) = &case.config.blob_schedule {
        config["blobSchedule"] = schedule.iter().map(|(fork, entry)| (fork.to_lowercase(), entry.clone())).collect();
    }
    genesis["config"] = config;
    genesis["alloc"] = case.pre.clone();
    Genesis::from_json(&genesis.to_string()).and_then(Genesis::into_spec).expect("a genesis")
}

/// Imports a block; the error says why it is invalid.
fn import(executor: &Executor, state: &mut MemoryState, head: &mut Block, mut rlp: &[u8]) -> Result<(), String> {
    let block = Block::decode(&mut rlp).map_err(|error| format!("rlp: {error}"))?;
    if !rlp.is_empty() {
        return Err("rlp: trailing bytes".to_owned());
    }
    block.check_body().map_err(|error| error.to_string())?;
    let rules = HeaderRules::Imported;
    executor.validate_header(&block.header, &head.header, rules).map_err(|error| format!("header: {error}"))?;
    let block = block.recover().map_err(|error| error.to_string())?;
    let executed = executor.execute(&block, state).map_err(|error| error.to_string())?;
    let mut after = state.clone();
    after.apply(&executed.changes);
    if after.root() != block.header.state_root {
        return Err("state root".to_owned());
    }
    after.add_hash(block.number(), block.hash());
    *state = after;
    *head = block.block().clone();
    Ok(())
}

fn run(case: &Case) -> Result<(), String> {
    let spec = Arc::new(genesis(case));
    let executor = Executor::new(spec.clone());
    let mut state = MemoryState::genesis(&spec);
    let mut head = spec.genesis().clone();
    for (index, block) in case.blocks.iter().enumerate() {
        match (import(&executor, &mut state, &mut head, &block.rlp), &block.expect_exception) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Err(error), None) => return Err(format!("block {index}: {error}")),
            (Ok(()), Some(exception)) => return Err(format!("block {index} passed, expected {exception}")),
        }
    }
    if head.hash() == case.lastblockhash { Ok(()) } else { Err("another head".to_owned()) }
}

fn run_file(path: &Path) -> (usize, Vec<String>) {
    #[allow(clippy::disallowed_methods, reason = "third-party data")]
    let json = std::fs::read(path).expect("a test file");
    let cases: BTreeMap<String, Case> = serde_json::from_slice(&json).expect("test cases");
    let failures = cases.iter().filter_map(|(name, case)| run(case).err().map(|error| format!("{name}: {error}")));
    (cases.len(), failures.collect())
}

/// Runs every case below a folder of an archive; there must be at least so many.
fn run_archive(archive: &str, folder: &str, at_least: usize) {
    let Some(unpacked) = test_data::unpack(archive) else { return };
    let mut count = 0;
    let mut failures = Vec::new();
    for path in test_data::files(&unpacked.path().join(folder), ".json") {
        let (cases, failed) = run_file(&path);
        count += cases;
        failures.extend(failed);
    }
    assert_eq!(failures.len(), 0, "{} of {count} failed:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= at_least, "only {count} cases");
}

#[test]
fn every_fork_s_blockchain_tests_pass() {
    run_archive("eest-v5.4.0.tar.zst", "eest-v5.4.0/blockchain_tests", 5_951);
}

#[test]
fn prague_s_blockchain_tests_pass() {
    run_archive("eest-for_prague.tar.zst", "", 8_957);
}
