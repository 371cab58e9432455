//! The genesis header (geth's `Genesis.ToBlock`) and the check of what the file says about it.

use crate::{Consortium, EthereumHardforks, FeeMode, ForkSchedule, Genesis, GenesisError, state_root};
use althing_primitives::{
    B256, Bytes, EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Header, U256,
    eips::{eip1559::INITIAL_BASE_FEE, eip7685::EMPTY_REQUESTS_HASH},
};
use std::fmt::Display;

pub(crate) fn header(
    genesis: &Genesis,
    forks: &ForkSchedule,
    consortium: Option<&Consortium>,
) -> Result<Header, GenesisError> {
    let fees = consortium.map_or(FeeMode::Eip1559, |consortium| consortium.fee_mode);
    let number = genesis.number.unwrap_or_default();
    let time = genesis.timestamp;
    let london = forks.is_london_active_at_block(number);
    let shanghai = london && forks.is_shanghai_active_at_timestamp(time);
    let cancun = london && forks.is_cancun_active_at_timestamp(time);
    let prague = london && forks.is_prague_active_at_timestamp(time);
    Ok(Header {
        parent_hash: genesis.parent_hash.unwrap_or_default(),
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        beneficiary: genesis.coinbase,
        state_root: state_root(&genesis.alloc),
        transactions_root: EMPTY_ROOT_HASH,
        receipts_root: EMPTY_ROOT_HASH,
        difficulty: difficulty(genesis, forks)?,
        number,
        gas_limit: genesis.gas_limit,
        gas_used: genesis.gas_used.unwrap_or_default(),
        timestamp: time,
        extra_data: extra_data(genesis, consortium)?,
        mix_hash: genesis.mix_hash,
        nonce: genesis.nonce,
        base_fee_per_gas: base_fee(genesis, london, fees)?,
        withdrawals_root: shanghai.then_some(EMPTY_ROOT_HASH),
        blob_gas_used: from("blobGasUsed", "Cancun", cancun, genesis.blob_gas_used, 0)?,
        excess_blob_gas: excess_blob_gas(genesis, forks, cancun)?,
        parent_beacon_block_root: from(
            "parentBeaconBlockRoot",
            "Cancun",
            cancun,
            genesis.parent_beacon_block_root,
            B256::ZERO,
        )?,
        requests_hash: prague.then_some(EMPTY_REQUESTS_HASH),
        ..Default::default()
    })
}

/// The file's own, or what commits to the consortium.
fn extra_data(genesis: &Genesis, consortium: Option<&Consortium>) -> Result<Bytes, GenesisError> {
    let Some(digest) = consortium.map(Consortium::digest) else { return Ok(genesis.extra_data.clone()) };
    if genesis.extra_data.is_empty() || genesis.extra_data[..] == digest[..] {
        return Ok(digest.into());
    }
    Err(GenesisError::field("extraData", format!("commits to the `althing` section: leave it out, or write {digest}")))
}

fn difficulty(genesis: &Genesis, forks: &ForkSchedule) -> Result<U256, GenesisError> {
    let merged = forks.terminal_total_difficulty() == Some(U256::ZERO);
    match genesis.difficulty {
        Some(difficulty) => Ok(difficulty),
        None if merged => Ok(U256::ZERO),
        None => Err(GenesisError::field("difficulty", "is missing, and the chain does not begin past the merge")),
    }
}

fn base_fee(genesis: &Genesis, london: bool, fees: FeeMode) -> Result<Option<u64>, GenesisError> {
    let default = if fees == FeeMode::Zero { 0 } else { INITIAL_BASE_FEE };
    let base_fee = from("baseFeePerGas", "London", london, genesis.base_fee_per_gas, default)?;
    if fees == FeeMode::Zero && base_fee.is_some_and(|fee| fee != 0) {
        return Err(GenesisError::field("baseFeePerGas", "is not 0 while `althing.feeMode` is `zero`"));
    }
    Ok(base_fee)
}

/// The blob price grows by e with every update fraction of excess: past some 80 it leaves 128 bits.
fn excess_blob_gas(genesis: &Genesis, forks: &ForkSchedule, cancun: bool) -> Result<Option<u64>, GenesisError> {
    let excess = from("excessBlobGas", "Cancun", cancun, genesis.excess_blob_gas, 0)?;
    let fraction = forks.blob_params(genesis.timestamp).map_or(1, |params| params.update_fraction);
    match excess {
        Some(excess) if u128::from(excess) / fraction > 80 => {
            Err(GenesisError::field("excessBlobGas", "gives a blob price out of all range"))
        }
        excess => Ok(excess),
    }
}

/// A header field that exists from a fork on.
fn from<T>(field: &str, fork: &str, active: bool, value: Option<T>, default: T) -> Result<Option<T>, GenesisError> {
    match (active, value) {
        (true, value) => Ok(Some(value.unwrap_or(default))),
        (false, None) => Ok(None),
        (false, Some(_)) => Err(GenesisError::field(field, format!("is set, but {fork} is not active at genesis"))),
    }
}

/// Compares what the file says with what follows from the rest of it.
pub(crate) fn check_commitments(genesis: &Genesis, header: &Header) -> Result<(), GenesisError> {
    fn same<T: PartialEq + Display>(field: &str, said: Option<T>, computed: Option<T>) -> Result<(), GenesisError> {
        match (said, computed) {
            (Some(said), Some(computed)) if said != computed => {
                Err(GenesisError::field(field, format!("the file says {said}, its content gives {computed}")))
            }
            (Some(_), None) => Err(GenesisError::field(field, "is set, but its fork is not active at genesis")),
            _ => Ok(()),
        }
    }
    same("stateRoot", genesis.state_root, Some(header.state_root))?;
    same("transactionsTrie", genesis.transactions_trie, Some(header.transactions_root))?;
    same("receiptTrie", genesis.receipt_trie, Some(header.receipts_root))?;
    same("uncleHash", genesis.uncle_hash, Some(header.ommers_hash))?;
    same("bloom", genesis.bloom, Some(header.logs_bloom))?;
    same("withdrawalsRoot", genesis.withdrawals_root, header.withdrawals_root)?;
    same("requestsHash", genesis.requests_hash, header.requests_hash)?;
    same("hash", genesis.hash, Some(header.hash_slow()))
}
