//! `debug_accountRange`, `debug_storageRangeAt`: the state page by page, in the trie's order.

use crate::{
    allowance::Allowance,
    arguments::{Arguments, Count},
    block_ref::BlockRef,
    chain::state_error,
    debug::block,
    error::RpcError,
    methods::{Methods, Reads},
};
use althing_primitives::{Address, B256, Bytes, Changes, KECCAK256_EMPTY, U256, alloy::map::B256Set, hex, keccak256};
use serde::Serialize;
use std::collections::BTreeMap;

/// Accounts of a page (geth's number).
const ACCOUNTS_MAX: usize = 256;
/// Slots of a page, or of all accounts of one: some hundred kilobytes.
const SLOTS_MAX: usize = 4_096;

pub(crate) fn register(methods: &mut Methods) {
    methods.working("debug_accountRange", 6, account_range);
    methods.working("debug_storageRangeAt", 5, storage_range);
}

/// Where a page begins: bytes of a key, the rest zero.
fn start(arguments: &mut Arguments<'_>, index: usize) -> Result<B256, RpcError> {
    let bytes: Bytes = arguments.optional()?.unwrap_or_default();
    if bytes.len() > 32 {
        return Err(RpcError::argument(index, "key is longer than 32 bytes"));
    }
    Ok(B256::right_padding_from(&bytes))
}

fn count(arguments: &mut Arguments<'_>, max: usize) -> Result<usize, RpcError> {
    let count = arguments.optional::<Count>()?.map_or(max as u64, |Count(count)| count);
    Ok(usize::try_from(count).unwrap_or(max).min(max))
}

#[derive(Clone, Serialize)]
struct AccountRange {
    root: String,
    accounts: BTreeMap<String, DumpedAccount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<B256>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct DumpedAccount {
    balance: String,
    nonce: u64,
    root: B256,
    code_hash: B256,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Bytes>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<B256, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    key: B256,
}

/// Arguments: block, first key, accounts at most, no code, no storage, also accounts whose address is not
/// known (they do not exist any more).
fn account_range(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<AccountRange, RpcError> {
    let block: BlockRef = arguments.required()?;
    let start = start(arguments, 1)?;
    let max = match count(arguments, ACCOUNTS_MAX)? {
        0 => ACCOUNTS_MAX,
        max => max,
    };
    let mut flag = || Ok::<_, RpcError>(arguments.optional::<bool>()?.unwrap_or(false));
    let (no_code, no_storage, incomplete) = (flag()?, flag()?, flag()?);
    let view = reads.api.chain.view(block, reads.reach)?;
    let mut page = view.accounts_from(&start, max + 1).map_err(state_error)?;
    let next = if page.len() > max { page.pop().map(|account| account.key) } else { None };
    let addresses = reads.api.chain.storage().addresses_of(&page.iter().map(|account| account.key).collect());
    page.retain(|account| incomplete || addresses.contains_key(&account.key));
    let mut slots = match no_storage {
        true => BTreeMap::new(),
        false => {
            let keys: Vec<_> = page.iter().map(|account| account.key).collect();
            storage_of(reads, &view, &keys, &addresses)?
        }
    };
    let mut accounts = BTreeMap::new();
    for found in page {
        let address = addresses.get(&found.key).copied();
        let no_code = no_code || found.account.code_hash == KECCAK256_EMPTY;
        let code = (!no_code).then(|| view.code(&found.account.code_hash)).transpose().map_err(state_error)?;
        let dumped = DumpedAccount {
            balance: found.account.balance.to_string(),
            nonce: found.account.nonce,
            root: found.storage_root,
            code_hash: found.account.code_hash,
            code,
            storage: slots.remove(&found.key).unwrap_or_default(),
            address,
            key: found.key,
        };
        accounts.insert(address.map_or_else(|| format!("pre({})", found.key), |it| it.to_checksum(None)), dumped);
    }
    let root = hex::encode(view.state_root().map_err(state_error)?);
    Ok(AccountRange { root, accounts, next })
}

type StorageByAccount = BTreeMap<B256, BTreeMap<B256, String>>;

/// Slots of accounts, those whose plain key is known, in geth's form: digits without leading zeros.
fn storage_of(
    reads: Reads<'_>,
    view: &althing_storage::View,
    keys: &[B256],
    addresses: &althing_primitives::B256Map<Address>,
) -> Result<StorageByAccount, RpcError> {
    let (mut all, mut wanted, mut count) = (Vec::new(), BTreeMap::new(), 0);
    for key in keys {
        let slots = view.slots_from(key, &B256::ZERO, SLOTS_MAX + 1 - count).map_err(state_error)?;
        count += slots.len();
        if count > SLOTS_MAX {
            return Err(RpcError::Limit("more than 4096 slots; leave storage out, or ask debug_storageRangeAt".into()));
        }
        if let (Some(address), false) = (addresses.get(key), slots.is_empty()) {
            wanted.insert(*address, slots.iter().map(|(slot, _)| *slot).collect::<B256Set>());
            all.push((*key, *address, slots));
        }
    }
    let known = reads.api.chain.storage().slots_behind(&wanted);
    let shown = |address: &Address, slots: Vec<(B256, U256)>| {
        let plain = |key: &B256| known.get(address)?.get(key).map(|slot| B256::from(*slot));
        let digits = |value: U256| hex::encode(value.to_be_bytes_trimmed_vec());
        slots.into_iter().filter_map(|(key, value)| Some((plain(&key)?, digits(value)))).collect()
    };
    Ok(all.into_iter().map(|(key, address, slots)| (key, shown(&address, slots))).collect())
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct StorageRange {
    /// `null` where the account has none (as in geth).
    storage: Option<BTreeMap<B256, StorageEntry>>,
    next_key: Option<B256>,
}

#[derive(Clone, Serialize)]
struct StorageEntry {
    /// The slot; `null` where it is not known.
    key: Option<B256>,
    value: B256,
}

/// Arguments: block, index of the transaction before which, contract, first key, slots at most.
fn storage_range(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<StorageRange, RpcError> {
    let block = block(reads, arguments)?;
    let Count(index) = arguments.required()?;
    let contract: Address = arguments.required()?;
    let start = start(arguments, 3)?;
    let max = count(arguments, SLOTS_MAX)?;
    let Some(parent) = block.number().checked_sub(1) else {
        return Err(RpcError::refused("no transaction in genesis"));
    };
    let transactions = block.block().body.transactions.len();
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    if index > 0 && index >= transactions {
        let hash = block.hash();
        return Err(RpcError::refused(format!("transaction index {index} out of range for block {hash}")));
    }
    let view = reads.api.chain.view(BlockRef::Number(parent), reads.reach)?;
    let executor = &reads.api.executor;
    let changes = Allowance::new(reads.api).run(|limits| executor.changes_before(&block, &view, index, limits))?;
    let account = keccak256(contract);
    let mut page = Page::of(&changes, contract, &start);
    let before = if page.wiped { Vec::new() } else { page.below(&view, &account, &start, max)? };
    if before.is_empty()
        && page.slots.is_empty()
        && view.slots_from(&account, &B256::ZERO, 1).map_err(state_error)?.is_empty()
    {
        return Ok(StorageRange { storage: None, next_key: None });
    }
    page.add(reads, contract, before);
    Ok(page.cut(max))
}

/// Slots by key with their plain form where it is known; zero where a transaction unset them.
struct Page {
    slots: BTreeMap<B256, (Option<U256>, U256)>,
    wiped: bool,
}

impl Page {
    /// What the block's earlier transactions wrote, from `start` on.
    fn of(changes: &Changes, contract: Address, start: &B256) -> Self {
        let Some(change) = changes.accounts.get(&contract) else {
            return Self { slots: BTreeMap::new(), wiped: false };
        };
        let written =
            change.storage.iter().map(|(slot, value)| (keccak256(slot.to_be_bytes::<32>()), (Some(*slot), *value)));
        let slots = written.filter(|(key, _)| key >= start).collect();
        Self { slots, wiped: change.wiped || change.account.is_none() }
    }

    /// As much of the storage before the block as a page can need.
    fn below(
        &self,
        view: &althing_storage::View,
        account: &B256,
        start: &B256,
        max: usize,
    ) -> Result<Vec<(B256, U256)>, RpcError> {
        view.slots_from(account, start, max + 1 + self.slots.len()).map_err(state_error)
    }

    fn add(&mut self, reads: Reads<'_>, contract: Address, before: Vec<(B256, U256)>) {
        let keys: B256Set = before.iter().map(|(key, _)| *key).collect();
        let known = reads.api.chain.storage().slots_behind(&BTreeMap::from([(contract, keys)]));
        let known = known.get(&contract);
        for (key, value) in before {
            let slot = known.and_then(|known| known.get(&key)).copied();
            self.slots.entry(key).or_insert((slot, value));
        }
    }

    fn cut(self, max: usize) -> StorageRange {
        let mut set = self.slots.into_iter().filter(|(_, (_, value))| !value.is_zero());
        let entry =
            |(slot, value): (Option<U256>, U256)| StorageEntry { key: slot.map(B256::from), value: value.into() };
        let storage = set.by_ref().take(max).map(|(key, slot)| (key, entry(slot))).collect();
        StorageRange { storage: Some(storage), next_key: set.next().map(|(key, _)| key) }
    }
}
