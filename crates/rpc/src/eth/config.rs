//! `eth_config`: the rules in force and the next ones (EIP-7910).

use crate::{
    api::Api,
    arguments::Arguments,
    block_ref::BlockRef,
    chain::{Reach, state_error},
    error::RpcError,
    methods::{Methods, Reads},
};
use althing_chainspec::{ChainSpec, ForkCondition, ForkSchedule, Hardfork};
use althing_evm::precompile_addresses;
use althing_primitives::{
    Address, Block, Bytes, U64,
    eips::{
        eip2935::HISTORY_STORAGE_ADDRESS, eip4788::BEACON_ROOTS_ADDRESS, eip7002::WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS,
        eip7251::CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS, eip7840::BlobParams,
    },
};
use crc32fast::Hasher;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn register(methods: &mut Methods) {
    methods.reading("eth_config", 0, config);
}

#[derive(Clone, Serialize)]
struct Configs {
    current: Option<Config>,
    next: Option<Config>,
    last: Option<Config>,
}

/// What holds from a fork on.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    activation_time: u64,
    blob_schedule: Option<BlobSchedule>,
    chain_id: U64,
    fork_id: Bytes,
    precompiles: BTreeMap<&'static str, Address>,
    system_contracts: BTreeMap<&'static str, Address>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct BlobSchedule {
    target: u64,
    max: u64,
    base_fee_update_fraction: u64,
}

fn config(reads: Reads<'_>, _: &mut Arguments<'_>) -> Result<Configs, RpcError> {
    let Api { spec, chain, executor, .. } = reads.api;
    let head = chain.head().number;
    let now = chain.block(head, Reach::Disk)?.header.timestamp;
    let terms = executor.terms(&chain.view(BlockRef::Number(head), Reach::Disk)?).map_err(state_error)?;
    let forks = terms.forks(spec);
    let times: BTreeSet<u64> = forks.iter().filter_map(|(_, condition)| time(condition)).collect();
    let at = |time: Option<&u64>| time.map(|time| Config::at(spec, &forks, *time));
    let next = times.range(now.saturating_add(1)..).next();
    let last = next.and_then(|_| times.last());
    Ok(Configs { current: at(times.range(..=now).next_back()), next: at(next), last: at(last) })
}

const fn time(condition: ForkCondition) -> Option<u64> {
    match condition {
        ForkCondition::Timestamp(time) => Some(time),
        _ => None,
    }
}

impl Config {
    /// The rules of the fork that begins at `time`.
    fn at(spec: &ChainSpec, forks: &ForkSchedule, time: u64) -> Self {
        let genesis = spec.genesis();
        let fork = forks.at(u64::MAX, time, true);
        Self {
            activation_time: if genesis.header.timestamp >= time { 0 } else { time },
            blob_schedule: forks.blob_params(time).map(BlobSchedule::from),
            chain_id: U64::from(spec.chain_id()),
            fork_id: Bytes::copy_from_slice(&fork_id(genesis, forks, time)),
            precompiles: precompiles(fork),
            system_contracts: system_contracts(spec, fork),
        }
    }
}

impl From<BlobParams> for BlobSchedule {
    fn from(params: BlobParams) -> Self {
        let base_fee_update_fraction = u64::try_from(params.update_fraction).unwrap_or(u64::MAX);
        Self { target: params.target_blob_count, max: params.max_blob_count, base_fee_update_fraction }
    }
}

/// EIP-2124, EIP-6122: a checksum of the genesis and of every fork up to `time`.
fn fork_id(genesis: &Block, forks: &ForkSchedule, time: u64) -> [u8; 4] {
    let born = genesis.header.timestamp;
    let (mut blocks, mut times) = (BTreeSet::new(), BTreeSet::new());
    for (_, condition) in forks.iter() {
        match condition {
            ForkCondition::Block(block) => drop(blocks.insert(block)),
            ForkCondition::TTD { fork_block, .. } => blocks.extend(fork_block),
            ForkCondition::Timestamp(at) if at > born && at <= time => drop(times.insert(at)),
            ForkCondition::Timestamp(_) | ForkCondition::Never => {}
        }
    }
    blocks.remove(&0);
    let mut hasher = Hasher::new();
    hasher.update(genesis.hash().as_slice());
    blocks.iter().chain(&times).for_each(|fork| hasher.update(&fork.to_be_bytes()));
    hasher.finalize().to_be_bytes()
}

/// EIP-7910's names, by address.
const PRECOMPILES: [&str; 17] = [
    "ECREC",
    "SHA256",
    "RIPEMD160",
    "ID",
    "MODEXP",
    "BN254_ADD",
    "BN254_MUL",
    "BN254_PAIRING",
    "BLAKE2F",
    "KZG_POINT_EVALUATION",
    "BLS12_G1ADD",
    "BLS12_G1MSM",
    "BLS12_G2ADD",
    "BLS12_G2MSM",
    "BLS12_PAIRING_CHECK",
    "BLS12_MAP_FP_TO_G1",
    "BLS12_MAP_FP2_TO_G2",
];
/// EIP-7951's place.
const P256VERIFY: u64 = 0x100;

fn precompiles(fork: Hardfork) -> BTreeMap<&'static str, Address> {
    let named = |address: Address| match u64::from_be_bytes(*address[12..].as_array()?) {
        P256VERIFY => Some(("P256VERIFY", address)),
        place => Some((*PRECOMPILES.get(usize::try_from(place).ok()?.checked_sub(1)?)?, address)),
    };
    precompile_addresses(fork).into_iter().filter_map(named).collect()
}

fn system_contracts(spec: &ChainSpec, fork: Hardfork) -> BTreeMap<&'static str, Address> {
    let mut contracts = BTreeMap::new();
    if fork >= Hardfork::Cancun {
        contracts.insert("BEACON_ROOTS_ADDRESS", BEACON_ROOTS_ADDRESS);
    }
    if fork >= Hardfork::Prague {
        contracts.insert("CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS", CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS);
        contracts.insert("DEPOSIT_CONTRACT_ADDRESS", spec.deposit_contract().unwrap_or_default());
        contracts.insert("HISTORY_STORAGE_ADDRESS", HISTORY_STORAGE_ADDRESS);
        contracts.insert("WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS", WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS);
    }
    contracts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precompiles_have_the_names_of_the_eip() {
        let prague = precompiles(Hardfork::Prague);
        assert_eq!(prague.len(), 17);
        assert_eq!(prague["BLS12_MAP_FP2_TO_G2"], Address::with_last_byte(0x11));
        assert_eq!(precompiles(Hardfork::Osaka).len(), 18);
        assert_eq!(precompiles(Hardfork::Shanghai).len(), 9);
    }
}
