use crate::{StateError, View, shared::Shared};
use althing_primitives::{Account, Address, B256, Bytes, U256};

/// What `eth_getProof` returns: an account with the trie nodes from the state root to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProof {
    /// Which account.
    pub address: Address,
    /// Its record; `None` if it does not exist (the proof shows that).
    pub account: Option<Account>,
    /// Root of its storage trie.
    pub storage_root: B256,
    /// RLP of the nodes from the state root down.
    pub proof: Vec<Bytes>,
    /// One entry a requested slot, in the order asked.
    pub storage: Vec<StorageProof>,
}

/// A slot with the trie nodes from its account's storage root to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageProof {
    /// Which slot.
    pub slot: B256,
    /// Its value; zero if it is not set (the proof shows that).
    pub value: U256,
    /// RLP of the nodes from the storage root down.
    pub proof: Vec<Bytes>,
}

impl Shared {
    pub(crate) fn proof(&self, view: &View, address: Address, slots: &[B256]) -> Result<AccountProof, StateError> {
        // The root is looked up under the trie's lock: its nodes are not freed before this is done.
        let trie = self.trie.read_recursive();
        let root = self.table.read().root(view.id())?;
        let proof = trie.proof(root, &address, slots);
        drop(trie);
        let storage = slots.iter().zip(proof.slots);
        let storage = storage.map(|(slot, it)| StorageProof { slot: *slot, value: it.value, proof: it.nodes });
        Ok(AccountProof {
            address,
            account: proof.account,
            storage_root: proof.storage_root,
            proof: proof.nodes,
            storage: storage.collect(),
        })
    }
}
