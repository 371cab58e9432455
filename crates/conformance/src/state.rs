//! One transaction on a state: the state root and the hash of the logs after it, by fork.

use crate::{
    accounts::Accounts,
    case::{Case, members, same},
    exceptions,
    json::{Blob, Number},
    network::{self, Config},
    transactions,
    unsigned::Unsigned,
};
use althing_chainspec::{ChainSpec, Genesis, Hardfork};
use althing_evm::{Executed, ExecutionError, Executor};
use althing_primitives::{
    B256, Header, Log, U256, keccak256,
    rlp::{self, Encodable},
};
use althing_storage::{StateError, Storage, StorageConfig, View};
use revm::{DatabaseRef, bytecode::Bytecode, state::AccountInfo};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path, sync::Arc};

#[derive(Deserialize)]
struct Fixture {
    env: Env,
    #[serde(default)]
    config: Config,
    #[serde(default)]
    pre: Accounts,
    transaction: Unsigned,
    post: BTreeMap<String, Vec<Post>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Env {
    current_coinbase: Blob,
    current_gas_limit: Number,
    current_number: Number,
    current_timestamp: Number,
    #[serde(default)]
    current_difficulty: Number,
    current_base_fee: Option<Number>,
    current_random: Option<Number>,
    current_excess_blob_gas: Option<Number>,
}

#[derive(Clone, Deserialize)]
struct Post {
    hash: Number,
    logs: Number,
    txbytes: Option<String>,
    #[serde(rename = "expectException")]
    exception: Option<String>,
    #[serde(default)]
    indexes: BTreeMap<String, Number>,
}

/// geth's state tests: the base fee where none is given.
const BASE_FEE_DEFAULT: u64 = 10;

pub(crate) fn cases(_: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for (name, raw) in members(json)? {
        let fixture: Arc<Fixture> = match serde_json::from_str(raw.get()) {
            Ok(fixture) => Arc::new(fixture),
            Err(error) => {
                cases.push(Case::new(name, move || Err(error.to_string())));
                continue;
            }
        };
        for (network, posts) in &fixture.post {
            for (index, post) in posts.iter().enumerate() {
                let (fixture, network, post) = (fixture.clone(), network.clone(), post.clone());
                let name = format!("{name}/{network}/{index}");
                cases.push(Case::new(name, move || play(&fixture, &network, &post)));
            }
        }
    }
    Ok(cases)
}

fn play(fixture: &Fixture, network: &str, post: &Post) -> Result<(), String> {
    network::executable(network)?;
    let spec = Arc::new(spec(fixture, network)?);
    let storage = Storage::genesis(StorageConfig::default(), &spec).map_err(|error| error.to_string())?;
    let state = Numbered(storage.latest());
    let header = header(&fixture.env, &spec)?;
    let result = execute(&Executor::new(spec), &header, &state, &fixture.transaction, post);
    match (result, &post.exception) {
        (Ok(executed), None) => compare(&state.0, &executed, post),
        (Ok(_), Some(exception)) => Err(format!("the transaction is valid, expected {exception}")),
        (Err(reason), None) => Err(reason),
        (Err(reason), Some(exception)) => exceptions::check(exception, &reason),
    }
}

fn spec(fixture: &Fixture, network: &str) -> Result<ChainSpec, String> {
    let genesis = Genesis {
        config: network::config(network, &fixture.config)?,
        gas_limit: 30_000_000,
        difficulty: Some(U256::ZERO),
        alloc: fixture.pre.alloc()?,
        ..Genesis::default()
    };
    genesis.into_spec().map_err(|error| error.to_string())
}

fn header(env: &Env, spec: &ChainSpec) -> Result<Header, String> {
    let mut header = Header {
        number: env.current_number.u64()?,
        timestamp: env.current_timestamp.u64()?,
        beneficiary: env.current_coinbase.address()?,
        // Older fixtures have limits of more than 64 bits.
        gas_limit: env.current_gas_limit.u64().unwrap_or(u64::MAX),
        ..Header::default()
    };
    let fork = spec.forks().of(&header);
    if fork < Hardfork::Paris {
        header.difficulty = env.current_difficulty.0;
    } else {
        header.mix_hash = env.current_random.unwrap_or(env.current_difficulty).word();
    }
    if fork >= Hardfork::London {
        header.base_fee_per_gas = Some(env.current_base_fee.map_or(Ok(BASE_FEE_DEFAULT), Number::u64)?);
    }
    if fork >= Hardfork::Cancun {
        header.excess_blob_gas = Some(env.current_excess_blob_gas.map_or(Ok(0), Number::u64)?);
    }
    Ok(header)
}

/// Executes what a verdict is about.
fn execute(
    executor: &Executor,
    header: &Header,
    state: &Numbered,
    unsigned: &Unsigned,
    post: &Post,
) -> Result<Executed, String> {
    let tx = match &post.txbytes {
        Some(text) => transactions::decode(text)?,
        None => unsigned.sign(&post.indexes)?,
    };
    let sender = transactions::sender(&tx)?;
    executor.execute_alone(header, &tx, sender, state).map_err(|error| match error {
        ExecutionError::Invalid(reason) => reason.to_string(),
        broken => format!("broken: {broken}"),
    })
}

fn compare(before: &View, executed: &Executed, post: &Post) -> Result<(), String> {
    let root = before.root_after(&executed.changes).map_err(|error| error.to_string())?;
    same("the state root", root, post.hash.word())?;
    same("the hash of the logs", logs_hash(executed), post.logs.word())
}

fn logs_hash(executed: &Executed) -> B256 {
    let logs: Vec<&Log> = executed.receipts.iter().flat_map(|receipt| &receipt.logs).collect();
    let mut out = Vec::new();
    rlp::Header { list: true, payload_length: logs.iter().map(|log| log.length()).sum() }.encode(&mut out);
    logs.iter().for_each(|log| log.encode(&mut out));
    keccak256(out)
}

/// A state whose blocks have the hashes state tests give them: keccak256 of the height in decimal.
struct Numbered(View);

impl DatabaseRef for Numbered {
    type Error = StateError;

    fn basic_ref(&self, address: althing_primitives::Address) -> Result<Option<AccountInfo>, StateError> {
        self.0.basic_ref(address)
    }

    fn code_by_hash_ref(&self, hash: B256) -> Result<Bytecode, StateError> {
        self.0.code_by_hash_ref(hash)
    }

    fn storage_ref(&self, address: althing_primitives::Address, slot: U256) -> Result<U256, StateError> {
        self.0.storage_ref(address, slot)
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, StateError> {
        Ok(keccak256(number.to_string()))
    }
}
