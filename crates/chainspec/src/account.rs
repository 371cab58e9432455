use alloy_trie::{EMPTY_ROOT_HASH, KECCAK_EMPTY, TrieAccount, root};
use althing_primitives::{Account, Address, B256, Bytes, U256, keccak256};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Accounts of the genesis state, by address.
pub type Alloc = BTreeMap<Address, GenesisAccount>;

/// An account of the genesis state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenesisAccount {
    /// Balance in wei.
    pub balance: U256,
    /// Nonce.
    pub nonce: u64,
    /// Runtime code, empty where there is none.
    pub code: Bytes,
    /// Storage by slot; zero values are as good as absent.
    pub storage: BTreeMap<U256, U256>,
}

impl GenesisAccount {
    /// The account's own record.
    pub fn record(&self) -> Account {
        Account { nonce: self.nonce, balance: self.balance, code_hash: self.code_hash() }
    }

    fn code_hash(&self) -> B256 {
        if self.code.is_empty() { KECCAK_EMPTY } else { keccak256(&self.code) }
    }

    fn trie_account(&self) -> TrieAccount {
        let slots = self.storage.iter().filter(|(_, value)| !value.is_zero());
        let storage_root = if self.storage.is_empty() {
            EMPTY_ROOT_HASH
        } else {
            root::storage_root_unhashed(slots.map(|(slot, value)| (B256::from(*slot), *value)))
        };
        TrieAccount { nonce: self.nonce, balance: self.balance, storage_root, code_hash: self.code_hash() }
    }
}

/// Root of the state that holds exactly these accounts (empty ones too, as geth does).
pub fn state_root(alloc: &Alloc) -> B256 {
    let accounts: Vec<_> = alloc.iter().collect();
    let leaf = |(address, account): (&Address, &GenesisAccount)| (keccak256(address), account.trie_account());
    let mut leaves: Vec<_> = accounts.into_par_iter().map(leaf).collect();
    leaves.par_sort_unstable_by_key(|(hashed, _)| *hashed);
    root::state_root(leaves)
}
