//! Accounts at a block.

use crate::{
    arguments::{Arguments, Json},
    block_ref::BlockRef,
    chain::state_error,
    error::RpcError,
    hex_text::{self, SlotError},
    json::{Edition, quantity},
    methods::{Methods, Reads},
};
use althing_primitives::{Account, Address, B256, Bytes, U64, U256};
use althing_storage::View;
use serde::Serialize;
use std::collections::BTreeMap;

pub(super) fn register(methods: &mut Methods) {
    methods.reading("eth_getBalance", 2, balance);
    methods.reading("eth_getTransactionCount", 2, nonce);
    methods.reading("eth_getCode", 2, code);
    methods.reading("eth_getStorageAt", 3, storage);
    methods.reading("eth_getStorageValues", 2, storage_values);
    methods.reading("eth_getAccount", 2, account);
    methods.reading("eth_getAccountInfo", 2, account_info);
}

/// Takes the block argument, `latest` if it is missing.
pub(super) fn block_or_latest(arguments: &mut Arguments<'_>) -> Result<BlockRef, RpcError> {
    Ok(arguments.optional()?.unwrap_or(BlockRef::Latest))
}

fn record(view: &View, address: &Address) -> Result<Account, RpcError> {
    Ok(view.account(address).map_err(state_error)?.unwrap_or_default())
}

fn code_of(view: &View, account: &Account) -> Result<Bytes, RpcError> {
    if !account.has_code() {
        return Ok(Bytes::new());
    }
    view.code(&account.code_hash).map_err(state_error)
}

fn balance(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<U256, RpcError> {
    let address = arguments.required()?;
    let view = reads.api.chain.view(block_or_latest(arguments)?, reads.reach)?;
    Ok(record(&view, &address)?.balance)
}

fn nonce(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<U64, RpcError> {
    let address = arguments.required()?;
    let block = block_or_latest(arguments)?;
    if block == BlockRef::Pending {
        let nonce = reads.api.pool.pending_nonce(&address).map_err(|_| RpcError::Internal("pool: state"))?;
        return Ok(U64::from(nonce));
    }
    let view = reads.api.chain.view(block, reads.reach)?;
    Ok(U64::from(record(&view, &address)?.nonce))
}

fn code(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Bytes, RpcError> {
    let address = arguments.required()?;
    let view = reads.api.chain.view(block_or_latest(arguments)?, reads.reach)?;
    code_of(&view, &record(&view, &address)?)
}

fn storage(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<B256, RpcError> {
    let address = arguments.required()?;
    let text: String = arguments.required()?;
    let slot = hex_text::slot(&text).map_err(|error| slot_error(error, reads.api.config.edition))?;
    let view = reads.api.chain.view(block_or_latest(arguments)?, reads.reach)?;
    Ok(view.storage(&address, &slot.into()).map_err(state_error)?.into())
}

/// Many slots of many accounts at once.
fn storage_values(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<BTreeMap<Address, Vec<B256>>, RpcError> {
    let Json(wanted) = arguments.required::<Json<BTreeMap<Address, Vec<B256>>>>()?;
    let slots_max = reads.api.config.limits.proof_slots;
    match wanted.values().map(Vec::len).sum::<usize>() {
        0 => return Err(RpcError::arguments("empty request")),
        slots if slots > slots_max => {
            return Err(RpcError::arguments(format!("too many slots (max {slots_max})")));
        }
        _ => {}
    }
    let view = reads.api.chain.view(block_or_latest(arguments)?, reads.reach)?;
    let value = |address: &Address, slot: B256| view.storage(address, &slot.into()).map(B256::from);
    let values = |(address, slots): (Address, Vec<B256>)| {
        let values = slots.into_iter().map(|slot| value(&address, slot)).collect::<Result<_, _>>();
        values.map(|values| (address, values)).map_err(state_error)
    };
    wanted.into_iter().map(values).collect()
}

/// geth's words for a malformed storage key, whose code it changed.
pub(super) fn slot_error(error: SlotError, edition: Edition) -> RpcError {
    match (edition, error) {
        (Edition::Current, SlotError::NotHex) => RpcError::arguments("invalid hex in storage key"),
        (Edition::Current, SlotError::TooLong) => RpcError::arguments("storage key too long (want at most 32 bytes)"),
        (Edition::Geth115, SlotError::NotHex) => RpcError::refused("unable to decode storage key: hex string invalid"),
        (Edition::Geth115, SlotError::TooLong) => {
            RpcError::refused("unable to decode storage key: hex string too long, want at most 32 bytes")
        }
    }
}

/// What `eth_getAccountInfo` answers: all that tools ask one by one.
#[derive(Clone, Serialize)]
struct AccountInfo {
    balance: U256,
    #[serde(serialize_with = "quantity")]
    nonce: u64,
    code: Bytes,
}

fn account_info(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<AccountInfo, RpcError> {
    let address = arguments.required()?;
    let view = reads.api.chain.view(block_or_latest(arguments)?, reads.reach)?;
    let account = record(&view, &address)?;
    Ok(AccountInfo { balance: account.balance, nonce: account.nonce, code: code_of(&view, &account)? })
}

/// The account as its trie leaf holds it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountLeaf {
    balance: U256,
    #[serde(serialize_with = "quantity")]
    nonce: u64,
    code_hash: B256,
    storage_root: B256,
}

fn account(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<AccountLeaf>, RpcError> {
    let address = arguments.required()?;
    let view = reads.api.chain.view(block_or_latest(arguments)?, reads.reach)?;
    if reads.reach == crate::chain::Reach::Memory {
        return Err(RpcError::OnDisk);
    }
    let proof = reads.api.chain.storage().proof(&view, address, &[]).map_err(state_error)?;
    Ok(proof.account.map(|account| AccountLeaf {
        balance: account.balance,
        nonce: account.nonce,
        code_hash: account.code_hash,
        storage_root: proof.storage_root,
    }))
}
