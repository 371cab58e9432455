//! Blocks imported in order, valid and invalid ones, on any branch; the head in the end.

use crate::{
    accounts::Accounts,
    case::{Case, members, same},
    exceptions,
    json::{Blob, Number},
    network::{self, Config},
};
use althing_chainspec::{ChainSpec, Genesis};
use althing_evm::Executor;
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_ledger::{Ledger, OpenOptions, fs::MemFs};
use althing_node::{Chain, Parts, SystemClock};
use althing_primitives::{Address, B64, B256, Block, U256, keccak256, rlp::Decodable};
use althing_storage::{Storage, StorageConfig, View};
use althing_txpool::{Pool, PoolConfig};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{path::Path, sync::Arc};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fixture {
    network: String,
    #[serde(default)]
    config: Config,
    genesis_block_header: GenesisHeader,
    #[serde(default)]
    pre: Accounts,
    blocks: Vec<FixtureBlock>,
    lastblockhash: Blob,
    post_state: Option<Accounts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixtureBlock {
    rlp: String,
    expect_exception: Option<String>,
    /// A block that is to be valid has it.
    block_header: Option<Box<RawValue>>,
}

/// What of the genesis header does not follow from the state and the forks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GenesisHeader {
    hash: Option<Blob>,
    #[serde(default)]
    parent_hash: Blob,
    #[serde(default)]
    coinbase: Blob,
    #[serde(default)]
    difficulty: Number,
    gas_limit: Number,
    #[serde(default)]
    gas_used: Number,
    #[serde(default)]
    timestamp: Number,
    #[serde(default)]
    extra_data: Blob,
    #[serde(default)]
    mix_hash: Blob,
    #[serde(default)]
    nonce: Blob,
    #[serde(default)]
    number: Number,
    base_fee_per_gas: Option<Number>,
    blob_gas_used: Option<Number>,
    excess_blob_gas: Option<Number>,
    parent_beacon_block_root: Option<Blob>,
}

pub(crate) fn cases(_: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
    let play = |raw: Box<RawValue>| move || play(&serde_json::from_str(raw.get()).map_err(|error| error.to_string())?);
    Ok(members(json)?.into_iter().map(|(name, raw)| Case::new(name, play(raw))).collect())
}

fn play(fixture: &Fixture) -> Result<(), String> {
    network::executable(&fixture.network)?;
    let spec = genesis(fixture)?.into_spec().map_err(|error| error.to_string())?;
    let chain = open(spec)?;
    let mut importer = chain.importer().map_err(|error| error.to_string())?;
    let blocks: Vec<Result<Block, String>> = fixture.blocks.iter().map(|block| decode(&block.rlp)).collect();
    for (index, (block, expected)) in blocks.iter().zip(&fixture.blocks).enumerate() {
        let height = |block: &Result<Block, String>| block.as_ref().map_or(u64::MAX, Block::number);
        let next = blocks[index + 1..].iter().map(height).min().unwrap_or(u64::MAX);
        let result = match block {
            Ok(block) => importer.add(block, next).map_err(|error| error.to_string()),
            Err(reason) => Err(reason.clone()),
        };
        judge(result, expected).map_err(|error| format!("block {index}: {error}"))?;
    }
    importer.finish().map_err(|error| error.to_string())?;
    same("the head", chain.head_id().hash, hash(&fixture.lastblockhash))?;
    check_state(&chain.parts().storage.latest(), fixture.post_state.as_ref())
}

fn judge(result: Result<(), String>, block: &FixtureBlock) -> Result<(), String> {
    match (result, &block.expect_exception, &block.block_header) {
        (Ok(()), None, Some(_)) | (Err(_), None, None) => Ok(()),
        (Err(reason), None, Some(_)) => Err(reason),
        (Ok(()), exception, _) => Err(format!("is valid, expected {}", exception.as_deref().unwrap_or("an error"))),
        (Err(reason), Some(exception), _) => exceptions::check(exception, &reason),
    }
}

fn decode(text: &str) -> Result<Block, String> {
    let bytes = crate::json::bytes(text).ok_or("rlp: not hexadecimal")?;
    let mut rest = &bytes[..];
    let block = Block::decode(&mut rest).map_err(|error| format!("rlp: {error}"))?;
    if rest.is_empty() { Ok(block) } else { Err("rlp: trailing bytes".into()) }
}

fn hash(blob: &Blob) -> B256 {
    B256::left_padding_from(&blob.0[..blob.0.len().min(32)])
}

fn genesis(fixture: &Fixture) -> Result<Genesis, String> {
    let header = &fixture.genesis_block_header;
    let number = |value: Option<Number>| value.map(Number::u64).transpose();
    Ok(Genesis {
        config: network::config(&fixture.network, &fixture.config)?,
        nonce: B64::left_padding_from(&header.nonce.0[..header.nonce.0.len().min(8)]),
        timestamp: header.timestamp.u64()?,
        extra_data: header.extra_data.0.clone(),
        gas_limit: header.gas_limit.u64()?,
        difficulty: Some(header.difficulty.0),
        mix_hash: hash(&header.mix_hash),
        coinbase: Address::left_padding_from(&header.coinbase.0[..header.coinbase.0.len().min(20)]),
        number: Some(header.number.u64()?),
        gas_used: Some(header.gas_used.u64()?),
        parent_hash: Some(hash(&header.parent_hash)),
        base_fee_per_gas: number(header.base_fee_per_gas)?,
        excess_blob_gas: number(header.excess_blob_gas)?,
        blob_gas_used: number(header.blob_gas_used)?,
        parent_beacon_block_root: header.parent_beacon_block_root.as_ref().map(hash),
        hash: header.hash.as_ref().map(hash),
        alloc: fixture.pre.alloc()?,
        ..Genesis::default()
    })
}

/// A chain in memory, with its ledger.
fn open(spec: ChainSpec) -> Result<Chain, String> {
    let spec = Arc::new(spec);
    let secret = LedgerSecret::from_bytes([1; 32]);
    let keyring = Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual);
    let keyring = Arc::new(keyring);
    let (fs, options) = (Arc::new(MemFs::new()), OpenOptions::default());
    let ledger = Ledger::open(fs, Path::new("/ledger"), keyring.clone(), spec.genesis(), options);
    let (ledger, _) = ledger.map_err(|error| error.to_string())?;
    let storage = Storage::genesis(StorageConfig::default(), &spec).map_err(|error| error.to_string())?;
    Ok(Chain::new(Parts {
        executor: Executor::new(spec.clone()),
        pool: Pool::new(PoolConfig::default(), spec.clone(), storage.clone(), &spec.genesis().header),
        clock: Arc::new(SystemClock::default()),
        beneficiary: Address::ZERO,
        spec,
        storage,
        ledger,
        keyring,
    }))
}

/// The accounts the fixture expects; that there are no others the state root has shown.
fn check_state(state: &View, expected: Option<&Accounts>) -> Result<(), String> {
    let Some(expected) = expected else { return Ok(()) };
    for (address, account) in expected.alloc()? {
        let found = state.account(&address).map_err(|error| error.to_string())?.unwrap_or_default();
        same("a nonce", found.nonce, account.nonce)?;
        same("a balance", found.balance, account.balance)?;
        same("a code hash", found.code_hash, keccak256(&account.code))?;
        for (slot, value) in account.storage {
            let found: U256 = state.storage(&address, &slot).map_err(|error| error.to_string())?;
            same("a slot", found, value)?;
        }
    }
    Ok(())
}
