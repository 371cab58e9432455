use althing_primitives::{Account, Address, B256, Bytes, U256};
use althing_trie::Proof;

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

impl AccountProof {
    pub(crate) fn new(address: Address, slots: &[B256], proof: Proof) -> Self {
        let storage = slots.iter().zip(proof.slots);
        let storage = storage.map(|(slot, it)| StorageProof { slot: *slot, value: it.value, proof: it.nodes });
        Self {
            address,
            account: proof.account,
            storage_root: proof.storage_root,
            proof: proof.nodes,
            storage: storage.collect(),
        }
    }
}
