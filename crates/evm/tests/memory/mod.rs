//! A state in plain maps whose root alloy-trie computes: slow, obviously right.
#![allow(dead_code, reason = "every test file uses its own part")]

use alloy_trie::{TrieAccount, root};
use althing_chainspec::ChainSpec;
use althing_evm::ParentState;
use althing_primitives::{Account, Address, AddressMap, B256, B256Map, BlockNumber, Changes, HashMap, U256, keccak256};
use althing_storage::StateError;
use revm::{DatabaseRef, bytecode::Bytecode, state::AccountInfo};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(crate) struct MemoryState {
    pub(crate) accounts: AddressMap<(Account, HashMap<U256, U256>)>,
    code: B256Map<Bytecode>,
    hashes: BTreeMap<BlockNumber, B256>,
}

impl MemoryState {
    pub(crate) fn genesis(spec: &ChainSpec) -> Self {
        let mut state = Self::default();
        for (address, account) in spec.alloc() {
            state.code.insert(keccak256(&account.code), Bytecode::new_raw(account.code.clone()));
            let storage = account.storage.iter().filter(|(_, value)| !value.is_zero());
            let storage = storage.map(|(slot, value)| (*slot, *value)).collect();
            state.accounts.insert(*address, (account.record(), storage));
        }
        state.hashes.insert(spec.genesis().number(), spec.genesis().hash());
        state
    }

    pub(crate) fn apply(&mut self, changes: &Changes) {
        self.code.extend(changes.code.iter().map(|(hash, code)| (*hash, Bytecode::new_raw(code.clone()))));
        for (address, change) in &changes.accounts {
            let Some(record) = change.account else {
                self.accounts.remove(address);
                continue;
            };
            let (account, storage) = self.accounts.entry(*address).or_default();
            *account = record;
            if change.wiped {
                storage.clear();
            }
            storage.extend(change.storage.iter().map(|(slot, value)| (*slot, *value)));
            storage.retain(|_, value| !value.is_zero());
        }
    }

    pub(crate) fn put_code(&mut self, code: Bytecode) {
        self.code.insert(code.hash_slow(), code);
    }

    pub(crate) fn add_hash(&mut self, number: BlockNumber, hash: B256) {
        self.hashes.insert(number, hash);
    }

    pub(crate) fn root(&self) -> B256 {
        root::state_root_unhashed(self.accounts.iter().map(|(address, (account, storage))| {
            let slots = storage.iter().map(|(slot, value)| (B256::from(*slot), *value));
            let Account { nonce, balance, code_hash } = *account;
            let storage_root = root::storage_root_unhashed(slots);
            (*address, TrieAccount { nonce, balance, storage_root, code_hash })
        }))
    }
}

impl DatabaseRef for MemoryState {
    type Error = StateError;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, StateError> {
        Ok(self.accounts.get(&address).map(|(account, _)| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            account_id: None,
            code: None,
        }))
    }

    fn code_by_hash_ref(&self, hash: B256) -> Result<Bytecode, StateError> {
        self.code.get(&hash).cloned().ok_or(StateError::MissingCode)
    }

    fn storage_ref(&self, address: Address, slot: U256) -> Result<U256, StateError> {
        Ok(self.accounts.get(&address).and_then(|(_, storage)| storage.get(&slot)).copied().unwrap_or_default())
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, StateError> {
        Ok(self.hashes.get(&number).copied().unwrap_or_default())
    }
}

impl ParentState for MemoryState {
    fn root_after(&self, changes: &Changes) -> Result<B256, StateError> {
        let mut after = self.clone();
        after.apply(changes);
        Ok(after.root())
    }
}
